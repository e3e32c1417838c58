/** How far back from the end of a growing text a word or an encoded run may still change. */
import { isInvisible } from './invisible.ts';

/** Scripts whose look-alike folding is decided by the whole word, and marks that join what stands before. */
const JOINING =
  /[\p{M}\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
const WRAPPED_LINE = /[A-Za-z0-9+/_=-]{40}$/;
const HEX_PAIR = /(?:^|[^0-9a-z])[0-9a-f]{2}$/i;

const isGraphic = (code: number): boolean => code > 32 && code < 127;

/** Start of the run of characters at the end that what comes later could still change. */
function lastWord(text: string, end: number): number {
  let at = end;
  while (at > 0) {
    const code = text.charCodeAt(at - 1);
    if (isGraphic(code)) {
      at--;
      continue;
    }
    if (code < 128) break;
    const low = code >= 0xdc00 && code <= 0xdfff;
    const point = (low && at > 1 ? text.codePointAt(at - 2) : code) ?? code;
    const size = point > 0xffff ? 2 : 1;
    const joins = isInvisible(point) || JOINING.test(String.fromCodePoint(point));
    if (!joins && point <= 0xffff && !low && !(code >= 0xd800 && code <= 0xdbff)) break;
    at -= size;
  }
  return at;
}

/** The UTF-16 offset before which no view of the text can change any more. */
export function trailingOpen(text: string): number {
  let at = lastWord(text, text.length);
  for (;;) {
    const gap = at > 1 && text.charCodeAt(at - 2) === 13 ? 2 : 1;
    if (at <= gap) return at;
    const before = text.slice(Math.max(0, at - gap - 41), at - gap);
    const sign = text.charAt(at - 1);
    if (sign === '\n' && WRAPPED_LINE.test(before)) at = lastWord(text, at - gap);
    else if (sign === ' ' && HEX_PAIR.test(before)) at -= 3;
    else return at;
  }
}
