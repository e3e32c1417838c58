/** What the trained heads find toxic: where one decides that a text is, the others say of which category. */
import type { Doubt, Finding } from '../detectors/detector.ts';
import type { JudgedText } from '../judged-text.ts';
import { gradedWindows } from '../models/graded-windows.ts';
import type { TextModel } from '../models/text-model.ts';
import { TOKEN } from '../models/tokens.ts';
import type { Window } from '../models/windows.ts';
import type { View } from '../views/view.ts';
import { TOXIC_CATEGORIES } from './categories.ts';

/** One word or two say too little to go by their letters: words that are bad alone have rules. */
const TOKENS_MIN = 3;
const isLong = ({ first, last }: Window): boolean => last - first + 1 >= TOKENS_MIN;
/** A sentence that has come so near to the threshold is held until it ends. */
const HELD_MARGIN = 0.6;

export class LearnedToxicity {
  readonly #model: TextModel;
  readonly #head: number;

  /** @throws ModelError */
  constructor(model: TextModel) {
    this.#model = model;
    this.#head = model.indexOf('toxic');
  }

  /**
   * Each window that is toxic, told at its last token: what stands before it was judged without what follows,
   * so that a growing text is judged as the whole one is.
   */
  find(text: JudgedText, threshold: number = this.#threshold): readonly Finding[] {
    const view = text.plain;
    const findings: Finding[] = [];
    let told = -1;
    this.#model.score(view).windows.forEach((window, index) => {
      const { last } = window;
      const isPassed = last === told || !isLong(window);
      const score = isPassed ? undefined : this.#model.scoreFrom(view, index, this.#head, threshold);
      if (score === undefined) return;
      told = last;
      findings.push(this.#finding(view, window, score));
    });
    return findings;
  }

  get #threshold(): number {
    return this.#model.headAt(this.#head).threshold;
  }

  /** How sure the threshold is, 0 to 1. */
  get thresholdGrade(): number {
    return this.#model.grade(this.#head, this.#threshold);
  }

  scoreAt(grade: number): number {
    return this.#model.scoreAt(this.#head, grade);
  }

  doubts(text: JudgedText, from: number, to: number): readonly Doubt[] {
    const view = text.plain;
    const doubted = gradedWindows(this.#model, this.#head, view, [from, to]);
    return doubted
      .filter(({ window }) => isLong(window))
      .map(({ window, start, end, score, grade }) => ({
        view,
        start,
        end,
        grade,
        finding: () => this.#finding(view, window, score),
      }));
  }

  #finding(view: View, window: Window, score: number): Finding {
    const { tokens } = this.#model.score(view);
    const span = view.toRaw(tokens.starts[window.last] ?? 0, tokens.ends[window.last] ?? 0);
    const category = this.#categoryOf(view, window);
    return { category, ...span, confidence: this.#model.confidence(this.#head, score) };
  }

  #categoryOf(view: View, window: Window): string {
    const scores = this.#model.tell(view, window);
    let best = -Infinity;
    let found = 'harassment';
    for (const category of Object.keys(TOXIC_CATEGORIES)) {
      const score = scores.get(category) ?? -Infinity;
      if (score <= best) continue;
      best = score;
      found = category;
    }
    return found;
  }

  /** The last word; or the last sentence, where it is near to be found. */
  openFrom(text: JudgedText): number {
    const view = text.plain;
    const { threshold } = this.#model.headAt(this.#head);
    const { tokens, windows } = this.#model.score(view);
    const { count, kinds, starts } = tokens;
    if (count === 0) return text.raw.length;
    let sentence = count - 1;
    while (sentence > 0 && ((kinds[sentence - 1] ?? 0) & TOKEN.sentenceEnd) === 0) sentence--;
    const nearly = threshold - HELD_MARGIN;
    let near = false;
    for (let i = windows.length - 1; i >= 0 && (windows[i]?.last ?? 0) >= sentence; i--) {
      near ||= this.#model.scoreFrom(view, i, this.#head, nearly) !== undefined;
    }
    const first = starts[near ? sentence : count - 1] ?? 0;
    return view.toRaw(first, first + 1).start;
  }
}
