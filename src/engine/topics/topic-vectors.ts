/** Texts as vectors of word pieces, and how near a text is to the examples of a topic (DETECTION §5.4). */
import { SEED, step } from '../views/words.ts';

/** The commonest words of English by rank: what a text shares through them says little. */
const COMMON =
  'the be to of and a in that have i it for not on with he as you do at this but his by from they ' +
  'we say her she or an will my one all would there their what so up out if about who get which go ' +
  'me when make can like time no just him know take people into year your good some could them see ' +
  'other than then now look only come its over think also back after use two how our work first ' +
  'well way even new want because any these give day most us is are was were been has had did does ' +
  'am please tell need help thanks let show find call should may might much many very more really ' +
  'right where why here been going';
/** Pieces of words have 3 to 5 characters, their ends included. */
const GRAM_CHARS_MIN = 3;
const GRAM_CHARS_MAX = 5;
const SPACE = 32;

/** Hashes of pieces in ascending order, each once, with what it weighs: a unit vector. */
export interface Vector {
  readonly pieces: Int32Array;
  readonly values: Float64Array;
}

const stem = (word: string): string => word.replace(/ies$/, 'y').replace(/(?:ing|ed|es|s)$/, '');

/** The hash of a text goes on from that of what stands before it. */
function hashOn(before: number, text: string): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = step(hash, text.charCodeAt(i));
  return hash;
}
const WORD = hashOn(SEED, 'w:');
const PAIR = hashOn(SEED, 'b:');
/** Of each character of a word there are at most three grams, and each word has three pieces more. */
const PIECES_PER_CHAR_MAX = 6;

/** Pieces of each word, its stem, which counts twice, and pairs of stems; in ascending order. */
function piecesOf(text: string): Int32Array {
  const lower = text.toLowerCase();
  const pieces = new Int32Array(lower.length * PIECES_PER_CHAR_MAX);
  let count = 0;
  let pair: number | undefined;
  for (const [word] of lower.matchAll(/[\p{L}\p{M}\p{N}]{1,40}/gu)) {
    const padded = ` ${word} `;
    for (let i = 0; i + GRAM_CHARS_MIN <= padded.length; i++) {
      let hash = SEED;
      const end = Math.min(padded.length, i + GRAM_CHARS_MAX);
      for (let at = i; at < end; at++) {
        hash = step(hash, padded.charCodeAt(at));
        if (at - i + 1 >= GRAM_CHARS_MIN) pieces[count++] = hash;
      }
    }
    const root = stem(word);
    const whole = hashOn(WORD, root);
    pieces[count++] = whole;
    pieces[count++] = whole;
    if (pair !== undefined) pieces[count++] = hashOn(pair, root);
    pair = step(hashOn(PAIR, root), SPACE);
  }
  return pieces.subarray(0, count).sort();
}

function commonWeights(): ReadonlyMap<number, number> {
  const weights = new Map<number, number>();
  for (const [rank, word] of COMMON.split(' ').entries()) {
    for (const piece of piecesOf(word)) {
      if (!weights.has(piece)) weights.set(piece, 0.2 + rank / 300);
    }
  }
  return weights;
}
const WEIGHTS = commonWeights();

/** The unit vector of a text. */
export function vectorOf(text: string): Vector {
  const all = piecesOf(text);
  const pieces = new Int32Array(all.length);
  const values = new Float64Array(all.length);
  let count = 0;
  let squares = 0;
  for (let from = 0; from < all.length; count++) {
    const piece = all[from] ?? 0;
    let to = from + 1;
    while (to < all.length && all[to] === piece) to++;
    const value = (to - from > 1 ? 1 + Math.log(to - from) : 1) * (WEIGHTS.get(piece) ?? 1);
    pieces[count] = piece;
    values[count] = value;
    squares += value * value;
    from = to;
  }
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < count; i++) values[i] = (values[i] ?? 0) / length;
  return { pieces: pieces.subarray(0, count), values: values.subarray(0, count) };
}

/** The cosine of two unit vectors. */
export function nearness(a: Vector, b: Vector): number {
  let [sum, i, j] = [0, 0, 0];
  while (i < a.pieces.length && j < b.pieces.length) {
    const [one, other] = [a.pieces[i] ?? 0, b.pieces[j] ?? 0];
    if (one === other) sum += (a.values[i++] ?? 0) * (b.values[j++] ?? 0);
    else if (one < other) i++;
    else j++;
  }
  return sum;
}
