/** The engine's own figures as rows of the table. */
import { benchEngine } from '../engine.ts';
import { atMost, formatNumber, type Row } from '../harness/row.ts';

const P99_MS_MAX = 1;

/** The first row is that of 2 KB; the limit of the others is the linear one. */
export async function measureEngine(): Promise<readonly Row[]> {
  const rows = await benchEngine();
  return rows.flatMap(({ name, median, p99, limit }, at) => {
    const note = `p99 ${formatNumber(p99)} ms`;
    const row = atMost({ group: 'engine', name: `${name}, median`, unit: 'ms', note }, median, limit);
    return at > 0
      ? [row]
      : [row, atMost({ group: 'engine', name: `${name}, p99`, unit: 'ms' }, p99, P99_MS_MAX)];
  });
}
