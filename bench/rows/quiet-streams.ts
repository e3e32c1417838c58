/** Memory of an open stream on which nothing comes, beside that of a bare proxy. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Bench } from '../harness/bench.ts';
import type { Worker } from '../harness/children.ts';
import { runClosed } from '../harness/loads.ts';
import { median } from '../harness/percentile.ts';
import { readRssBytes } from '../harness/process-usage.ts';
import { atMost, formatNumber, notMeasured, type Row } from '../harness/row.ts';
import {
  type RunningMock,
  type RunningTarget,
  startBare,
  startLoadGenerator,
  startMock,
  startSallyport,
  startStreamClient,
} from '../harness/targets.ts';

const NAME = 'memory per open quiet stream';
const LIMIT_KB = 70;
/** The slope between two counts: what warming up costs is in both. */
const FIRST_STREAMS = 300;
const MORE_STREAMS = 1000;
const OPEN_MS_MAX = 15_000;
const SETTLE_MS = 1500;

type Start = (bench: Bench, upstream: string) => Promise<RunningTarget>;
const startOurs: Start = (bench, upstream) => startSallyport(bench.children, upstream);
const startPeer: Start = (bench, upstream) => startBare(bench.children, upstream);

export async function measureQuietStreams(bench: Bench): Promise<readonly Row[]> {
  if (!Number.isFinite(readRssBytes(process.pid))) {
    return [notMeasured('stream', NAME, 'the memory of a process is only read on Linux')];
  }
  const [own, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < (bench.quick ? 1 : 3); round++) {
    own.push(await bytesPerStream(bench, startOurs));
    bare.push(await bytesPerStream(bench, startPeer));
  }
  const [ownKb, bareKb] = [median(own) / 1024, median(bare) / 1024];
  const note = `bare: ${formatNumber(bareKb)} KB; ${MORE_STREAMS} streams more than ${FIRST_STREAMS}`;
  return [atMost({ group: 'stream', name: NAME, unit: 'KB', note, data: { bareKb } }, ownKb, LIMIT_KB)];
}

/** Starts a fresh process, for memory once taken is not given back. */
async function bytesPerStream(bench: Bench, start: Start): Promise<number> {
  const { children } = bench;
  const mock = await startMock(children, bench.nextSeed());
  const [generator, client] = [startLoadGenerator(children), startStreamClient(children)];
  const target = await start(bench, mock.origin);
  const hold = (count: number): Promise<null> => {
    const { origin, headers } = target;
    const job = { kind: 'hold', target: { origin, headers }, count, seed: bench.nextSeed() };
    return client.call(job, z.null());
  };
  try {
    await runClosed(generator, target, { connections: 32, ms: 1000, seed: bench.nextSeed() });
    await hold(FIRST_STREAMS);
    await untilOpen(mock, FIRST_STREAMS);
    const before = await settledRss(target);
    await hold(MORE_STREAMS);
    await untilOpen(mock, FIRST_STREAMS + MORE_STREAMS);
    return ((await settledRss(target)) - before) / MORE_STREAMS;
  } finally {
    for (const running of [target, mock, generator, client] satisfies Pick<Worker, 'end'>[]) running.end();
  }
}

async function untilOpen(mock: RunningMock, count: number): Promise<void> {
  const from = performance.now();
  let open = 0;
  while (open < count) {
    open = await mock.worker.call({ kind: 'quiet' }, z.number());
    if (performance.now() - from > OPEN_MS_MAX) throw new Error(`only ${open} of ${count} streams are open`);
    await sleep(50);
  }
}

async function settledRss(target: RunningTarget): Promise<number> {
  await sleep(SETTLE_MS);
  return readRssBytes(target.pid);
}
