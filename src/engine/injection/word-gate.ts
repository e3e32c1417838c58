/**
 * Tells in one pass which of the rules' words stand in a text, forwards, turned by thirteen, or backwards.
 */
import { rot13 } from '../views/rot13.ts';
import { WordIndex } from '../views/word-index.ts';
import type { Words } from '../views/words.ts';
import type { WordGroup } from './rule.ts';

const backwards = (word: string): string => [...word].reverse().join('');

export interface Presence {
  /** One bit for each group of the gate: set where a word of it stands in the text. */
  readonly groups: Int32Array;
  /** Words that are telling ones turned by thirteen, or written backwards. */
  readonly turned: number;
  readonly reversed: number;
  /** Whether a word stands there that hardly any English sentence does without. */
  readonly plain: boolean;
}

export const hasGroup = ({ groups }: Presence, at: number): boolean =>
  ((groups[at >> 5] ?? 0) & (1 << (at & 31))) !== 0;

/** The commonest words of English, none of which is one when it is turned or reversed. */
const COMMON = 'the and you your to of is in with this that what how for my it can not all at from please do';

/** A false hit of a hash costs a pattern run, never a finding. */
export class WordGate {
  readonly #index = new Map<WordGroup, number>();
  /** By the number of a group; behind those the words that are turned, reversed and common ones. */
  readonly #words: WordIndex;

  constructor(groups: Iterable<WordGroup>, telling: WordGroup) {
    for (const group of groups) if (!this.#index.has(group)) this.#index.set(group, this.#index.size);
    const lists = [...this.#index.keys(), telling.map(rot13), telling.map(backwards), COMMON.split(' ')];
    this.#words = new WordIndex(
      lists.flatMap((words, at) => words.map((word): [string, number] => [word, at])),
    );
  }

  indexOf(group: WordGroup): number {
    return this.#index.get(group) ?? -1;
  }

  /** Linear. */
  read(words: Words): Presence {
    const size = this.#index.size;
    const groups = new Int32Array((size + 31) >> 5);
    let turned = 0;
    let reversed = 0;
    let plain = false;
    this.#words.each(words, 0, (list) => {
      if (list < size) groups[list >> 5] = (groups[list >> 5] ?? 0) | (1 << (list & 31));
      else if (list === size) turned++;
      else if (list === size + 1) reversed++;
      else plain = true;
    });
    return { groups, turned, reversed, plain };
  }
}
