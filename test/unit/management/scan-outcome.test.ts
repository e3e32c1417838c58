/** The outcome of a whole scan or prompt: the table of contract §5.8 with the decisions of §0, cell by cell. */
import { describe, expect, it } from 'vitest';
import type { PromptOutcome } from '../../../src/core/scan-log.ts';
import { outcomeOf, stricterOf, type Triggered } from '../../../src/management/scan-outcome.ts';
import type { ScanMode } from '../../../src/registry/model.ts';

const fired = (...modes: ScanMode[]): readonly Triggered[] => modes.map((mode) => ({ mode, failed: false }));
const broke = (mode: ScanMode): readonly Triggered[] => [{ mode, failed: true }];

// What fired · a scan that only tells · a scan that blocks, and a prompt.
const TABLE: readonly [string, readonly Triggered[], PromptOutcome, PromptOutcome][] = [
  ['nothing', [], 'cleared', 'cleared'],
  ['audit', fired('audit'), 'flagged', 'flagged'],
  ['redact', fired('redact'), 'redacted', 'redacted'],
  ['block', fired('block'), 'flagged', 'blocked'],
  ['audit and redact', fired('audit', 'redact'), 'redacted', 'redacted'],
  ['audit and block', fired('audit', 'block'), 'flagged', 'blocked'],
  ['redact and block', fired('redact', 'block'), 'redacted', 'blocked'],
  ['all three', fired('block', 'audit', 'redact'), 'redacted', 'blocked'],
  ['a failing block', broke('block'), 'flagged', 'blocked'],
  ['a failing redact, which hides nothing', broke('redact'), 'flagged', 'blocked'],
  ['a failing audit', broke('audit'), 'flagged', 'flagged'],
  ['a failing redact beside a redact', [...broke('redact'), ...fired('redact')], 'redacted', 'blocked'],
];

describe('the outcome', () => {
  it.each(TABLE)('of %s', (_, triggered, telling, blocking) => {
    expect(outcomeOf(triggered, { flagOnly: true })).toBe(telling);
    expect(outcomeOf(triggered, { flagOnly: false })).toBe(blocking);
    expect(outcomeOf(triggered.toReversed(), { flagOnly: false })).toBe(blocking);
  });

  it.each<[PromptOutcome, PromptOutcome, PromptOutcome]>([
    ['cleared', 'flagged', 'flagged'],
    ['redacted', 'flagged', 'redacted'],
    ['redacted', 'blocked', 'blocked'],
    ['cleared', 'cleared', 'cleared'],
  ])('of %s and %s is %s', (one, other, stricter) => {
    expect(stricterOf(one, other)).toBe(stricter);
    expect(stricterOf(other, one)).toBe(stricter);
  });
});
