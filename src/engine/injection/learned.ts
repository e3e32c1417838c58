/** What the trained head finds in a text, in every view: attacks that no rule names. */
import type { Doubt, Finding } from '../detectors/detector.ts';
import { carrierOf } from '../models/carriers.ts';
import { gradedWindows } from '../models/graded-windows.ts';
import { learnedSpans, riseOf } from '../models/learned-spans.ts';
import type { TextModel } from '../models/text-model.ts';
import type { View } from '../views/view.ts';

export const LEARNED_FAMILY = 'learned-attack';

export class LearnedInjection {
  readonly #model: TextModel;
  readonly #head: number;

  /** @throws ModelError */
  constructor(model: TextModel) {
    this.#model = model;
    this.#head = model.indexOf('injection');
  }

  get threshold(): number {
    return this.#model.headAt(this.#head).threshold;
  }

  /** How sure the threshold is, 0 to 1; scores of longer texts are counted less their rise. */
  get thresholdGrade(): number {
    return this.#model.grade(this.#head, this.threshold);
  }

  scoreAt(grade: number): number {
    return this.#model.scoreAt(this.#head, grade);
  }

  find(view: View, threshold: number): readonly Finding[] {
    const rise = this.#riseIn(view);
    return learnedSpans(this.#model, this.#head, view, threshold + rise).map(({ start, end, score }) =>
      this.#finding(start, end, score - rise),
    );
  }

  doubts(view: View, from: number, to: number): readonly Doubt[] {
    const rise = this.#riseIn(view);
    return gradedWindows(this.#model, this.#head, view, [from, to], rise).map(
      ({ start, end, score, grade }) => {
        const raw = view.toRaw(start, end);
        return { view, start, end, grade, finding: () => this.#finding(raw.start, raw.end, score - rise) };
      },
    );
  }

  /** What a score must have beyond that of short prose; less than nothing where honest texts score low. */
  #riseIn(view: View): number {
    const { carriers } = this.#model.headAt(this.#head);
    return riseOf(this.#model.score(view).tokens.count) - (carriers[carrierOf(view.text)] ?? 0);
  }

  #finding(start: number, end: number, score: number): Finding {
    const confidence = this.#model.confidence(this.#head, score);
    return { category: LEARNED_FAMILY, start, end, confidence };
  }
}
