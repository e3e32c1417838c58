/**
 * Tells in one pass which of the rules' words stand in a text, forwards, turned by thirteen, or backwards.
 */
import { rot13 } from '../views/rot13.ts';
import { hashOf, type Words } from '../views/words.ts';
import type { WordGroup } from './rule.ts';

const backwards = (word: string): string => [...word].reverse().join('');

export interface Presence {
  /** One entry for each group of the gate: 1 where a word of it stands in the text. */
  readonly groups: Uint8Array;
  /** Words that are telling ones turned by thirteen, or written backwards. */
  readonly turned: number;
  readonly reversed: number;
  /** Whether a word stands there that hardly any English sentence does without. */
  readonly plain: boolean;
}

/** The commonest words of English, none of which is one when it is turned or reversed. */
const COMMON = 'the and you your to of is in with this that what how for my it can not all at from please do';

/** A false hit of a hash costs a pattern run, never a finding. */
export class WordGate {
  readonly #groupsOf = new Map<number, readonly number[]>();
  readonly #turned = new Set<number>();
  readonly #reversed = new Set<number>();
  readonly #common = new Set(COMMON.split(' ').map(hashOf));
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
    for (const hash of this.#common) this.#add(hash, () => undefined);
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

  /** Linear. */
  read(words: Words): Presence {
    const groups = new Uint8Array(this.#index.size);
    const { hashes, count } = words;
    let turned = 0;
    let reversed = 0;
    let plain = false;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i] ?? 0;
      if (this.#bloom[hash & 0xffff] === 0) continue;
      const list = this.#groupsOf.get(hash);
      if (list !== undefined) for (const at of list) groups[at] = 1;
      if (this.#turned.has(hash)) turned++;
      if (this.#reversed.has(hash)) reversed++;
      plain ||= this.#common.has(hash);
    }
    return { groups, turned, reversed, plain };
  }
}
