/** What rules hang on words: finds in the words of a text what hangs on them. */
import { numberOf } from './vocabulary.ts';
import type { Words } from './words.ts';

const NONE: readonly number[] = [];

/** Holds no state between calls. */
export class WordIndex {
  /** By a word's number: where its entries begin; they end where those of the next number do. */
  readonly #starts: Uint16Array;
  readonly #entries: Uint16Array;

  /** @param words each in lower case, with a number from 0 on that hangs on it; the same twice counts once */
  constructor(words: Iterable<readonly [word: string, entry: number]>) {
    const lists = new Map<number, number[]>();
    let last = 0;
    for (const [word, entry] of words) {
      const number = numberOf(word);
      const list = lists.get(number);
      if (list === undefined) lists.set(number, [entry]);
      else if (!list.includes(entry)) list.push(entry);
      last = Math.max(last, number);
    }
    this.#starts = new Uint16Array(last + 2);
    const entries: number[] = [];
    for (let number = 0; number <= last; number++) {
      this.#starts[number] = entries.length;
      for (const entry of lists.get(number) ?? NONE) entries.push(entry);
    }
    this.#starts[last + 1] = entries.length;
    this.#entries = Uint16Array.from(entries);
  }

  /** Calls `visit` for what hangs on words that begin at or after `from`, word by word. */
  each({ known }: Words, from: number, visit: (entry: number, at: number) => void): void {
    for (let i = firstFrom(known, from); i < known.length; i += 2) {
      const number = known[i] ?? 0;
      if (number > 0) this.#eachOf(number, known[i + 1] ?? 0, visit);
    }
  }

  /** The same for rows of ASCII letters and digits, in words or alone; for whole words it may come twice. */
  eachPart({ known }: Words, visit: (entry: number, at: number) => void): void {
    for (let i = 0; i < known.length; i += 2) {
      this.#eachOf(Math.abs(known[i] ?? 0), known[i + 1] ?? 0, visit);
    }
  }

  #eachOf(number: number, at: number, visit: (entry: number, at: number) => void): void {
    const starts = this.#starts;
    // Words that got their number later are none of these.
    if (number >= starts.length - 1) return;
    const end = starts[number + 1] ?? 0;
    for (let i = starts[number] ?? 0; i < end; i++) visit(this.#entries[i] ?? 0, at);
  }
}

/** Index of the first word that begins at or after `from`. */
function firstFrom(known: readonly number[], from: number): number {
  if (from <= 0) return 0;
  let low = 0;
  for (let high = known.length >> 1; low < high; ) {
    const middle = (low + high) >> 1;
    if ((known[middle * 2 + 1] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}
