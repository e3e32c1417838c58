/**
 * Views for injection rules alone: leet, spaced letters, rot13 and backwards, each only where it is likely.
 */

import { SEEN } from '../views/census.ts';
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
export const LEET_SIGNS = /[0134578@$!|+€£¥]/g;

/** Digits and signs read as the letters that they stand in for; same length. */
export function leetView(view: View): View | undefined {
  const signs = SEEN.digit | SEEN.at | SEEN.plus | SEEN.wide;
  if ((view.census.seen & signs) === 0 && !view.text.includes('$')) return undefined;
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

export const SPACED_LETTERS = /(?:[a-z][ ._*-]){5,}[a-z](?![a-z])/g;
const SPACED_HINT = /[a-z][ ._*-][a-z][ ._*-][a-z][ ._*-][a-z][ ._*-][a-z]/;

/** Single letters with signs between are put together; same places. */
export function squeezedView(view: View): View | undefined {
  const text = view.lower;
  if (!SPACED_HINT.test(text)) return undefined;
  const out = new ViewBuilder(text.length);
  let done = 0;
  for (const match of text.matchAll(SPACED_LETTERS)) {
    const at = match.index;
    if (/[a-z0-9]/.test(text.charAt(at - 1))) continue;
    out.copy(text, done, at);
    for (let i = at; i < at + match[0].length; i += 2) out.copy(text, i, i + 1);
    done = at + match[0].length;
  }
  if (done === 0) return undefined;
  out.copy(text, done, text.length);
  const made = out.finish();
  return new View('squeezed', made.text, composeMaps(made.map, view.map));
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
