/** From UTF-16 offsets, in which the engine works, to code points, in which it reports. */
import type { Span } from './views/view.ts';

const SURROGATE = /[\ud800-\udfff]/;
const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** Turns UTF-16 offsets of one text into code-point offsets; a text without surrogates costs nothing. */
export class CodePoints {
  readonly #before: Int32Array | undefined;

  constructor(text: string) {
    if (!SURROGATE.test(text)) return;
    const before = new Int32Array(text.length + 1);
    let points = 0;
    for (let i = 0; i < text.length; i++) {
      before[i] = points;
      const pair = isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1));
      if (!pair) points++;
    }
    before[text.length] = points;
    this.#before = before;
  }

  /** Code points before the UTF-16 offset `unit`. */
  at(unit: number): number {
    return this.#before?.[unit] ?? unit;
  }
}

/** Widens a span so that it cuts no surrogate pair, and keeps it within the text. */
export function widenToPairs(text: string, span: Span): Span {
  let start = Math.max(0, Math.min(span.start, text.length));
  let end = Math.max(start, Math.min(span.end, text.length));
  if (start > 0 && isLow(text.charCodeAt(start)) && isHigh(text.charCodeAt(start - 1))) start--;
  if (end > 0 && end < text.length && isLow(text.charCodeAt(end)) && isHigh(text.charCodeAt(end - 1))) end++;
  return { start, end };
}
