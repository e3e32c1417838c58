/** How near a text can be to a topic at most, by the pieces that both have: cheaper than to measure it. */
import type { Vector } from './topic-vectors.ts';

/** Places of the table for each piece. */
const SPARSENESS = 4;
/** More than the sums of floating-point numbers are ever off by. */
const MARGIN = 1e-6;

/**
 * The cosine of a unit vector to one of a topic's is a sum over the pieces that they share, so it is at most
 * the length of the topic's vector over those (Cauchy and Schwarz).
 */
export class SharedPieces {
  /** Number of a piece, plus 1, at its low bits or behind; 0: nothing. */
  readonly #table: Int32Array;
  /** Each piece once, and the last of its places in the vectors, plus 1. */
  readonly #pieces: Int32Array;
  readonly #last: Int32Array;
  /** Of each place: the one before, plus 1; which vector it is of; the square of what it weighs there. */
  readonly #before: Int32Array;
  readonly #vector: Int32Array;
  readonly #squares: Float64Array;
  readonly #vectorCount: number;
  /** Number of the call in which a piece was met last: no text counts a piece twice. */
  readonly #metIn: Int32Array;
  #call = 0;

  constructor(vectors: readonly Vector[]) {
    const count = vectors.reduce((sum, { pieces }) => sum + pieces.length, 0);
    let places = 16;
    while (places < count * SPARSENESS) places *= 2;
    this.#table = new Int32Array(places);
    this.#pieces = new Int32Array(count);
    this.#last = new Int32Array(count);
    this.#before = new Int32Array(count);
    this.#vector = new Int32Array(count);
    this.#squares = new Float64Array(count);
    this.#metIn = new Int32Array(count);
    this.#vectorCount = vectors.length;
    let known = 0;
    let place = 0;
    for (const [vector, { pieces, values }] of vectors.entries()) {
      for (let i = 0; i < pieces.length; i++) {
        const number = this.#numberOf(pieces[i] ?? 0, known);
        if (number === known) known += 1;
        this.#before[place] = this.#last[number] ?? 0;
        this.#vector[place] = vector;
        this.#squares[place] = (values[i] ?? 0) ** 2;
        this.#last[number] = ++place;
      }
    }
  }

  /** @param next number of a piece that is not there yet */
  #numberOf(piece: number, next: number): number {
    const mask = this.#table.length - 1;
    let at = piece & mask;
    for (let held = this.#table[at] ?? 0; held !== 0; held = this.#table[at] ?? 0) {
      if (this.#pieces[held - 1] === piece) return held - 1;
      at = (at + 1) & mask;
    }
    this.#table[at] = next + 1;
    this.#pieces[next] = piece;
    return next;
  }

  /**
   * No vector of the topic is nearer to the text than this.
   * @param pieces of the text, in any order, repeated or not
   */
  nearestMost(pieces: Int32Array): number {
    const table = this.#table;
    const known = this.#pieces;
    const metIn = this.#metIn;
    const mask = table.length - 1;
    const sums = new Float64Array(this.#vectorCount);
    const call = (this.#call + 1) | 0;
    this.#call = call;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] ?? 0;
      for (let at = piece & mask; table[at] !== 0; at = (at + 1) & mask) {
        const number = (table[at] ?? 0) - 1;
        if (known[number] !== piece) continue;
        if (metIn[number] !== call) this.#add(number, sums);
        metIn[number] = call;
        break;
      }
    }
    return Math.sqrt(sums.reduce((most, sum) => Math.max(most, sum), 0)) + MARGIN;
  }

  #add(number: number, sums: Float64Array): void {
    for (let place = this.#last[number] ?? 0; place !== 0; place = this.#before[place - 1] ?? 0) {
      const vector = this.#vector[place - 1] ?? 0;
      sums[vector] = (sums[vector] ?? 0) + (this.#squares[place - 1] ?? 0);
    }
  }
}
