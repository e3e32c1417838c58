/** The weights of words, summed once for each word and remembered: texts say the same words over again. */
import { ownFeatures, TOKEN_FEATURES_MAX, unitOf } from './text-features.ts';
import { TOKEN_CHARS_MAX, type Tokens } from './tokens.ts';

/** Words that are remembered; a word of an older text gives way. */
const WORDS_KEPT = 1 << 13;

/** What is known of a word stands in one row, so that it is read from memory at once. */
const KEY = 0;
const LENGTH = 1;
const FEATURES = 2;
const LAST = 3;
const SUMS = 4;

/** Holds no state between calls but sums that it would make again, and where a word was last. */
export class WordSums {
  readonly #weights: Int16Array;
  readonly #width: number;
  readonly #stride: number;
  readonly #cells: Int32Array;
  /** Their letters: a word that was made to have the hash of another must not be taken for it. */
  readonly #letters = new Uint16Array(WORDS_KEPT * TOKEN_CHARS_MAX);
  readonly #buckets = new Int32Array(TOKEN_FEATURES_MAX);

  /** @param weights for each bucket those of `width` heads */
  constructor(weights: Int16Array, width: number) {
    this.#weights = weights;
    this.#width = width;
    this.#stride = SUMS + width;
    this.#cells = new Int32Array(WORDS_KEPT * this.#stride);
  }

  /** The row of a token, made where it is not there. */
  rowOf(lower: string, { starts, ends, kinds, hashes }: Tokens, token: number): number {
    const cells = this.#cells;
    const key = hashes[token] ?? 0;
    const start = starts[token] ?? 0;
    const end = ends[token] ?? 0;
    const at = (key ^ (key >>> 16)) & (WORDS_KEPT - 1);
    const row = at * this.#stride;
    if (cells[row + KEY] === key && cells[row + LENGTH] === end - start && this.#holds(at, lower, start, end))
      return row;
    const letters = at * TOKEN_CHARS_MAX - start;
    for (let i = start; i < end; i++) this.#letters[letters + i] = unitOf(lower, i);
    const buckets = this.#buckets;
    const features = ownFeatures(lower, start, end, kinds[token] ?? 0, buckets);
    cells.fill(0, row + SUMS, row + SUMS + this.#width);
    for (let i = 0; i < features; i++) {
      const from = (buckets[i] ?? 0) * this.#width;
      for (let head = 0; head < this.#width; head++) {
        const sum = row + SUMS + head;
        cells[sum] = (cells[sum] ?? 0) + (this.#weights[from + head] ?? 0);
      }
    }
    cells[row + KEY] = key;
    cells[row + LENGTH] = end - start;
    cells[row + FEATURES] = features;
    return row;
  }

  #holds(at: number, lower: string, start: number, end: number): boolean {
    const letters = at * TOKEN_CHARS_MAX - start;
    for (let i = start; i < end; i++) if (this.#letters[letters + i] !== unitOf(lower, i)) return false;
    return true;
  }

  featuresAt(row: number): number {
    return this.#cells[row + FEATURES] ?? 0;
  }

  sumAt(row: number, head: number): number {
    return this.#cells[row + SUMS + head] ?? 0;
  }

  /** Notes that the word stands at `token`. Returns where it was before. */
  moveTo(row: number, token: number): number {
    const last = this.#cells[row + LAST] ?? 0;
    this.#cells[row + LAST] = token;
    return last;
  }
}
