/** From scores of windows to findings: windows of one head that reach its threshold, put together. */
import type { Span, View } from '../views/view.ts';
import type { TextModel } from './text-model.ts';

export interface LearnedSpan extends Span {
  /** The highest score in it. */
  readonly score: number;
  /** The window of that score, for what other heads say of it. */
  readonly window: number;
}

/** A longer text has more places to be wrong about: what it is held against rises with its length. */
const FEW_TOKENS = 128;
const MANY_TOKENS = 1024;
const RISE = 0.5;

/** What a score must have beyond the threshold in so long a text; bounded, so that padding helps little. */
export const riseOf = (tokens: number): number =>
  RISE * Math.log(Math.min(MANY_TOKENS, Math.max(FEW_TOKENS, tokens)) / FEW_TOKENS);

/** Raw spans of windows whose score reaches `asked`; those that overlap are one. */
export function learnedSpans(
  model: TextModel,
  head: number,
  view: View,
  asked: number,
): readonly LearnedSpan[] {
  const { tokens, windows } = model.score(view);
  const found: LearnedSpan[] = [];
  for (const [window, { first, last }] of windows.entries()) {
    const score = model.scoreFrom(view, window, head, asked);
    if (score === undefined) continue;
    const span = view.toRaw(tokens.starts[first] ?? 0, tokens.ends[last] ?? 0);
    const before = found.at(-1);
    if (before === undefined || span.start >= before.end) {
      found.push({ ...span, score, window });
      continue;
    }
    const better = score > before.score ? { score, window } : before;
    found[found.length - 1] = {
      start: Math.min(before.start, span.start),
      end: Math.max(before.end, span.end),
      score: better.score,
      window: better.window,
    };
  }
  return found;
}
