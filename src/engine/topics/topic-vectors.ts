/** Texts as vectors of word pieces, and how near a text is to the examples of a topic (DETECTION §5.4). */
import { SEED, step } from '../views/vocabulary.ts';

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

/** The hash of a text goes on from that of what stands before it. */
function hashOn(before: number, text: string, from = 0, to = text.length): number {
  let hash = before;
  for (let i = from; i < to; i++) hash = step(hash, text.charCodeAt(i));
  return hash;
}
const WORD = hashOn(SEED, 'w:');
const PAIR = hashOn(SEED, 'b:');
/** Of each character of a word there are at most three grams, and each word has three pieces more. */
const PIECES_PER_CHAR_MAX = 6;
const WORD_CHARS_MAX = 40;
const WORD_CHAR = /[\p{L}\p{M}\p{N}]/u;
const IN_WORD = Uint8Array.from({ length: 128 }, (_, code) =>
  WORD_CHAR.test(String.fromCharCode(code)) ? 1 : 0,
);
const LETTER_Y = 121;

/** The pieces of one text, gathered word by word. */
class PieceReader {
  readonly #lower: string;
  readonly #pieces: Int32Array;
  readonly #from: number;
  #count: number;
  #pair: number | undefined;

  /** @param pieces where they are put, from `from` on */
  constructor(lower: string, pieces: Int32Array, from: number) {
    this.#lower = lower;
    this.#pieces = pieces;
    this.#from = from;
    this.#count = from;
  }

  read(): Int32Array {
    const { length } = this.#lower;
    for (let at = 0; at < length; ) {
      const end = this.#wordEnd(at);
      if (end > at) this.#word(at, end);
      at = end > at ? end : at + this.#unitsAt(at);
    }
    return this.#pieces.subarray(this.#from, this.#count);
  }

  #unitsAt(at: number): number {
    return (this.#lower.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }

  /** A word goes on with letters, marks and digits, and is cut where it is long. */
  #wordEnd(from: number): number {
    const lower = this.#lower;
    let at = from;
    for (let chars = 0; chars < WORD_CHARS_MAX && at < lower.length; chars++) {
      const code = lower.charCodeAt(at);
      const units = code < 128 ? 1 : this.#unitsAt(at);
      const isIn = code < 128 ? IN_WORD[code] === 1 : WORD_CHAR.test(lower.slice(at, at + units));
      if (!isIn) break;
      at += units;
    }
    return at;
  }

  /** Each row of characters of the word with a space at both ends, its stem, and the pair of stems. */
  #word(start: number, end: number): void {
    const lower = this.#lower;
    const pieces = this.#pieces;
    let count = this.#count;
    for (let i = start - 1; i + GRAM_CHARS_MIN <= end + 1; i++) {
      const to = Math.min(end + 1, i + GRAM_CHARS_MAX);
      let hash = SEED;
      for (let at = i; at < to; at++) {
        hash = step(hash, at < start || at >= end ? SPACE : lower.charCodeAt(at));
        if (at - i + 1 >= GRAM_CHARS_MIN) pieces[count++] = hash;
      }
    }
    const whole = this.#stemOn(WORD, start, end);
    pieces[count++] = whole;
    pieces[count++] = whole;
    if (this.#pair !== undefined) pieces[count++] = this.#stemOn(this.#pair, start, end);
    this.#pair = step(this.#stemOn(PAIR, start, end), SPACE);
    this.#count = count;
  }

  /** `ies` becomes `y`; `ing`, `ed`, `es` and `s` go. */
  #stemOn(before: number, start: number, end: number): number {
    const lower = this.#lower;
    const endsIn = (text: string): boolean => end - start >= text.length && lower.endsWith(text, end);
    if (endsIn('ies')) return step(hashOn(before, lower, start, end - 3), LETTER_Y);
    const gone = endsIn('ing') ? 3 : endsIn('ed') || endsIn('es') ? 2 : endsIn('s') ? 1 : 0;
    return hashOn(before, lower, start, end - gone);
  }
}

/** Of each text the pieces of each word, its stem, which counts twice, and pairs of stems. */
export function piecesOfAll(texts: readonly string[]): readonly Int32Array[] {
  const lower = texts.map((text) => text.toLowerCase());
  const chars = lower.reduce((sum, text) => sum + text.length, 0);
  // One array for all: to make one costs more than to fill it.
  const all = new Int32Array(chars * PIECES_PER_CHAR_MAX);
  let from = 0;
  return lower.map((text) => {
    const pieces = new PieceReader(text, all, from).read();
    from += pieces.length;
    return pieces;
  });
}

const piecesOf = (text: string): Int32Array => piecesOfAll([text])[0] ?? new Int32Array();

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
export const vectorOf = (text: string): Vector => vectorOfPieces(piecesOf(text));

export function vectorOfPieces(given: Int32Array): Vector {
  const all = given.toSorted();
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
