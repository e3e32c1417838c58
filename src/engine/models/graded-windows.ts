/** Windows of a head by how sure it is: those between two grades are what it leaves to a second stage. */
import type { View } from '../views/view.ts';
import type { TextModel } from './text-model.ts';
import type { Window } from './windows.ts';

export interface GradedWindow {
  readonly window: Window;
  /** In the view, UTF-16 units, half-open. */
  readonly start: number;
  readonly end: number;
  readonly score: number;
  /** How sure the head is, 0 to 1. */
  readonly grade: number;
}

/**
 * Windows from one grade on and below the other, in order.
 * @param rise what a score of this text must have beyond that of a short one
 */
export function gradedWindows(
  model: TextModel,
  head: number,
  view: View,
  [from, to]: readonly [from: number, to: number],
  rise = 0,
): readonly GradedWindow[] {
  const { tokens, windows } = model.score(view);
  const least = model.scoreAt(head, from) + rise;
  const most = model.scoreAt(head, to) + rise;
  const found: GradedWindow[] = [];
  for (const [at, window] of windows.entries()) {
    const score = model.scoreFrom(view, at, head, least);
    if (score === undefined || score >= most) continue;
    const start = tokens.starts[window.first] ?? 0;
    const end = tokens.ends[window.last] ?? 0;
    found.push({ window, start, end, score, grade: model.grade(head, score - rise) });
  }
  return found;
}
