/** The circuit breaker and the retry budget, on a clock of the test's own. */
import { describe, expect, it } from 'vitest';
import { BREAKER, Breaker, type CallOutcome } from '../../../src/scan/breaker.ts';
import { RETRY_BUDGET, RetryBudget } from '../../../src/scan/retry-budget.ts';

/** Calls and reports at once; true where the call was let through. */
const call = (breaker: Breaker, outcome: CallOutcome, nowMs: number): boolean => {
  const permit = breaker.ask(nowMs);
  if ('waitMs' in permit) return false;
  breaker.report(permit, outcome, nowMs);
  return true;
};
const calls = (breaker: Breaker, outcome: CallOutcome, count: number, nowMs = 0): void => {
  for (let turn = 0; turn < count; turn += 1) call(breaker, outcome, nowMs);
};

describe('the breaker', () => {
  it('stays closed after four failures in a row, opens after the fifth', () => {
    const breaker = new Breaker(BREAKER);
    calls(breaker, 'failed', 4);
    expect(breaker.open).toBe(false);
    calls(breaker, 'failed', 1);
    expect(breaker.open).toBe(true);
    expect(breaker.ask(1000)).toEqual({ waitMs: 4000 });
  });
  it('counts in a row anew after an answer', () => {
    const breaker = new Breaker(BREAKER);
    for (let turn = 0; turn < 3; turn += 1) {
      calls(breaker, 'failed', 4);
      calls(breaker, 'answered', 8);
    }
    expect(breaker.open).toBe(false);
  });
  it('opens when half of twenty calls in ten seconds failed', () => {
    const breaker = new Breaker(BREAKER);
    for (let turn = 0; turn < 9; turn += 1) {
      calls(breaker, 'failed', 1);
      calls(breaker, 'answered', 1);
    }
    calls(breaker, 'answered', 1);
    expect(breaker.open).toBe(false);
    calls(breaker, 'failed', 1);
    expect(breaker.open).toBe(true);
  });
  it('forgets what is older than its window', () => {
    const breaker = new Breaker(BREAKER);
    for (let turn = 0; turn < 10; turn += 1) {
      calls(breaker, 'answered', 1, 0);
      calls(breaker, 'failed', 1, 0);
    }
    const fresh = new Breaker(BREAKER);
    for (let turn = 0; turn < 9; turn += 1) {
      calls(fresh, 'failed', 1, 0);
      calls(fresh, 'answered', 1, 0);
    }
    calls(fresh, 'answered', 1, 10_000);
    calls(fresh, 'failed', 1, 10_000);
    expect([breaker.open, fresh.open]).toEqual([true, false]);
  });
  it('lets one probe through, and closes on its answer', () => {
    const breaker = new Breaker(BREAKER);
    calls(breaker, 'failed', 5);
    const probe = breaker.ask(5000);
    expect(probe).toEqual({ probe: true });
    expect(breaker.ask(5000)).toHaveProperty('waitMs');
    if ('probe' in probe) breaker.report(probe, 'answered', 5001);
    expect(breaker.ask(5001)).toEqual({ probe: false });
    calls(breaker, 'failed', 4, 5002);
    expect(breaker.open).toBe(false);
  });
  it('waits anew after a probe that failed', () => {
    const breaker = new Breaker(BREAKER);
    calls(breaker, 'failed', 5);
    expect(call(breaker, 'failed', 5000)).toBe(true);
    expect(breaker.ask(9999)).toEqual({ waitMs: 1 });
    expect(breaker.ask(10_000)).toEqual({ probe: true });
  });
  it('frees the probe of a client that left', () => {
    const breaker = new Breaker(BREAKER);
    calls(breaker, 'failed', 5);
    call(breaker, 'given-up', 5000);
    expect(breaker.ask(5000)).toEqual({ probe: true });
  });
  it('is not closed by an answer to a call from before it opened', () => {
    const breaker = new Breaker(BREAKER);
    const early = breaker.ask(0);
    calls(breaker, 'failed', 5);
    if ('probe' in early) breaker.report(early, 'answered', 1);
    expect(breaker.open).toBe(true);
  });
  it('is not held open, nor given a second probe, by late failures of such calls', () => {
    const breaker = new Breaker(BREAKER);
    const early = [breaker.ask(0), breaker.ask(0)].filter((permit) => 'probe' in permit);
    calls(breaker, 'failed', 5);
    for (const permit of early.slice(0, 1)) breaker.report(permit, 'failed', 4000);
    expect(breaker.ask(5000)).toEqual({ probe: true });
    for (const permit of early.slice(1)) breaker.report(permit, 'failed', 5000);
    expect(breaker.ask(5000)).toEqual({ waitMs: 5000 });
  });
  it('never opens on an answer', () => {
    const breaker = new Breaker(BREAKER);
    for (let turn = 0; turn < 5; turn += 1) {
      calls(breaker, 'failed', 2);
      calls(breaker, 'answered', turn < 4 ? 2 : 1);
    }
    calls(breaker, 'answered', 1);
    expect(breaker.open).toBe(false);
  });
  it('goes by the last thousand calls or two where there are more in its window', () => {
    const breaker = new Breaker(BREAKER);
    const failing = (rounds: number): void => {
      for (let turn = 0; turn < rounds; turn += 1) {
        calls(breaker, 'failed', 4);
        calls(breaker, 'answered', 1);
      }
    };
    calls(breaker, 'answered', 2048);
    failing(200);
    expect(breaker.open).toBe(false);
    failing(46);
    expect(breaker.open).toBe(true);
  });
});

describe('the retry budget', () => {
  const takeAll = (budget: RetryBudget, nowMs: number): number => {
    let taken = 0;
    while (taken < 1000 && budget.take(nowMs)) taken += 1;
    return taken;
  };
  it('allows a few retries where there are few calls', () => {
    expect(takeAll(new RetryBudget(RETRY_BUDGET), 0)).toBe(10);
  });
  it('allows a tenth of many calls', () => {
    const budget = new RetryBudget(RETRY_BUDGET);
    for (let turn = 0; turn < 500; turn += 1) budget.countCall(turn);
    expect(takeAll(budget, 500)).toBe(50);
  });
  it('is whole again after its window', () => {
    const budget = new RetryBudget(RETRY_BUDGET);
    expect([takeAll(budget, 0), takeAll(budget, 4000), takeAll(budget, 20_000)]).toEqual([10, 0, 10]);
  });
  it('counts what was taken in the half before', () => {
    const budget = new RetryBudget(RETRY_BUDGET);
    expect([takeAll(budget, 0), takeAll(budget, 5000), takeAll(budget, 10_000)]).toEqual([10, 0, 10]);
  });
});
