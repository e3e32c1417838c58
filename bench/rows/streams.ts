/** Streamed answers with the output guard on: the first token, and many streams in one process. */
import type { Bench } from '../harness/bench.ts';
import type { Worker } from '../harness/children.ts';
import { runClosed, runStreams, type StreamRun } from '../harness/loads.ts';
import { median, percentile } from '../harness/percentile.ts';
import { readCpuMs } from '../harness/process-usage.ts';
import { atMost, formatNumber, type Row } from '../harness/row.ts';
import { firstTokenMs, lagsMs, plateauRates } from '../harness/stream-figures.ts';
import {
  type RunningMock,
  type RunningTarget,
  startBare,
  startLoadGenerator,
  startMock,
  startSallyport,
  startStreamClient,
} from '../harness/targets.ts';

const PER_SECOND = 50;
const STREAMS = 500;
const FIRST_TOKEN_EVENTS = 30;
const FIRST_TOKEN_MS_MAX = 10;
/** Of the events that the upstream was to send in the time, what must have reached the client. */
const SHARE_MIN = 0.95;

interface Side {
  readonly target: RunningTarget;
  readonly mock: RunningMock;
  readonly client: Worker;
}

export async function measureStreams(bench: Bench): Promise<readonly Row[]> {
  const { children } = bench;
  const mock = await startMock(children, bench.nextSeed());
  const client = startStreamClient(children);
  const bare = await startBare(children, mock.origin);
  const ours = await startSallyport(children, mock.origin);
  const generator = startLoadGenerator(children);
  try {
    const warm = { connections: 32, ms: bench.quick ? 500 : 2000, seed: bench.nextSeed() };
    for (const target of [bare, ours]) {
      await runClosed(generator, target, warm);
      await runStreams(client, mock, target, {
        streams: 50,
        perSecond: 50,
        events: 50,
        seed: bench.nextSeed(),
      });
    }
    const first = await measureFirstToken(bench, { target: ours, mock, client }, bare);
    const bareRun = await playMany(bench, { target: bare, mock, client });
    const ownRun = await playMany(bench, { target: ours, mock, client });
    return [first, manyRow(ownRun, bareRun)];
  } finally {
    for (const running of [bare, ours, mock, client, generator]) running.end();
  }
}

async function measureFirstToken(bench: Bench, side: Side, bare: RunningTarget): Promise<Row> {
  const [own, peer]: [number[], number[]] = [[], []];
  for (let round = 0; round < (bench.quick ? 2 : 5); round++) {
    for (const [target, figures] of [[side.target, own] as const, [bare, peer] as const]) {
      const load = { streams: 10, perSecond: PER_SECOND, events: FIRST_TOKEN_EVENTS, seed: bench.nextSeed() };
      figures.push(...firstTokenMs(await runStreams(side.client, side.mock, target, load)));
    }
  }
  const p99 = percentile(own, 0.99);
  return atMost(
    {
      group: 'stream',
      name: 'first token after the event that follows the first sentence end, median',
      unit: 'ms',
      note: `p99 ${formatNumber(p99)} ms of ${own.length} streams; below zero: it came before that event`,
      data: { p99Ms: p99, barePastSentenceMs: median(peer) },
    },
    median(own),
    FIRST_TOKEN_MS_MAX,
  );
}

interface ManyRun {
  readonly perSecond: number;
  readonly sentPerSecond: number;
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  /** From the upstream's last event to the end at the client. */
  readonly endLagP50Ms: number;
  readonly endLagP99Ms: number;
  readonly cpuShare: number;
  readonly broken: number;
  readonly fault: string;
}

async function playMany(bench: Bench, { target, mock, client }: Side): Promise<ManyRun> {
  const events = PER_SECOND * (bench.quick ? 5 : 10);
  const load = { streams: STREAMS, perSecond: PER_SECOND, events, seed: bench.nextSeed() };
  const [cpuFrom, from] = [readCpuMs(target.pid), performance.now()];
  const runs = await runStreams(client, mock, target, load);
  const cpuShare = (readCpuMs(target.pid) - cpuFrom) / (performance.now() - from);
  return { ...figuresOf(runs), cpuShare };
}

function figuresOf(runs: readonly StreamRun[]): Omit<ManyRun, 'cpuShare'> {
  const lags = runs.flatMap(lagsMs);
  const endLags = runs.map((run) => run.endedMs - (run.sentAtMs.at(-1) ?? Number.NaN));
  const rates = plateauRates(runs);
  const broken = runs.filter((run) => !run.clean || run.fault !== '');
  return {
    ...rates,
    lagP50Ms: percentile(lags, 0.5),
    lagP99Ms: percentile(lags, 0.99),
    endLagP50Ms: percentile(endLags, 0.5),
    endLagP99Ms: percentile(endLags, 0.99),
    broken: broken.length,
    fault: broken[0]?.fault ?? '',
  };
}

function manyRow(own: ManyRun, bare: ManyRun): Row {
  const asked = STREAMS * PER_SECOND;
  const describe = (run: ManyRun): string =>
    [
      `${formatNumber(run.perSecond)} of ${formatNumber(run.sentPerSecond)} events/s sent`,
      `token lag p50 ${formatNumber(run.lagP50Ms)} and p99 ${formatNumber(run.lagP99Ms)} ms`,
      `end lag p50 ${formatNumber(run.endLagP50Ms)} and p99 ${formatNumber(run.endLagP99Ms)} ms`,
      `${formatNumber(run.cpuShare * 100)} % of a core`,
    ].join(', ');
  const brokenNote = own.broken === 0 ? '' : `; ${own.broken} streams broken ${own.fault}`;
  const { fault: _fault, ...data } = own;
  return {
    group: 'stream',
    name: `${STREAMS} streams of ${PER_SECOND} events/s in one process`,
    figure: `${formatNumber(own.perSecond)} events/s`,
    against: `≥ ${SHARE_MIN} × ${formatNumber(asked)} events/s`,
    ratio: own.perSecond / asked,
    reached: own.broken === 0 && own.perSecond >= SHARE_MIN * asked,
    note: `ours: ${describe(own)}${brokenNote}; bare: ${describe(bare)}. The lag of ours holds what the guard keeps back`,
    data,
  };
}
