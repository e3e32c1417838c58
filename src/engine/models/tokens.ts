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
}

/** Longer runs without a blank are cut, so that a window is bounded in characters. */
const TOKEN_CHARS_MAX = 40;
/** From here on scripts are written without blanks: each character is a word. */
const CJK_FROM = 0x2e80;
const CJK_TO = 0xd7ff;

const WORD = 1;
const BLANK = 2;
const BREAK = 3;
const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[a-z0-9]/i.test(char)) CLASSES[code] = WORD;
  else if (char === '\n' || char === '\r') CLASSES[code] = BREAK;
  else if (code <= 32 || code === 127) CLASSES[code] = BLANK;
}
const APOSTROPHE = 39;
const classOf = (code: number): number => (code > 127 ? WORD : (CLASSES[code] ?? 0));
const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const isSingle = (code: number): boolean => code >= CJK_FROM && code <= CJK_TO;
const ENDS = new Set([...'.!?;。！？।؟'].map((sign) => sign.charCodeAt(0)));

/** All tokens of `text`. Linear. */
export function takeTokens(text: string): Tokens {
  const length = text.length;
  let starts = new Int32Array((length >> 2) + 16);
  let ends = new Int32Array(starts.length);
  let kinds = new Uint8Array(starts.length);
  let count = 0;
  let isLineStart = true;
  for (let at = 0; at < length; ) {
    const code = text.charCodeAt(at);
    const kind = classOf(code);
    if (kind === BLANK || kind === BREAK) {
      if (kind === BREAK) {
        isLineStart = true;
        if (count > 0) kinds[count - 1] = (kinds[count - 1] ?? 0) | TOKEN.sentenceEnd;
      }
      at++;
      continue;
    }
    const end = kind === WORD ? wordEnd(text, at) : signEnd(text, at);
    let bits = kind === WORD ? 0 : TOKEN.sign;
    if (isLineStart) bits |= TOKEN.lineStart;
    isLineStart = false;
    if (kind === WORD && end - at > 1 && isCapital(code) && isCapital(text.charCodeAt(end - 1)))
      bits |= TOKEN.capitals;
    const isEnd = (kind !== WORD || code > 127) && holdsEnd(text, at, end);
    if (isEnd && (end === length || classOf(text.charCodeAt(end)) !== WORD || code > 127))
      bits |= TOKEN.sentenceEnd;
    if (count === starts.length) {
      starts = grown(starts, new Int32Array(count * 2));
      ends = grown(ends, new Int32Array(count * 2));
      kinds = grown(kinds, new Uint8Array(count * 2));
    }
    starts[count] = at;
    ends[count] = end;
    kinds[count++] = bits;
    at = end;
  }
  if (count > 0) kinds[count - 1] = (kinds[count - 1] ?? 0) | TOKEN.sentenceEnd;
  return { count, starts, ends, kinds };
}

function grown<A extends Int32Array | Uint8Array>(array: A, larger: A): A {
  larger.set(array);
  return larger;
}

function holdsEnd(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (ENDS.has(text.charCodeAt(at))) return true;
  return false;
}

function wordEnd(text: string, start: number): number {
  if (isSingle(text.charCodeAt(start))) return start + 1;
  let end = start + 1;
  for (; end < text.length && end - start < TOKEN_CHARS_MAX; end++) {
    const code = text.charCodeAt(end);
    if (code > 127 ? isSingle(code) : CLASSES[code] !== WORD) {
      if (code !== APOSTROPHE || classOf(text.charCodeAt(end + 1)) !== WORD) break;
    }
  }
  return end;
}

function signEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && end - start < TOKEN_CHARS_MAX && classOf(text.charCodeAt(end)) === 0) end++;
  return end;
}
