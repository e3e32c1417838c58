/** What the benchmark reads from the times of streamed events. */
import { describe, expect, it } from 'vitest';
import type { StreamRun } from '../../../bench/harness/loads.ts';
import { firstTokenMs, lagsMs, plateauRates } from '../../../bench/harness/stream-figures.ts';

const run = (parts: Partial<StreamRun>): StreamRun => ({
  sentAtMs: [],
  arrivedMs: [],
  nextSentence: -1,
  endedMs: 0,
  clean: true,
  fault: '',
  ...parts,
});

describe('firstTokenMs', () => {
  it('counts from the event after the sentence, and may be early', () => {
    const late = run({ sentAtMs: [0, 20, 40], nextSentence: 2, arrivedMs: [43, 43, 43] });
    const early = run({ sentAtMs: [0, 20, 40], nextSentence: 2, arrivedMs: [21, 21, 41] });
    expect(firstTokenMs([late, early])).toEqual([3, -19]);
  });
  it('leaves out streams without a second sentence or without a token', () => {
    const endless = run({ sentAtMs: [0], arrivedMs: [1] });
    const silent = run({ sentAtMs: [0, 20], nextSentence: 1 });
    expect(firstTokenMs([endless, silent])).toEqual([]);
  });
});

describe('lagsMs', () => {
  it('pairs events in their order', () => {
    expect(lagsMs(run({ sentAtMs: [0, 20, 40], arrivedMs: [5, 24] }))).toEqual([5, 4]);
  });
});

describe('plateauRates', () => {
  const every = (fromMs: number, count: number, gapMs: number): number[] =>
    Array.from({ length: count }, (_, at) => fromMs + at * gapMs);
  it('counts only while all streams send', () => {
    const first = run({ sentAtMs: every(0, 100, 20), arrivedMs: every(1, 100, 20) });
    const second = run({ sentAtMs: every(1000, 100, 20), arrivedMs: every(1001, 100, 20) });
    const { perSecond, sentPerSecond } = plateauRates([first, second]);
    expect(Math.round(sentPerSecond)).toBe(100);
    expect(Math.round(perSecond)).toBe(100);
  });
  it('shows a client that gets less than was sent', () => {
    const slow = run({ sentAtMs: every(0, 100, 20), arrivedMs: every(0, 50, 40) });
    const { perSecond, sentPerSecond } = plateauRates([slow]);
    expect(perSecond).toBeLessThan(0.6 * sentPerSecond);
  });
  it('is no number without a time in common', () => {
    const runs = [run({ sentAtMs: [0, 20] }), run({ sentAtMs: [100, 120] }), run({})];
    expect(plateauRates(runs.slice(0, 2)).perSecond).toBeNaN();
    expect(plateauRates(runs).perSecond).toBeNaN();
  });
});
