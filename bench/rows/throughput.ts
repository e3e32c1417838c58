/**
 * Requests a second through Sallyport with both sides scanned, against a bare proxy and Portkey in the same
 * rounds: without records, which those do not keep either, and with records against without.
 */
import type { Bench } from '../harness/bench.ts';
import type { Worker } from '../harness/children.ts';
import { type ClosedLoad, faultNote, runClosed } from '../harness/loads.ts';
import { median, pairedRatio } from '../harness/percentile.ts';
import { readCpuMs } from '../harness/process-usage.ts';
import { atLeastTimes, formatNumber, notMeasured, type Row } from '../harness/row.ts';
import {
  type RunningTarget,
  startBare,
  startLoadGenerator,
  startMock,
  startPortkey,
  startSallyport,
} from '../harness/targets.ts';

const CONNECTIONS = 32;
const NAMES = {
  portkey: 'chat 0.5 KB both ways, scanned, against Portkey without a guard',
  bare: 'chat 0.5 KB both ways, scanned, against bare Express + proxy',
  records: 'the same with both records committed, against without',
};

interface Round extends ClosedLoad {
  readonly cpuMsPerRequest: number;
}

/** Rounds alternate between the targets, so that all meet the same noise. */
export async function measureThroughput(bench: Bench): Promise<readonly Row[]> {
  const { children, quick } = bench;
  const mock = await startMock(children, bench.nextSeed());
  const generator = startLoadGenerator(children);
  const ours = await startSallyport(children, mock.origin, { records: false });
  const recording = await startSallyport(children, mock.origin);
  const bare = await startBare(children, mock.origin);
  const portkey = await startPortkey(children, mock.origin).catch((error: unknown) => String(error));
  const targets = [ours, recording, bare, ...(typeof portkey === 'string' ? [] : [portkey])];
  const play = (target: RunningTarget, ms: number): Promise<Round> =>
    playRound(generator, target, ms, bench.nextSeed());
  try {
    // Until the compiler has settled: without it the first rounds are of half the speed.
    for (const target of targets) await play(target, quick ? 2500 : 12_000);
    const rounds: Round[][] = targets.map(() => []);
    for (let round = 0; round < (quick ? 2 : 5); round++) {
      for (const [at, target] of targets.entries()) rounds[at]?.push(await play(target, quick ? 1500 : 4000));
    }
    const [own = [], recorded = [], bareRounds = [], portkeyRounds] = rounds;
    return [
      portkeyRounds
        ? compare(NAMES.portkey, own, { name: 'Portkey', factor: 4, rounds: portkeyRounds })
        : notMeasured('throughput', NAMES.portkey, `Portkey cannot be had here: ${portkey}`),
      compare(NAMES.bare, own, { name: 'bare', factor: 0.8, rounds: bareRounds }),
      compare(NAMES.records, recorded, { name: 'without', factor: 0.8, rounds: own }),
    ];
  } finally {
    for (const running of [...targets, mock, generator]) running.end();
  }
}

async function playRound(generator: Worker, target: RunningTarget, ms: number, seed: number): Promise<Round> {
  const before = readCpuMs(target.pid);
  const load = await runClosed(generator, target, { connections: CONNECTIONS, ms, seed });
  return { ...load, cpuMsPerRequest: (readCpuMs(target.pid) - before) / load.requests };
}

function compare(
  name: string,
  own: readonly Round[],
  peer: { readonly name: string; readonly factor: number; readonly rounds: readonly Round[] },
): Row {
  const figures = (rounds: readonly Round[], key: 'perSecond' | 'cpuMsPerRequest' | 'p99Ms'): number[] =>
    rounds.map((round) => round[key]);
  const cpu = [own, peer.rounds].map((rounds) => median(figures(rounds, 'cpuMsPerRequest')));
  const faults = faultNote([...own, ...peer.rounds]);
  const notes = [`processor ${cpu.map(formatNumber).join(' against ')} ms a request`, faults];
  const row = atLeastTimes(
    {
      group: 'throughput',
      name,
      unit: 'req/s',
      note: notes.filter((note) => note !== '').join('; '),
      data: {
        ownCpuMs: cpu[0] ?? Number.NaN,
        peerCpuMs: cpu[1] ?? Number.NaN,
        ownP99Ms: median(figures(own, 'p99Ms')),
        peerP99Ms: median(figures(peer.rounds, 'p99Ms')),
      },
    },
    median(figures(own, 'perSecond')),
    {
      name: peer.name,
      factor: peer.factor,
      value: median(figures(peer.rounds, 'perSecond')),
      ratio: pairedRatio(figures(own, 'perSecond'), figures(peer.rounds, 'perSecond')),
    },
  );
  return faults === '' ? row : { ...row, reached: false };
}
