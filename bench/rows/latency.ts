/** What Sallyport adds to the time of an answer at an easy rate, over asking the upstream directly. */
import type { Bench } from '../harness/bench.ts';
import { faultNote, runClosed, runOpen } from '../harness/loads.ts';
import { percentile } from '../harness/percentile.ts';
import { atMost, formatNumber, type Row } from '../harness/row.ts';
import { startBare, startLoadGenerator, startMock, startSallyport } from '../harness/targets.ts';

const PER_SECOND = 50;
const LIMITS = [
  { name: 'p50', share: 0.5, limitMs: 1 },
  { name: 'p99', share: 0.99, limitMs: 5 },
];

/** All get their requests in the same seconds, each in its own share of the interval. */
export async function measureLatency(bench: Bench): Promise<readonly Row[]> {
  const { children, quick } = bench;
  const mock = await startMock(children, bench.nextSeed());
  const generator = startLoadGenerator(children);
  const bare = await startBare(children, mock.origin);
  const ours = await startSallyport(children, mock.origin, { records: false });
  const recording = await startSallyport(children, mock.origin);
  const targets = [mock, bare, ours, recording];
  const play = (ms: number) =>
    runOpen(generator, targets, { perSecond: PER_SECOND, ms, seed: bench.nextSeed() });
  try {
    // At the easy rate alone the compiler would not get to see the code often enough.
    for (const target of targets) {
      await runClosed(generator, target, { connections: 8, ms: quick ? 1500 : 6000, seed: bench.nextSeed() });
    }
    await play(2000);
    const load = await play(quick ? 6000 : 30_000);
    return LIMITS.map((limit) => rowOf(load, limit));
  } finally {
    for (const running of [...targets, generator]) running.end();
  }
}

function rowOf(load: Awaited<ReturnType<typeof runOpen>>, { name, share, limitMs }: (typeof LIMITS)[0]): Row {
  const times = load.timesMs.map((samples) => percentile(samples, share));
  const [direct = Number.NaN, bare = Number.NaN, own = Number.NaN, recorded = Number.NaN] = times;
  const faults = faultNote([load]);
  const notes = [
    `direct ${formatNumber(direct)} ms; bare adds ${formatNumber(bare - direct)} ms`,
    `with both records on the disk ${formatNumber(recorded - direct)} ms`,
    ...(faults === '' ? [] : [faults]),
  ];
  const row = atMost(
    {
      group: 'latency',
      name: `added latency at ${PER_SECOND} requests/s, ${name}`,
      unit: 'ms',
      note: notes.join('; '),
      data: {
        directMs: direct,
        bareAddedMs: bare - direct,
        recordedAddedMs: recorded - direct,
        samples: load.timesMs[0]?.length ?? 0,
      },
    },
    own - direct,
    limitMs,
  );
  return faults === '' ? row : { ...row, reached: false };
}
