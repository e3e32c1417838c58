/** The words of a text that rules name, with their places, found in one pass for all that ask for words. */
import { numberAt, SEED, step } from './vocabulary.ts';

const APOSTROPHE = 39;

/** 1 for characters of words: letters and digits; everything beyond ASCII counts as one too. */
const IN_WORD = new Uint8Array(128);
for (let code = 0; code < 128; code++) if (/[a-z0-9]/i.test(String.fromCharCode(code))) IN_WORD[code] = 1;
const isWord = (code: number): boolean => code > 127 || IN_WORD[code] === 1;
const isLetter = (code: number): boolean => code > 127 || (code >= 97 && code <= 122);

export interface Words {
  /** The longest row of words that are one UTF-16 unit long, and of such as are two. */
  readonly singles: number;
  readonly pairs: number;
  /**
   * Of the words that the vocabulary knows, in order: the number and the UTF-16 offset, by turns. Numbers
   * below 0 are of parts: where a word holds apostrophes or more than ASCII, its rows of letters and digits.
   */
  readonly known: readonly number[];
}

/** An apostrophe as in `don't` and `we'll` belongs to its word; a quote does not. */
function joins(text: string, at: number): boolean {
  if (!isLetter(text.charCodeAt(at - 1)) || !isLetter(text.charCodeAt(at + 1))) return false;
  const end = isLetter(text.charCodeAt(at + 2)) ? at + 3 : at + 2;
  const next = text.charCodeAt(end);
  return !(next === APOSTROPHE || isWord(next));
}

/** Puts the rows of ASCII letters and digits of a word into `known`. */
function takeParts(lower: string, start: number, end: number, known: number[]): void {
  let hash = SEED;
  let from = start;
  for (let i = start; i <= end; i++) {
    const code = i < end ? lower.charCodeAt(i) : APOSTROPHE;
    if (IN_WORD[code] === 1) {
      hash = step(hash, code);
      continue;
    }
    const number = i > from ? numberAt(hash) : 0;
    if (number !== 0) known.push(-number, from);
    hash = SEED;
    from = i + 1;
  }
}

/** The words of `lower`, a text in lower case. Linear. */
export function takeWords(lower: string): Words {
  const known: number[] = [];
  let singles = 0;
  let pairs = 0;
  let row = 0;
  let size = 0;
  let hash = SEED;
  let start = -1;
  let hasParts = false;
  const length = lower.length;
  for (let i = 0; i <= length; i++) {
    const code = i < length ? lower.charCodeAt(i) : 32;
    if (code > 127 || IN_WORD[code] === 1) {
      if (start < 0) start = i;
      if (code > 127) hasParts = true;
      hash = step(hash, code);
      continue;
    }
    if (start < 0) continue;
    if (code === APOSTROPHE && joins(lower, i)) {
      hasParts = true;
      continue;
    }
    const number = numberAt(hash);
    if (number !== 0) known.push(number, start);
    if (hasParts) takeParts(lower, start, i, known);
    row = i - start === size ? row + 1 : 1;
    size = i - start;
    if (size === 1 && row > singles) singles = row;
    else if (size === 2 && row > pairs) pairs = row;
    hash = SEED;
    start = -1;
    hasParts = false;
  }
  return { singles, pairs, known };
}
