/** What the trained head finds in a text, in every view: attacks that no rule names. */
import type { Finding } from '../detectors/detector.ts';
import { learnedSpans } from '../models/learned-spans.ts';
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

  find(view: View): readonly Finding[] {
    const { threshold } = this.#model.headAt(this.#head);
    return learnedSpans(this.#model, this.#head, view, threshold).map(({ start, end, score }) => ({
      category: LEARNED_FAMILY,
      start,
      end,
      confidence: this.#model.confidence(this.#head, score),
    }));
  }
}
