/** From the modes of the scanners that fired to the outcome of the whole (contract §5.8 and §0). */
import type { PromptOutcome } from '../core/scan-log.ts';
import type { ScanMode } from '../registry/model.ts';

export interface OutcomeRules {
  /** A scan that only tells: a block is `flagged`. Prompts never have it. */
  readonly flagOnly: boolean;
}

/** From the mildest to the strictest. */
const OUTCOMES: readonly PromptOutcome[] = ['cleared', 'flagged', 'redacted', 'blocked'];

const MODE_OUTCOMES: Readonly<Record<ScanMode, PromptOutcome>> = {
  audit: 'flagged',
  redact: 'redacted',
  block: 'blocked',
};

/** A scanner that fired, or that could not look. */
export interface Triggered {
  readonly mode: ScanMode;
  /** It could not look: nothing can be redacted, so only auditing lets it pass. */
  readonly failed: boolean;
}

/** The strictest of what every scanner alone would mean. */
export function outcomeOf(triggered: readonly Triggered[], { flagOnly }: OutcomeRules): PromptOutcome {
  let strictest = 0;
  for (const { mode, failed } of triggered) {
    const meant = MODE_OUTCOMES[failed && mode === 'redact' ? 'block' : mode];
    const outcome = meant === 'blocked' && flagOnly ? 'flagged' : meant;
    strictest = Math.max(strictest, OUTCOMES.indexOf(outcome));
  }
  return OUTCOMES[strictest] ?? 'blocked';
}

/** Of the two sides of a prompt, the stricter one. */
export const stricterOf = (one: PromptOutcome, other: PromptOutcome): PromptOutcome =>
  OUTCOMES.indexOf(one) > OUTCOMES.indexOf(other) ? one : other;
