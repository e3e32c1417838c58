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
/** Small letters for capitals, and every digit as the same. */
const UNITS = Uint8Array.from({ length: 128 }, (_, code) =>
  String.fromCharCode(code).toLowerCase().replace(/\d/, '0').charCodeAt(0),
);
const APOSTROPHE = 39;
const classOf = (code: number): number => (code > 127 ? WORD : (CLASSES[code] ?? 0));
const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const isSingle = (code: number): boolean => code >= CJK_FROM && code <= CJK_TO;
const ENDS = new Set([...'.!?;。！？।؟'].map((sign) => sign.charCodeAt(0)));

export const SEED_WORD = 0x2545f491;
export const step = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);

/** Finds where tokens end, and hashes them on the way: characters are read once. */
class TokenReader {
  readonly #text: string;
  readonly #lower: string;
  /** Of the token that was read last. */
  hash = SEED_WORD;

  constructor(text: string, lower: string) {
    this.#text = text;
    this.#lower = lower;
  }

  #unitAt(at: number, code: number): number {
    return code < 128 ? (UNITS[code] ?? 0) : this.#lower.charCodeAt(at);
  }

  wordEnd(start: number, first: number): number {
    const text = this.#text;
    const limit = isSingle(first) ? start + 1 : Math.min(text.length, start + TOKEN_CHARS_MAX);
    let hash = step(SEED_WORD, this.#unitAt(start, first));
    let end = start + 1;
    for (; end < limit; end++) {
      const code = text.charCodeAt(end);
      const isOver =
        code > 127
          ? isSingle(code)
          : CLASSES[code] !== WORD && (code !== APOSTROPHE || classOf(text.charCodeAt(end + 1)) !== WORD);
      if (isOver) break;
      hash = step(hash, this.#unitAt(end, code));
    }
    this.hash = hash;
    return end;
  }

  signEnd(start: number): number {
    const text = this.#text;
    const limit = Math.min(text.length, start + TOKEN_CHARS_MAX);
    let hash = SEED_WORD;
    let end = start;
    for (; end < limit; end++) {
      const code = text.charCodeAt(end);
      if (classOf(code) !== 0) break;
      hash = step(hash, code);
    }
    this.hash = hash;
    return end;
  }
}

/**
 * All tokens of `text`. Linear.
 * @param lower the same in lower case, unit for unit; else letters beyond ASCII are hashed as they are
 */
export function takeTokens(text: string, lower: string = text): Tokens {
  const length = text.length;
  const reader = new TokenReader(text, lower);
  let starts = new Int32Array((length >> 2) + 16);
  let ends = new Int32Array(starts.length);
  let hashes = new Int32Array(starts.length);
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
    const end = kind === WORD ? reader.wordEnd(at, code) : reader.signEnd(at);
    if (count === starts.length) {
      starts = grown(starts, new Int32Array(count * 2));
      ends = grown(ends, new Int32Array(count * 2));
      hashes = grown(hashes, new Int32Array(count * 2));
      kinds = grown(kinds, new Uint8Array(count * 2));
    }
    starts[count] = at;
    ends[count] = end;
    hashes[count] = reader.hash;
    kinds[count++] = (isLineStart ? TOKEN.lineStart : 0) | kindOf(text, at, end, kind === WORD, code);
    isLineStart = false;
    at = end;
  }
  if (count > 0) kinds[count - 1] = (kinds[count - 1] ?? 0) | TOKEN.sentenceEnd;
  return { count, starts, ends, kinds, hashes };
}

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
