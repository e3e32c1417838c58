/** Looks around a candidate, never farther than a growing text is held back for. */
import { RUN_BREAK } from '../views/decode-runs.ts';

/** Left context that a rule may look at, UTF-16 units; a window of a growing text always has this much. */
const LEFT_CHARS_MAX = 400;
/** Right context that a rule may look at; what stands nearer to the end of a growing text is open. */
export const RIGHT_CHARS_MAX = 40;

/** Up to `chars` units before `at`; never crosses from one decoded run into another. */
export function leftOf(text: string, at: number, chars: number): string {
  const left = text.slice(Math.max(0, at - Math.min(chars, LEFT_CHARS_MAX)), at);
  const cut = left.lastIndexOf(RUN_BREAK);
  return cut < 0 ? left : left.slice(cut + 1);
}

/** Up to `chars` units from `at` on, in the same decoded run. */
export function rightOf(text: string, at: number, chars: number): string {
  const right = text.slice(at, at + Math.min(chars, RIGHT_CHARS_MAX));
  const cut = right.indexOf(RUN_BREAK);
  return cut < 0 ? right : right.slice(0, cut);
}

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
export const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;
export const isAlnum = (code: number): boolean => isDigit(code) || isLetter(code);
/** Letters, digits and `_` of ASCII; NaN beyond the text is none. */
export const isWordCode = (code: number): boolean => isAlnum(code) || code === 95;
