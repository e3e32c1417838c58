/** One pass over the text that collects what all the gates need, so that quiet texts cost one loop. */

/** Bits of `Census.seen`. */
export const SEEN = {
  digit: 1,
  at: 2,
  colon: 4,
  equals: 8,
  dot: 16,
  percent: 32,
  ampersand: 64,
  backslash: 128,
  dash: 256,
  slash: 512,
  bracket: 1024,
  wide: 2048,
  upper: 4096,
  letter: 8192,
  space: 16384,
  plus: 32768,
  /** A run with letters and digits in it. */
  mixed: 65536,
  /** Two dots behind digits, as near to each other as in an IPv4 address. */
  dottedDigits: 131072,
  /** Two colons as near as in an IPv6 address. */
  nearColons: 262144,
} as const;

/** Runs of fewer non-space characters hold no vendor's key. */
const CHUNK_CHARS_MIN = 16;
/** Shorter runs of base64 or hex characters hold no word worth decoding. */
const RUN_CHARS_MIN = 8;

/** The most from one dot of an IPv4 address to the next, and from one colon of an IPv6 address. */
const OCTET_CHARS = 4;
const GROUP_CHARS = 5;

export interface Census {
  /** Which kinds of characters are there. */
  readonly seen: number;
  readonly digits: number;
  /** Runs of at least 16 non-space ASCII characters: start and end by turns. */
  readonly chunks: readonly number[];
  /**
   * Runs of at least 8 base64 or hex characters with letters of both cases or with digits: start and end by
   * turns.
   */
  readonly runs: readonly number[];
}

const WORD = 1 << 20;
const LETTERS = SEEN.letter | SEEN.upper;
const CLASSES = new Int32Array(128);
for (let c = 0; c < 128; c++) {
  const ch = String.fromCharCode(c);
  if (/[0-9]/.test(ch)) CLASSES[c] = SEEN.digit | WORD;
  else if (/[a-z]/.test(ch)) CLASSES[c] = SEEN.letter | WORD;
  else if (/[A-Z]/.test(ch)) CLASSES[c] = SEEN.upper | WORD;
}
const mark = (chars: string, bits: number): void => {
  for (const ch of chars) CLASSES[ch.charCodeAt(0)] = (CLASSES[ch.charCodeAt(0)] ?? 0) | bits;
};
mark('@', SEEN.at);
mark(':', SEEN.colon);
mark('=', SEEN.equals);
mark('.', SEEN.dot);
mark('%', SEEN.percent);
mark('&', SEEN.ampersand);
mark('\\', SEEN.backslash);
mark('-', SEEN.dash | WORD);
mark('_', WORD);
mark('+', SEEN.plus | WORD);
mark('/', SEEN.slash | WORD);
mark('<[{|', SEEN.bracket);
mark(' \t\n\v\f\r', SEEN.space);

/** Counts and gathers in one pass; linear, allocates only for long runs. */
export function takeCensus(text: string): Census {
  let seen = 0;
  let digits = 0;
  let chunkStart = 0;
  let runStart = 0;
  let runSeen = 0;
  let lastDot = -OCTET_CHARS;
  let lastColon = -GROUP_CHARS;
  const chunks: number[] = [];
  const runs: number[] = [];
  const length = text.length;
  for (let i = 0; i <= length; i++) {
    const code = i < length ? text.charCodeAt(i) : 32;
    const bits = code < 128 ? (CLASSES[code] ?? 0) : SEEN.wide;
    if (i < length) seen |= bits;
    digits += bits & SEEN.digit;
    if ((bits & WORD) !== 0) {
      runSeen |= bits;
      continue;
    }
    if ((runSeen & SEEN.digit) !== 0) {
      if ((runSeen & LETTERS) !== 0) seen |= SEEN.mixed;
      if ((bits & SEEN.dot) !== 0) {
        if (i - lastDot <= OCTET_CHARS) seen |= SEEN.dottedDigits;
        lastDot = i;
      }
    }
    if ((bits & SEEN.colon) !== 0) {
      if (i - lastColon <= GROUP_CHARS) seen |= SEEN.nearColons;
      lastColon = i;
    }
    if (i - runStart >= RUN_CHARS_MIN && looksEncoded(runSeen)) runs.push(runStart, i);
    runStart = i + 1;
    runSeen = 0;
    if ((bits & (SEEN.space | SEEN.wide)) === 0) continue;
    if (i - chunkStart >= CHUNK_CHARS_MIN) chunks.push(chunkStart, i);
    chunkStart = i + 1;
  }
  return { seen: seen & ~WORD, digits, chunks, runs };
}

/** Words have no digits and no capitals inside: what has neither is not worth decoding. */
const looksEncoded = (bits: number): boolean =>
  (bits & SEEN.digit) !== 0 || ((bits & SEEN.upper) !== 0 && (bits & SEEN.letter) !== 0);
