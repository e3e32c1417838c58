/** Runs rules that begin at a telling word or sign: a pattern is tried only where one stands. */
import type { JudgedText } from '../judged-text.ts';
import { bitsOf } from '../views/census.ts';
import type { View } from '../views/view.ts';
import { hashOf, type Words } from '../views/words.ts';
import { partialPattern } from './partial-pattern.ts';

export interface AnchoredRule {
  readonly id: string;
  /** Words in lower case, without signs, at whose first letter the pattern is tried. */
  readonly words?: readonly string[];
  /** Signs at which the pattern is tried. */
  readonly signs?: readonly string[];
  /** Sticky, over the text in lower case; bounded. It may look back a little. */
  readonly pattern: RegExp;
}

interface Sign {
  readonly text: string;
  readonly bits: number;
  readonly rules: readonly number[];
}

/** A look-ahead in a pattern. */
const LOOKS_AHEAD = /\(\?[=!]/;

type Found<R> = (rule: R, start: number, end: number) => void;

/** All rules of one detector. The only state between calls is the patterns' own, set anew by every try. */
export class AnchoredRules<R extends AnchoredRule> {
  readonly #rules: readonly R[];
  readonly #byWord = new Map<number, readonly number[]>();
  readonly #bloom = new Uint8Array(1 << 14);
  readonly #signs: readonly Sign[];
  readonly #reach: number;
  readonly #looksBeyond: boolean;
  /** Made when the first growing text is judged. */
  readonly #partial = new Map<number, RegExp>();

  /**
   * @param reach no match, with what is looked at beyond it, is longer
   * @param looksBeyond what follows a match decides on it too
   */
  constructor(rules: readonly R[], reach: number, looksBeyond = false) {
    this.#rules = rules;
    this.#reach = reach;
    this.#looksBeyond = looksBeyond;
    const byWord = new Map<number, number[]>();
    const bySign = new Map<string, number[]>();
    rules.forEach((rule, index) => {
      for (const word of rule.words ?? []) put(byWord, hashOf(word), index);
      for (const sign of rule.signs ?? []) put(bySign, sign, index);
    });
    for (const [hash, list] of byWord) {
      this.#byWord.set(hash, list);
      this.#bloom[hash & 0x3fff] = 1;
    }
    this.#signs = [...bySign].map(([text, list]) => ({ text, bits: bitsOf(text), rules: list }));
  }

  /** Every match in the view, for each rule in order and without overlap of its own. Linear. */
  find(view: View, found: Found<R>): void {
    const text = view.lower;
    const doneTo = new Map<number, number>();
    const attempt = (index: number, at: number): void => {
      const rule = this.#rules[index];
      if (rule === undefined || at < (doneTo.get(index) ?? 0)) return;
      rule.pattern.lastIndex = at;
      const match = rule.pattern.exec(text);
      if (match === null || match[0].length === 0) return;
      doneTo.set(index, at + match[0].length);
      found(rule, at, at + match[0].length);
    };
    this.#atWords(view.words, 0, attempt);
    this.#atSigns(view, 0, attempt);
  }

  /** Raw offset of the first anchor so near to the end that its match may still come or grow. */
  openFrom(text: JudgedText): number {
    let open = text.raw.length;
    for (const view of text.views) {
      const note = (index: number, at: number): void => {
        const raw = view.toRaw(at, at + 1).start;
        if (raw < open && this.#mayMatch(index, view.lower, at)) open = raw;
      };
      const from = Math.max(0, view.text.length - this.#reach);
      this.#atWords(view.words, from, note);
      this.#atSigns(view, from, note);
    }
    return open;
  }

  /** Whether a match here may begin, grow or vanish with what is to come. */
  #mayMatch(index: number, text: string, at: number): boolean {
    const rule = this.#rules[index];
    if (rule === undefined) return false;
    const pattern = this.#partial.get(index) ?? partialPattern(rule.pattern);
    this.#partial.set(index, pattern);
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    // A match that never came to the end of the text is what it will be, where nothing looks ahead.
    return this.#looksBeyond || pattern.lastIndex === text.length || LOOKS_AHEAD.test(rule.pattern.source);
  }

  #atSigns(view: View, from: number, visit: (rule: number, at: number) => void): void {
    const { seen } = view.census;
    const text = view.lower;
    for (const sign of this.#signs) {
      if ((seen & sign.bits) !== sign.bits) continue;
      for (let at = text.indexOf(sign.text, from); at >= 0; at = text.indexOf(sign.text, at + 1)) {
        for (const rule of sign.rules) visit(rule, at);
      }
    }
  }

  #atWords(words: Words, from: number, visit: (rule: number, at: number) => void): void {
    const { hashes, starts, count } = words;
    for (let i = firstFrom(words, from); i < count; i++) {
      const hash = hashes[i] ?? 0;
      if (this.#bloom[hash & 0x3fff] === 0) continue;
      const list = this.#byWord.get(hash);
      if (list !== undefined) for (const rule of list) visit(rule, starts[i] ?? 0);
    }
  }
}

/** Index of the first word that begins at or after `from`. */
function firstFrom({ starts, count }: Words, from: number): number {
  if (from <= 0) return 0;
  let low = 0;
  for (let high = count; low < high; ) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function put<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key) ?? [];
  if (!list.includes(value)) list.push(value);
  map.set(key, list);
}
