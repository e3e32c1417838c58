/** How long the program takes from the start of its process until it is ready and the gateway answers. */
import type { Bench } from '../harness/bench.ts';
import { median } from '../harness/percentile.ts';
import { atMost, formatNumber, type Row } from '../harness/row.ts';
import { startMock, startSallyport } from '../harness/targets.ts';

const LIMIT_MS = 1500;

export async function measureStart(bench: Bench): Promise<readonly Row[]> {
  const mock = await startMock(bench.children, bench.nextSeed());
  try {
    const times: number[] = [];
    for (let round = 0; round < (bench.quick ? 3 : 5); round++) {
      const ours = await startSallyport(bench.children, mock.origin);
      times.push(ours.readyMs);
      ours.end();
    }
    const note = `slowest of ${times.length}: ${formatNumber(Math.max(...times))} ms`;
    const measured = { group: 'start', name: 'start to ready, median', unit: 'ms', note } as const;
    return [atMost(measured, median(times), LIMIT_MS)];
  } finally {
    mock.end();
  }
}
