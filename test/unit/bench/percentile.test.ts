/** Percentiles and medians as the benchmark takes them. */
import { describe, expect, it } from 'vitest';
import { median, pairedRatio, percentile } from '../../../bench/harness/percentile.ts';

describe('percentile', () => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at);
  it('is the nearest rank, whatever the order', () => {
    expect([0.5, 0.99, 1, 0].map((share) => percentile(values, share))).toEqual([50, 99, 100, 1]);
  });
  it('is the one value there is', () => {
    expect(percentile([7], 0.99)).toBe(7);
  });
  it('is no number without values', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
  it('leaves what it was handed alone', () => {
    const given = [3, 1, 2];
    percentile(given, 0.5);
    expect(given).toEqual([3, 1, 2]);
  });
});

describe('median', () => {
  it('compares numbers, not texts', () => {
    expect(median([10, 9, 100])).toBe(10);
  });
  it('is the mean of the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
  it('is no number without values', () => {
    expect(median([])).toBeNaN();
  });
});

describe('pairedRatio', () => {
  it('takes each round by itself, so that a slow round of both sides changes nothing', () => {
    expect(pairedRatio([400, 40, 410], [100, 10, 100])).toBe(4);
  });
  it('leaves out rounds that only one side played', () => {
    expect(pairedRatio([2, 2, 9], [1, 1])).toBe(2);
  });
});
