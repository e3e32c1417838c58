/** One row of the benchmark's table: what was measured, against what, and whether it was reached. */

export const GROUPS = [
  'engine',
  'throughput',
  'latency',
  'stream',
  'stall',
  'memory',
  'start',
  'install',
  'history',
] as const;
export type Group = (typeof GROUPS)[number];

export interface Row {
  readonly group: Group;
  readonly name: string;
  /** The measured figure with its unit. */
  readonly figure: string;
  /** The limit, or the peer with its own figure. */
  readonly against: string;
  /** The figure by the limit, or ours by the peer's. */
  readonly ratio?: number;
  /** Absent: not measured, or a figure without a target. */
  readonly reached?: boolean;
  /** What to know about the figure; for a row that was not measured, why. */
  readonly note?: string;
  /** The figures behind the row, units last in the names. */
  readonly data?: Readonly<Record<string, number>>;
}

interface Measured {
  readonly group: Group;
  readonly name: string;
  readonly unit: string;
  readonly note?: string;
  readonly data?: Readonly<Record<string, number>>;
}

/** A row whose figure must not be above its limit. */
export function atMost(measured: Measured, value: number, limit: number): Row {
  const { unit, ...rest } = measured;
  return {
    ...rest,
    figure: `${formatNumber(value)} ${unit}`,
    against: `≤ ${formatNumber(limit)} ${unit}`,
    ratio: value / limit,
    reached: value <= limit,
  };
}

/** A row whose figure must be at least `factor` times the peer's. */
export function atLeastTimes(
  measured: Measured,
  value: number,
  peer: { readonly name: string; readonly value: number; readonly ratio: number; readonly factor: number },
): Row {
  const { unit, ...rest } = measured;
  return {
    ...rest,
    figure: `${formatNumber(value)} ${unit}`,
    against: `≥ ${peer.factor} × ${peer.name} (${formatNumber(peer.value)} ${unit})`,
    ratio: peer.ratio,
    reached: peer.ratio >= peer.factor,
  };
}

export function notMeasured(group: Group, name: string, why: string): Row {
  return { group, name, figure: 'not measured', against: '', note: why };
}

/** Three digits that count, whole from a hundred on, thousands apart. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
