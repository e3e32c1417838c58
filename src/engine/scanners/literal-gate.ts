/** Tells in one pass over a text which scanners may find something there: those whose texts stand in it. */
import { rarestRow } from '../views/rarest-row.ts';
import { SEED, step } from '../views/vocabulary.ts';
import type { RequiredTexts } from './required-texts.ts';

/** So many characters of a text are looked for; no letter case, and not where they stand. */
const WINDOW_CHARS = 4;
/** The one letter beyond ASCII that is an ASCII one, with case ignored, and stays itself in lower case. */
const LONG_S = 0x17f;
const SMALL_S = 0x73;
const BLOOM_MIN = 1 << 10;
const BLOOM_MAX = 1 << 20;
/** Bits of the bloom per window. */
const SPARSENESS = 16;

const fold = (code: number): number => (code === LONG_S ? SMALL_S : code);

function hashOfWindow(text: string, at: number): number {
  let hash = SEED;
  const end = Math.min(text.length, at + WINDOW_CHARS);
  for (let i = at; i < end; i++) hash = step(hash, fold(text.charCodeAt(i)));
  return hash;
}

/** A false hit costs a run of the scanner, never a finding. Its work is linear in the text. */
export class LiteralGate {
  readonly #always: Uint8Array;
  /** In ascending order, with the scanner of each. */
  readonly #hashes: Int32Array;
  readonly #scanners: Int32Array;
  readonly #bloom: Uint8Array;
  /** Whether there are windows of 1, 2, 3 and 4 characters. */
  readonly #sizes = new Uint8Array(WINDOW_CHARS + 1);

  /** @param needs of each scanner; undefined: it always runs */
  constructor(needs: readonly RequiredTexts[]) {
    this.#always = Uint8Array.from(needs, (texts) => (texts === undefined ? 1 : 0));
    const entries: { readonly hash: number; readonly index: number }[] = [];
    for (const [index, texts] of needs.entries()) {
      for (const text of texts ?? []) {
        entries.push({ hash: hashOfWindow(text, rarestRow(text, WINDOW_CHARS)), index });
        this.#sizes[Math.min(text.length, WINDOW_CHARS)] = 1;
      }
    }
    entries.sort((a, b) => a.hash - b.hash);
    this.#hashes = Int32Array.from(entries, ({ hash }) => hash);
    this.#scanners = Int32Array.from(entries, ({ index }) => index);
    let bits = BLOOM_MIN;
    while (bits < entries.length * SPARSENESS && bits < BLOOM_MAX) bits *= 2;
    this.#bloom = new Uint8Array(bits);
    for (const hash of this.#hashes) this.#bloom[hash & (bits - 1)] = 1;
  }

  /** @param texts in lower case. Returns one entry for each scanner: 1 where it has to look. */
  read(texts: readonly string[]): Uint8Array {
    const runs = this.#always.slice();
    if (this.#hashes.length === 0) return runs;
    const bloom = this.#bloom;
    const mask = bloom.length - 1;
    const [, one, two, three, four] = this.#sizes;
    const done = new Uint8Array(this.#hashes.length);
    for (const text of texts) {
      for (let at = 0; at < text.length; at++) {
        let hash = step(SEED, fold(text.charCodeAt(at)));
        if (one === 1 && bloom[hash & mask] === 1) this.#mark(hash, runs, done);
        if (at + 1 >= text.length) break;
        hash = step(hash, fold(text.charCodeAt(at + 1)));
        if (two === 1 && bloom[hash & mask] === 1) this.#mark(hash, runs, done);
        if (at + 2 >= text.length) continue;
        hash = step(hash, fold(text.charCodeAt(at + 2)));
        if (three === 1 && bloom[hash & mask] === 1) this.#mark(hash, runs, done);
        if (at + 3 >= text.length) continue;
        hash = step(hash, fold(text.charCodeAt(at + 3)));
        if (four === 1 && bloom[hash & mask] === 1) this.#mark(hash, runs, done);
      }
    }
    return runs;
  }

  #mark(hash: number, runs: Uint8Array, done: Uint8Array): void {
    const hashes = this.#hashes;
    let low = 0;
    for (let high = hashes.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((hashes[middle] ?? 0) < hash) low = middle + 1;
      else high = middle;
    }
    if (done[low] === 1) return;
    for (let i = low; hashes[i] === hash; i++) {
      runs[this.#scanners[i] ?? 0] = 1;
      done[i] = 1;
    }
  }
}
