/**
 * Tells in one pass which of the rules' words stand in a text, forwards, turned by thirteen, or backwards.
 */
import { rot13 } from '../views/rot13.ts';
import type { WordGroup } from './rule.ts';

const SEED = 5381;
const step = (hash: number, code: number): number => (Math.imul(hash, 33) ^ code) | 0;
const APOSTROPHE = 39;

function hashOf(word: string): number {
  let hash = SEED;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code !== APOSTROPHE) hash = step(hash, code);
  }
  return hash;
}
const backwards = (word: string): string => [...word].reverse().join('');

/** 1 for characters of words: letters and digits, and everything beyond ASCII. */
const IN_WORD = new Uint8Array(128);
for (let code = 0; code < 128; code++) if (/[a-z0-9]/i.test(String.fromCharCode(code))) IN_WORD[code] = 1;

export interface Presence {
  /** One entry for each group of the gate: 1 where a word of it stands in the text. */
  readonly groups: Uint8Array;
  /** Words that are telling ones turned by thirteen, or written backwards. */
  readonly turned: number;
  readonly reversed: number;
}

/** A false hit of a hash costs a pattern run, never a finding. */
export class WordGate {
  readonly #groupsOf = new Map<number, readonly number[]>();
  readonly #turned = new Set<number>();
  readonly #reversed = new Set<number>();
  readonly #index = new Map<WordGroup, number>();
  readonly #bloom = new Uint8Array(1 << 16);

  constructor(groups: Iterable<WordGroup>, telling: WordGroup) {
    const byHash = new Map<number, number[]>();
    for (const group of groups) {
      if (this.#index.has(group)) continue;
      const at = this.#index.size;
      this.#index.set(group, at);
      for (const word of group) {
        const hash = hashOf(word);
        byHash.set(hash, [...(byHash.get(hash) ?? []), at]);
      }
    }
    for (const [hash, list] of byHash) this.#add(hash, () => this.#groupsOf.set(hash, list));
    for (const word of telling) {
      const turned = hashOf(rot13(word));
      const reversed = hashOf(backwards(word));
      this.#add(turned, () => this.#turned.add(turned));
      this.#add(reversed, () => this.#reversed.add(reversed));
    }
  }

  #add(hash: number, put: () => void): void {
    this.#bloom[hash & 0xffff] = 1;
    put();
  }

  indexOf(group: WordGroup): number {
    return this.#index.get(group) ?? -1;
  }

  /** Linear; `text` in lower case. */
  read(text: string): Presence {
    const groups = new Uint8Array(this.#index.size);
    let turned = 0;
    let reversed = 0;
    let hash = SEED;
    for (let i = 0; i <= text.length; i++) {
      const code = i < text.length ? text.charCodeAt(i) : 32;
      if (code > 127 || IN_WORD[code] === 1) {
        hash = step(hash, code);
        continue;
      }
      if (code === APOSTROPHE || hash === SEED) continue;
      if (this.#bloom[hash & 0xffff] === 1) {
        const list = this.#groupsOf.get(hash);
        if (list !== undefined) for (const at of list) groups[at] = 1;
        if (this.#turned.has(hash)) turned++;
        if (this.#reversed.has(hash)) reversed++;
      }
      hash = SEED;
    }
    return { groups, turned, reversed };
  }
}
