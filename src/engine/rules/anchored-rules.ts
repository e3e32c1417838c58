/** Runs rules that begin at a telling word or sign: a pattern is tried only where one stands. */
import type { JudgedText } from '../judged-text.ts';
import { signOf } from '../views/signs.ts';
import type { View } from '../views/view.ts';
import { WordIndex } from '../views/word-index.ts';
import { partialPattern } from './partial-pattern.ts';

export interface AnchoredRule {
  readonly id: string;
  /** Words in lower case, without signs, at whose first letter the pattern is tried. */
  readonly words?: readonly string[];
  /** Signs at which the pattern is tried. */
  readonly signs?: readonly string[];
  /** Sticky, over the text in lower case; bounded. It may look back a little. */
  readonly pattern: RegExp;
  /**
   * Sticky, on what stands before a match: there it does not count. A look-behind of the pattern's own would
   * be tried at every anchor, this one at matches only.
   */
  readonly unless?: RegExp;
}

/** Whether what stands before `at` lets the rule count there. */
function counts({ unless }: AnchoredRule, text: string, at: number): boolean {
  if (unless === undefined) return true;
  unless.lastIndex = at;
  return !unless.test(text);
}

interface Sign {
  /** Signs are gone through in the order of rules, whichever stands first in a text. */
  readonly order: number;
  readonly rules: readonly number[];
}

/** A look-ahead in a pattern. */
const LOOKS_AHEAD = /\(\?[=!]/;

type Found<R> = (rule: R, start: number, end: number) => void;

/** All rules of one detector. The only state between calls is the patterns' own, set anew by every try. */
export class AnchoredRules<R extends AnchoredRule> {
  readonly #rules: readonly R[];
  readonly #byWord: WordIndex;
  readonly #signs: ReadonlyMap<number, Sign>;
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
    const bySign = new Map<string, number[]>();
    rules.forEach((rule, index) => {
      for (const sign of rule.signs ?? []) put(bySign, sign, index);
    });
    this.#byWord = new WordIndex(
      rules.flatMap(({ words }, index) => (words ?? []).map((word): [string, number] => [word, index])),
    );
    this.#signs = new Map([...bySign].map(([text, list], order) => [signOf(text), { order, rules: list }]));
  }

  /** Every match in the view, for each rule in order and without overlap of its own. Linear. */
  find(view: View, found: Found<R>): void {
    const text = view.lower;
    let doneTo: Map<number, number> | undefined;
    const attempt = (index: number, at: number): void => {
      const rule = this.#rules[index];
      if (rule === undefined || at < (doneTo?.get(index) ?? 0)) return;
      const { pattern } = rule;
      pattern.lastIndex = at;
      if (!pattern.test(text) || pattern.lastIndex === at) return;
      const end = pattern.lastIndex;
      if (!counts(rule, text, at)) return;
      doneTo ??= new Map();
      doneTo.set(index, end);
      found(rule, at, end);
    };
    this.#byWord.each(view.words, 0, attempt);
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
      this.#byWord.each(view.words, from, note);
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
    if (!pattern.test(text) || !counts(rule, text, at)) return false;
    // A match that never came to the end of the text is what it will be, where nothing looks ahead.
    return this.#looksBeyond || pattern.lastIndex === text.length || LOOKS_AHEAD.test(rule.pattern.source);
  }

  #atSigns(view: View, from: number, visit: (rule: number, at: number) => void): void {
    if (this.#signs.size === 0) return;
    const found: { readonly sign: Sign; readonly places: readonly number[] }[] = [];
    for (const [number, places] of view.signs) {
      const sign = this.#signs.get(number);
      if (sign !== undefined) found.push({ sign, places });
    }
    found.sort((a, b) => a.sign.order - b.sign.order);
    for (const { sign, places } of found) {
      for (const at of places) if (at >= from) for (const rule of sign.rules) visit(rule, at);
    }
  }
}

function put<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key) ?? [];
  if (!list.includes(value)) list.push(value);
  map.set(key, list);
}
