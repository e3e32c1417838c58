/** Percentiles and medians of measured values. */

/**
 * The nearest-rank percentile.
 * @param share 0 to 1
 * @returns NaN for no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.max(0, Math.min(sorted.length - 1, rank))] ?? Number.NaN;
}

/** The middle value; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[sorted.length / 2 - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * The median of ratios taken round by round, so that a noisy spell of the machine hits both sides alike.
 * @param over figures of one side, one per round
 * @param under figures of the other side, in the same rounds
 */
export function pairedRatio(over: readonly number[], under: readonly number[]): number {
  const rounds = Math.min(over.length, under.length);
  const ratios = Array.from(
    { length: rounds },
    (_, at) => (over[at] ?? Number.NaN) / (under[at] ?? Number.NaN),
  );
  return median(ratios);
}
