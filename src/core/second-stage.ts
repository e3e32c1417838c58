/** The second stage: a slower judge that a detector asks where it is not sure alone (DESIGN §8). */
import type { Side } from './part.ts';

/** Detectors with a trained head, whose confidence tells where they are not sure. */
export const SECOND_STAGE_DETECTORS = ['injection', 'toxic_content'] as const;
export type SecondStageDetector = (typeof SECOND_STAGE_DETECTORS)[number];

/** `onnx`: a classifier from a file; `llm`: the language model of `judge`. */
export type SecondJudgeKind = 'onnx' | 'llm';

export interface SecondStageRule {
  readonly judge: SecondJudgeKind;
  /** It is asked from the first confidence on, below the second; from there on the detector finds alone. */
  readonly band: readonly [from: number, to: number];
}

/** Plain data: worker threads are told it. */
export interface SecondStageSettings {
  readonly detectors: Readonly<Partial<Record<SecondStageDetector, SecondStageRule>>>;
  /** For all questions about one text. */
  readonly deadlineMs: number;
  /** Where there is no verdict: the detector's own decision, or an error finding. */
  readonly onFailure: 'first-stage' | 'block';
}

export interface SecondQuestion {
  readonly detector: SecondStageDetector;
  /** Who wrote the text: the user, or the model. */
  readonly side: Side;
  /** A passage of the judged text, as the view reads it in which the detector was not sure. */
  readonly text: string;
}

export interface SecondJudge {
  /**
   * True where the text is what the detector looks for. Settles within the deadline.
   * @throws SecondStageError
   */
  ask(question: SecondQuestion, deadlineMs: number): Promise<boolean>;
}

export interface SecondStage {
  readonly settings: SecondStageSettings;
  readonly judge: SecondJudge;
}

/** `timeout`: no verdict in time; `unreachable`, `invalid`: none that can be used; `busy`: too many wait. */
export type SecondStageFault = 'timeout' | 'unreachable' | 'invalid' | 'busy';

/** Says nothing of the text. */
export class SecondStageError extends Error {
  readonly fault: SecondStageFault;
  constructor(fault: SecondStageFault, options?: ErrorOptions) {
    super(`second stage: ${fault}`, options);
    this.name = 'SecondStageError';
    this.fault = fault;
  }
}

/** What the second stage did for one text and one detector: for log, record and report. No text. */
export interface SecondStageNote {
  readonly detector: SecondStageDetector;
  readonly judge: SecondJudgeKind;
  /** Which text of the request, e.g. `prompt`. */
  readonly field: string;
  /** Passages that it found what the detector looks for in. */
  readonly found: number;
  /** Passages that it cleared. */
  readonly cleared: number;
  /** Passages without a verdict, and why the first of them had none. */
  readonly failed: number;
  readonly fault?: SecondStageFault;
  readonly ms: number;
}
