/** The words of a text as hashes with their places, made in one pass for all the gates that ask for words. */

export const SEED = 5381;
export const step = (hash: number, code: number): number => (Math.imul(hash, 33) ^ code) | 0;
const APOSTROPHE = 39;

/** 1 for characters of words: letters and digits; everything beyond ASCII counts as one too. */
const IN_WORD = new Uint8Array(128);
for (let code = 0; code < 128; code++) if (/[a-z0-9]/i.test(String.fromCharCode(code))) IN_WORD[code] = 1;
const isWord = (code: number): boolean => code > 127 || IN_WORD[code] === 1;
const isLetter = (code: number): boolean => code > 127 || (code >= 97 && code <= 122);

/** The hash under which `word`, in lower case, is found. */
export function hashOf(word: string): number {
  let hash = SEED;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code !== APOSTROPHE) hash = step(hash, code);
  }
  return hash;
}

/** Two different words may share a hash: what follows from one must be looked at again. */
export interface Words {
  readonly count: number;
  /** The longest row of words that are one UTF-16 unit long, and of such as are two. */
  readonly singles: number;
  readonly pairs: number;
  readonly hashes: Int32Array;
  /** UTF-16 offsets of their first characters. */
  readonly starts: Int32Array;
}

/** An apostrophe as in `don't` and `we'll` belongs to its word; a quote does not. */
function joins(text: string, at: number): boolean {
  if (!isLetter(text.charCodeAt(at - 1)) || !isLetter(text.charCodeAt(at + 1))) return false;
  const end = isLetter(text.charCodeAt(at + 2)) ? at + 3 : at + 2;
  const next = text.charCodeAt(end);
  return !(next === APOSTROPHE || isWord(next));
}

/** All words of `lower`, a text in lower case. Linear. */
export function takeWords(lower: string): Words {
  let hashes = new Int32Array((lower.length >> 2) + 16);
  let starts = new Int32Array(hashes.length);
  let count = 0;
  let singles = 0;
  let pairs = 0;
  let row = 0;
  let size = 0;
  let hash = SEED;
  let start = -1;
  const length = lower.length;
  for (let i = 0; i <= length; i++) {
    const code = i < length ? lower.charCodeAt(i) : 32;
    if (code > 127 || IN_WORD[code] === 1) {
      if (start < 0) start = i;
      hash = step(hash, code);
      continue;
    }
    if (start < 0 || (code === APOSTROPHE && joins(lower, i))) continue;
    if (count === hashes.length) {
      hashes = grown(hashes);
      starts = grown(starts);
    }
    hashes[count] = hash;
    starts[count++] = start;
    row = i - start === size ? row + 1 : 1;
    size = i - start;
    if (size === 1 && row > singles) singles = row;
    else if (size === 2 && row > pairs) pairs = row;
    hash = SEED;
    start = -1;
  }
  return { count, singles, pairs, hashes, starts };
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
