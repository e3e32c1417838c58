/** Splits a view into the words and runs of signs that trained models read. */

/** Bits of `Tokens.kinds`. */
export const TOKEN = {
  /** A run of signs; otherwise a word. */
  sign: 1,
  /** The first token of a line. */
  lineStart: 2,
  /** The last token before the end of a sentence, a line or the text. */
  sentenceEnd: 4,
  /** A word of two or more capitals. */
  capitals: 8,
} as const;

export interface Tokens {
  readonly count: number;
  /** UTF-16 offsets in the view, half-open. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  /** Of their characters in lower case, every digit as the same. */
  readonly hashes: Int32Array;
}

/** Longer runs without a blank are cut, so that a window is bounded in characters. */
export const TOKEN_CHARS_MAX = 40;
/** From here on scripts are written without blanks: each character is a word. */
const CJK_FROM = 0x2e80;
const CJK_TO = 0xd7ff;

const WORD = 1;
const BLANK = 2;
const BREAK = 3;
function classOfAscii(char: string): number {
  if (/[a-z0-9]/i.test(char)) return WORD;
  if (char === '\n' || char === '\r') return BREAK;
  return char <= ' ' || char === '\x7f' ? BLANK : 0;
}
/** By its code: the class of a character and, in the low byte, what is hashed. One look for each. */
const ENTRIES = Uint16Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  return (classOfAscii(char) << 8) | char.toLowerCase().replace(/\d/, '0').charCodeAt(0);
});
const WIDE = WORD << 8;
/** Of a character that is there: NaN among the codes would cost a third of the speed. */
const entryOf = (code: number): number => (code < 128 ? (ENTRIES[code] ?? 0) : WIDE);
const APOSTROPHE = 39;
const classOf = (code: number): number => entryOf(code) >> 8;
const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const isSingle = (code: number): boolean => code >= CJK_FROM && code <= CJK_TO;
const ENDS = new Set([...'.!?;。！？।؟'].map((sign) => sign.charCodeAt(0)));

export const SEED_WORD = 0x2545f491;
export const step = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);

/**
 * All tokens of `text`. Linear.
 * @param lower the same in lower case, unit for unit; else letters beyond ASCII are hashed as they are
 */
export function takeTokens(text: string, lower: string = text): Tokens {
  const length = text.length;
  let starts = new Int32Array((length >> 2) + 16);
  let ends = new Int32Array(starts.length);
  let hashes = new Int32Array(starts.length);
  let kinds = new Uint8Array(starts.length);
  let count = 0;
  let isLineStart = true;
  for (let at = 0; at < length; ) {
    const code = text.charCodeAt(at);
    const entry = entryOf(code);
    const kind = entry >> 8;
    if (kind > WORD) {
      if (kind === BREAK) {
        isLineStart = true;
        if (count > 0) kinds[count - 1] = (kinds[count - 1] ?? 0) | TOKEN.sentenceEnd;
      }
      at++;
      continue;
    }
    let hash = step(SEED_WORD, code > 127 ? lower.charCodeAt(at) : entry & 255);
    let end = at + 1;
    for (const limit = limitOf(text, at, code); end < limit; end++) {
      const unit = text.charCodeAt(end);
      const next = entryOf(unit);
      const goesOn = next >> 8 === kind ? !isSingle(unit) : kind === WORD && joins(text, end, unit);
      if (!goesOn) break;
      hash = step(hash, unit > 127 ? lower.charCodeAt(end) : next & 255);
    }
    if (count === starts.length) {
      starts = grown(starts, new Int32Array(count * 2));
      ends = grown(ends, new Int32Array(count * 2));
      hashes = grown(hashes, new Int32Array(count * 2));
      kinds = grown(kinds, new Uint8Array(count * 2));
    }
    starts[count] = at;
    ends[count] = end;
    hashes[count] = hash;
    kinds[count++] = (isLineStart ? TOKEN.lineStart : 0) | kindOf(text, at, end, kind === WORD, code);
    isLineStart = false;
    at = end;
  }
  if (count > 0) kinds[count - 1] = (kinds[count - 1] ?? 0) | TOKEN.sentenceEnd;
  return { count, starts, ends, kinds, hashes };
}

const limitOf = (text: string, start: number, first: number): number =>
  isSingle(first) ? start + 1 : Math.min(text.length, start + TOKEN_CHARS_MAX);
/** Whether an apostrophe stands within a word. */
const joins = (text: string, at: number, code: number): boolean =>
  code === APOSTROPHE && at + 1 < text.length && classOf(text.charCodeAt(at + 1)) === WORD;

/** Bits of a token but for its place in the line. */
function kindOf(text: string, start: number, end: number, isWord: boolean, first: number): number {
  let bits = isWord ? 0 : TOKEN.sign;
  if (isCapital(first) && end - start > 1 && isCapital(text.charCodeAt(end - 1))) bits |= TOKEN.capitals;
  if (isWord && first < 128) return bits;
  const mayEnd = end === text.length || first > 127 || classOf(text.charCodeAt(end)) !== WORD;
  return mayEnd && holdsEnd(text, start, end) ? bits | TOKEN.sentenceEnd : bits;
}

function grown<A extends Int32Array | Uint8Array>(array: A, larger: A): A {
  larger.set(array);
  return larger;
}

function holdsEnd(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (ENDS.has(text.charCodeAt(at))) return true;
  return false;
}
