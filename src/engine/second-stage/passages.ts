/** From windows that a detector is not sure about to the passages that a second stage is asked about. */
import type { Doubt, Surface } from '../detectors/detector.ts';
import type { View } from '../views/view.ts';

/** Texts before a window that help to judge it, and the longest passage; UTF-16 units. */
const LEFT_CHARS = 300;
const PASSAGE_CHARS = 1600;

export interface DoubtfulPassage {
  readonly text: string;
  /** All within the passage; the first by place comes first. */
  readonly doubts: readonly Doubt[];
}

/**
 * Passages in order of place, reading by reading: each begins at the first window that no former one holds.
 * Of an answer nothing before that window counts, so that its passages are the same however it was cut into
 * windows of a stream.
 */
export function passagesOf(doubts: readonly Doubt[], surface: Surface): readonly DoubtfulPassage[] {
  const passages: DoubtfulPassage[] = [];
  for (const [view, unordered] of Map.groupBy(doubts, (doubt) => doubt.view)) {
    const own = unordered.toSorted((a, b) => a.start - b.start || a.end - b.end);
    let at = 0;
    while (at < own.length) {
      const { from, to } = extentOf(view, own[at]?.start ?? 0, surface);
      const first = at;
      while (at < own.length && (at === first || (own[at]?.end ?? 0) <= to)) at++;
      passages.push({ text: view.text.slice(from, to).toWellFormed(), doubts: own.slice(first, at) });
    }
  }
  return withoutTwins(passages);
}

/** Readings that differ elsewhere may say the same in a passage. */
function withoutTwins(passages: readonly DoubtfulPassage[]): readonly DoubtfulPassage[] {
  const groups = [...Map.groupBy(passages, ({ text }) => text)];
  return groups.map(([text, twins]) => ({ text, doubts: twins.flatMap(({ doubts }) => doubts) }));
}

function extentOf(
  view: View,
  start: number,
  surface: Surface,
): { readonly from: number; readonly to: number } {
  const isWhole = surface !== 'response' && view.text.length <= PASSAGE_CHARS;
  const from = isWhole ? 0 : Math.max(0, start - (surface === 'response' ? 0 : LEFT_CHARS));
  return { from, to: from + PASSAGE_CHARS };
}
