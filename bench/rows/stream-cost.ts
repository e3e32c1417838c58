/** What a long stream costs as a row of the table: ten times the answer, about ten times the time. */
import type { Bench } from '../harness/bench.ts';
import { atMost, formatNumber, type Row } from '../harness/row.ts';
import { benchStreamCost } from '../stream-cost.ts';

/** Ten times the length may cost so many times as much. */
const FACTOR_MAX = 12;

export async function measureStreamCost(bench: Bench): Promise<readonly Row[]> {
  const { fewMs, manyMs } = await benchStreamCost(bench.quick ? 3 : 9);
  const name = 'output guard, 1 MB in 10,000 events by 100 KB in 1,000';
  const note = `${formatNumber(manyMs)} ms by ${formatNumber(fewMs)} ms`;
  return [
    atMost({ group: 'stream', name, unit: '×', note, data: { fewMs, manyMs } }, manyMs / fewMs, FACTOR_MAX),
  ];
}
