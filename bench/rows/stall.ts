/** How long the event loop is held up, and with it every other request, while large bodies are judged. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Bench } from '../harness/bench.ts';
import type { Worker } from '../harness/children.ts';
import { faultNote } from '../harness/loads.ts';
import { median } from '../harness/percentile.ts';
import { atMost, formatNumber, type Row } from '../harness/row.ts';
import { RUNS, type RunningSallyport, startMock, startSallyport } from '../harness/targets.ts';

const STALL_MS_MAX = 20;
const BODY_CHARS = 2_000_000;
const CONNECTIONS = 4;

const Delays = z.object({ worstMs: z.number(), p99Ms: z.number(), worstCpuMs: z.number() });
const LargeLoad = z.object({ timesMs: z.array(z.number()), faults: z.number(), firstFault: z.string() });

/** The two ways by which a large text comes in. */
const WAYS = [
  { name: 'scan API', shape: 'scan', path: '/v1/scan/sync/request' },
  { name: 'gateway', shape: 'chat', path: '/v1/chat/completions' },
] as const;

export async function measureStall(bench: Bench): Promise<readonly Row[]> {
  const { children, quick } = bench;
  await mkdir(RUNS, { recursive: true });
  const [file, key] = [join(RUNS, 'delays.json'), randomBytes(24).toString('hex')];
  const mock = await startMock(children, bench.nextSeed());
  const client = children.startWorker(new URL('../processes/large-bodies.ts', import.meta.url));
  const ours = await startSallyport(children, mock.origin, {
    preloads: [new URL('../processes/loop-delay.ts', import.meta.url)],
    env: { SALLYPORT_SCAN_API_KEY: key, SALLYPORT_BENCH_DELAYS: file },
  });
  const play = (way: (typeof WAYS)[number], bodies: number) =>
    client.call(
      {
        kind: 'large',
        origin: way.shape === 'scan' ? ours.controlOrigin : ours.origin,
        path: way.path,
        headers: way.shape === 'scan' ? { 'x-pan-token': key } : { authorization: 'Bearer none' },
        shape: way.shape,
        connections: CONNECTIONS,
        bodies,
        chars: BODY_CHARS,
        seed: 1000 * bench.nextSeed(),
      },
      LargeLoad,
    );
  try {
    const rows: Row[] = [];
    for (const way of WAYS) {
      await play(way, CONNECTIONS);
      await readDelays(ours, file);
      const load = await play(way, quick ? 12 : 32);
      rows.push(rowOf(way.name, await readDelays(ours, file), load));
    }
    return rows;
  } finally {
    for (const running of [ours, mock, client] satisfies readonly Pick<Worker, 'end'>[]) running.end();
  }
}

/** Since the last time it was asked. @throws Error where the program does not answer */
async function readDelays({ pid }: RunningSallyport, file: string): Promise<z.infer<typeof Delays>> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let tries = 0; tries < 500 && !existsSync(file); tries++) await sleep(10);
  return Delays.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function rowOf(
  way: string,
  { worstMs, p99Ms, worstCpuMs }: z.infer<typeof Delays>,
  load: z.infer<typeof LargeLoad>,
): Row {
  const faults = faultNote([load]);
  const note = [
    `p99 ${formatNumber(p99Ms)} ms`,
    `in processor time of the thread the worst is ${formatNumber(worstCpuMs)} ms`,
    `${CONNECTIONS} bodies at a time, each answered in ${formatNumber(median(load.timesMs))} ms`,
  ].join('; ');
  const row = atMost(
    {
      group: 'stall',
      name: `event-loop stall, 2 MB bodies in flight, ${way}, worst`,
      unit: 'ms',
      note: faults === '' ? note : `${note}; ${faults}`,
      data: { p99Ms, worstCpuMs, bodies: load.timesMs.length },
    },
    worstMs,
    STALL_MS_MAX,
  );
  return faults === '' ? row : { ...row, reached: false };
}
