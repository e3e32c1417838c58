/** Counts words and stems anywhere in a text, without trying all of them at every letter. */

/** Pairs of ASCII characters have so many numbers. */
const PAIRS = 1 << 14;
const pairOf = (first: number, second: number): number => ((first & 127) << 7) | (second & 127);

export class WordCounter {
  readonly #begins = new Uint8Array(PAIRS);
  readonly #byPair = new Map<number, RegExp>();

  /** @param words sources of patterns, each beginning with two plain ASCII characters; the first counts */
  constructor(words: readonly string[]) {
    const byPair = new Map<number, string[]>();
    for (const word of words) {
      const pair = pairOf(word.charCodeAt(0), word.charCodeAt(1));
      this.#begins[pair] = 1;
      byPair.set(pair, [...(byPair.get(pair) ?? []), word]);
    }
    for (const [pair, sources] of byPair) this.#byPair.set(pair, new RegExp(sources.join('|'), 'y'));
  }

  /** How often one of them stands in the text, without overlap. */
  count(text: string): number {
    let found = 0;
    for (let at = 0; at + 1 < text.length; ) {
      const pair = pairOf(text.charCodeAt(at), text.charCodeAt(at + 1));
      const pattern = this.#begins[pair] === 1 ? this.#byPair.get(pair) : undefined;
      if (pattern !== undefined) pattern.lastIndex = at;
      if (pattern?.test(text) === true) {
        found++;
        at = pattern.lastIndex;
      } else at++;
    }
    return found;
  }
}
