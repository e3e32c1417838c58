/** What judges scanners in natural language: a language model that is asked, with a deadline (DESIGN §8). */
import type { Side } from './part.ts';

export interface LanguageQuestion {
  /** What the scanner looks for, in its author's words. */
  readonly rule: string;
  /** Who wrote the judged text: the user, or the model. */
  readonly side: Side;
  /** Earlier texts of that side, oldest first; judged only together with the newest one. */
  readonly earlier: readonly string[];
  readonly text: string;
}

/** `timeout`: no answer in time; `unreachable`, `invalid`: none that can be used; `busy`: too many wait. */
export type LanguageFault = 'timeout' | 'unreachable' | 'invalid' | 'busy';

export class LanguageJudgeError extends Error {
  readonly fault: LanguageFault;
  constructor(fault: LanguageFault, options?: ErrorOptions) {
    super(`language judge: ${fault}`, options);
    this.name = 'LanguageJudgeError';
    this.fault = fault;
  }
}

export interface LanguageJudge {
  /**
   * True where the text is what the rule describes.
   * @throws LanguageJudgeError: what could not be judged is never taken for clean
   */
  ask(question: LanguageQuestion, deadlineMs: number): Promise<boolean>;
}
