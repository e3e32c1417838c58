/**
 * Views for injection rules alone: leet, spaced letters, rot13 and backwards, each only where it is likely.
 */

import { SEEN } from '../views/census.ts';
import { foldMixedScript } from '../views/confusables.ts';
import { rot13 } from '../views/rot13.ts';
import { composeMaps, View, ViewBuilder } from '../views/view.ts';

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '+': 't',
  '€': 'e',
  '£': 'l',
  '¥': 'y',
};
export const LEET_WORD = /[a-z][0134578@$!|€£¥+][a-z0-9]|(?:^|[^a-z0-9])[0134578@$€][a-z]{2}/;
const LIKELY = SEEN.mixed | SEEN.at | SEEN.plus | SEEN.wide;
export const LEET_SIGNS = /[0134578@$!|+€£¥]/g;

/** Digits and signs read as the letters that they stand in for; same length. */
export function leetView(view: View): View | undefined {
  const { seen } = view.census;
  const { text } = view;
  const isLikely = (seen & LIKELY) !== 0 || text.includes('$');
  // Where no digit touches a letter, `!` and `|` are all that may stand in for one.
  const isPossible = (seen & SEEN.digit) !== 0 && (text.includes('!') || text.includes('|'));
  if (!isLikely && !isPossible) return undefined;
  if (!LEET_WORD.test(view.lower)) return undefined;
  return new View(
    'squeezed',
    view.lower.replace(LEET_SIGNS, (sign) => LEET[sign] ?? sign),
    view.map,
  );
}

export const BLANKS = /[ \t\u00a0]{2,}/g;
const DOUBLE_BLANK = /[ \t\u00a0]{2}/;

/** Rows of blanks read as one, as rules write them; the view itself where there are none. */
export function collapsedView(view: View): View {
  const text = view.text;
  if (!DOUBLE_BLANK.test(text)) return view;
  const out = new ViewBuilder(text.length);
  let done = 0;
  for (const match of text.matchAll(BLANKS)) {
    out.copy(text, done, match.index + 1);
    done = match.index + match[0].length;
  }
  out.copy(text, done, text.length);
  const made = out.finish();
  return new View('squeezed', made.text, composeMaps(made.map, view.map));
}

const PARTING = ' ._*-';
const SPACED_HINT = /(?:[\p{L}\d@$!][ ._*-]{1,8}){5}[\p{L}\d@$!](?!\p{L})/u;
/** So many single characters in a row, and letters among them, are parted on purpose. */
const SINGLES_MIN = 6;
const SINGLE_LETTERS_MIN = 4;
/** Farther apart they are no row. */
const GAP_CHARS_MAX = 8;
const isLetter = (text: string, at: number): boolean => /\p{L}/u.test(text.charAt(at));
const isParting = (text: string, at: number): boolean =>
  at < text.length && PARTING.includes(text.charAt(at));
const isEdge = (text: string, at: number): boolean =>
  at < 0 || at >= text.length || isParting(text, at) || text.charAt(at) === '\n';

/** Places of single characters with blanks or signs between, row by row. Linear. */
function rowsOfSingles(text: string): readonly (readonly number[])[] {
  const rows: number[][] = [];
  let row: number[] = [];
  const close = (): void => {
    const letters = row.filter((at) => isLetter(text, at)).length;
    if (row.length >= SINGLES_MIN && letters >= SINGLE_LETTERS_MIN) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    if (isParting(text, at)) continue;
    const before = row.at(-1);
    if (before !== undefined && at - before - 1 > GAP_CHARS_MAX) close();
    if (isEdge(text, at - 1) && isEdge(text, at + 1)) row.push(at);
    else close();
  }
  close();
  return rows;
}

/** Single characters that are parted are put together; a gap wider than one stands between words. */
export function squeezedView(view: View): View | undefined {
  const text = view.lower;
  if (view.words.singles < SINGLE_LETTERS_MIN || !SPACED_HINT.test(text)) return undefined;
  const out = new ViewBuilder(text.length);
  let done = 0;
  for (const row of rowsOfSingles(text)) {
    out.copy(text, done, row[0] ?? done);
    row.forEach((at, i) => {
      const before = row[i - 1] ?? at;
      if (at - before > 2) out.add(' ', before + 1, at);
      out.copy(text, at, at + 1);
      done = at + 1;
    });
  }
  if (done === 0) return undefined;
  out.copy(text, done, text.length);
  const made = out.finish();
  // Only where letters stand together is seen which of them are another script's look-alikes.
  return new View('squeezed', foldMixedScript(made.text), composeMaps(made.map, view.map));
}

export const rot13View = (view: View): View => new View('squeezed', rot13(view.lower), view.map);

/** The text read from its end. */
export function reversedView(view: View): View {
  const text = view.lower;
  const out = new ViewBuilder(text.length);
  for (let i = text.length - 1; i >= 0; i--) out.add(text.charAt(i), i, i + 1);
  const made = out.finish();
  return new View('squeezed', made.text, composeMaps(made.map, view.map));
}
