/** Scan once: a long conversation costs much less when it comes again than when it is new. */
import type { Bench } from '../harness/bench.ts';
import { faultNote, runConversations } from '../harness/loads.ts';
import { median } from '../harness/percentile.ts';
import { formatNumber, type Row } from '../harness/row.ts';
import { startLoadGenerator, startMock, startSallyport } from '../harness/targets.ts';

const MESSAGES = 200;
const FACTOR = 3;

/** Service time at the gateway: the time of the answer less that of the upstream alone, same body. */
export async function measureHistory(bench: Bench): Promise<readonly Row[]> {
  const { children, quick } = bench;
  const mock = await startMock(children, bench.nextSeed());
  const generator = startLoadGenerator(children);
  const ours = await startSallyport(children, mock.origin, { records: false });
  const play = (rounds: number) =>
    runConversations(generator, ours, mock, { rounds, messages: MESSAGES, seed: bench.nextSeed() });
  try {
    await play(quick ? 60 : 150);
    const load = await play(quick ? 60 : 200);
    const direct = median(load.directMs);
    const [fresh, again] = [median(load.freshMs) - direct, median(load.againMs) - direct];
    const faults = faultNote([load]);
    const note = `upstream alone ${formatNumber(direct)} ms${faults === '' ? '' : `; ${faults}`}`;
    return [
      {
        group: 'history',
        name: `a new conversation of ${MESSAGES} messages against the same one resent, median service time`,
        figure: `${formatNumber(fresh)} ms`,
        against: `≥ ${FACTOR} × resent (${formatNumber(again)} ms)`,
        ratio: fresh / again,
        reached: faults === '' && fresh / again >= FACTOR,
        note,
        data: { freshMs: fresh, againMs: again, directMs: direct },
      },
    ];
  } finally {
    for (const running of [ours, mock, generator]) running.end();
  }
}
