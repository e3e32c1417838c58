/** Rows: when a target counts as reached, and how figures are written. */
import { describe, expect, it } from 'vitest';
import { atLeastTimes, atMost, formatNumber, notMeasured } from '../../../bench/harness/row.ts';

const latency = { group: 'latency', name: 'added', unit: 'ms' } as const;

describe('a row with a limit', () => {
  it('is reached at the limit, not above it', () => {
    expect(atMost(latency, 1, 1)).toMatchObject({
      reached: true,
      ratio: 1,
      figure: '1.00 ms',
      against: '≤ 1.00 ms',
    });
    expect(atMost(latency, 1.001, 1).reached).toBe(false);
  });
  it('is not reached by a figure that is no number', () => {
    expect(atMost(latency, Number.NaN, 1).reached).toBe(false);
  });
});

describe('a row with a peer', () => {
  const peer = { name: 'bare', value: 1000, factor: 0.8 };
  it('goes by the ratio of the rounds', () => {
    const row = atLeastTimes({ group: 'throughput', name: 'chat', unit: 'req/s' }, 900, {
      ...peer,
      ratio: 0.79,
    });
    expect(row).toMatchObject({ reached: false, ratio: 0.79, against: '≥ 0.8 × bare (1,000 req/s)' });
  });
  it('is not reached by a ratio that is no number', () => {
    const row = atLeastTimes({ group: 'throughput', name: 'chat', unit: 'req/s' }, 1, {
      ...peer,
      ratio: Number.NaN,
    });
    expect(row.reached).toBe(false);
  });
});

describe('a row that was not measured', () => {
  it('is neither reached nor missed and says why', () => {
    const row = notMeasured('install', 'size', 'no network');
    expect(row.reached).toBeUndefined();
    expect(row.note).toBe('no network');
  });
});

describe('formatNumber', () => {
  it.each([
    [0.125, '0.13'],
    [12.34, '12.3'],
    [-19.36, '-19.4'],
    [1234.5, '1,235'],
    [Number.NaN, 'n/a'],
  ])('writes %s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
