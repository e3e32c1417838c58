/** Sends chat completions: as fast as connections allow, at a fixed rate, or whole conversations in turn. */
import { Pool } from 'undici';
import { z } from 'zod';
import { answerJobs } from '../harness/jobs.ts';
import { percentile } from '../harness/percentile.ts';
import { createWordSource, type WordSource } from '../harness/word-source.ts';
import { chatBody, conversationBody } from './chat-bodies.ts';

const Target = z.object({ origin: z.string(), headers: z.record(z.string(), z.string()) });
type Target = z.infer<typeof Target>;

const LoadJob = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('closed'),
    target: Target,
    connections: z.number(),
    ms: z.number(),
    seed: z.number(),
  }),
  z.object({
    kind: z.literal('open'),
    targets: z.array(Target),
    perSecond: z.number(),
    ms: z.number(),
    seed: z.number(),
  }),
  z.object({
    kind: z.literal('conversations'),
    target: Target,
    direct: Target,
    rounds: z.number(),
    messages: z.number(),
    seed: z.number(),
  }),
]);

/** Remembers what went wrong, once in words. */
class Faults {
  count = 0;
  first = '';

  add(words: string): void {
    this.count += 1;
    if (this.first === '') this.first = words.slice(0, 300);
  }
}

/** One request; tells how long it took in milliseconds. Never rejects. */
function send(pool: Pool, target: Target, body: string, faults: Faults): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const from = performance.now();
  let status = 0;
  let text = '';
  const headers = { 'content-type': 'application/json', authorization: 'Bearer none', ...target.headers };
  pool.dispatch(
    { path: '/v1/chat/completions', method: 'POST', headers, body },
    {
      onRequestStart() {},
      onResponseStart(_controller, code) {
        status = code;
      },
      onResponseData(_controller, chunk) {
        if (status !== 200) text += chunk.toString();
      },
      onResponseEnd() {
        if (status !== 200) faults.add(`HTTP ${status} ${text}`);
        resolve(performance.now() - from);
      },
      onResponseError(_controller, error) {
        faults.add(String(error));
        resolve(performance.now() - from);
      },
    },
  );
  return promise;
}

const closed = async (job: Extract<z.infer<typeof LoadJob>, { kind: 'closed' }>): Promise<object> => {
  const pool = new Pool(job.target.origin, { connections: job.connections, pipelining: 1 });
  const words = createWordSource(job.seed);
  const faults = new Faults();
  const times: number[] = [];
  const from = performance.now();
  const drive = async (): Promise<void> => {
    while (performance.now() - from < job.ms) {
      times.push(await send(pool, job.target, chatBody(words), faults));
    }
  };
  await Promise.all(Array.from({ length: job.connections }, drive));
  const seconds = (performance.now() - from) / 1000;
  await pool.destroy();
  return {
    perSecond: (times.length - faults.count) / seconds,
    requests: times.length,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    faults: faults.count,
    firstFault: faults.first,
  };
};

/** All targets get their requests in the same seconds, each in its own share of the interval. */
const open = async (job: Extract<z.infer<typeof LoadJob>, { kind: 'open' }>): Promise<object> => {
  const words = createWordSource(job.seed);
  const faults = new Faults();
  const pools = job.targets.map((target) => new Pool(target.origin, { connections: 8, pipelining: 1 }));
  const gapMs = 1000 / job.perSecond / job.targets.length;
  const total = Math.floor(job.ms / gapMs);
  const from = performance.now();
  const sends: Promise<number>[] = [];
  for (let at = 0; at < total; at++) {
    const wait = from + at * gapMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const turn = at % job.targets.length;
    const [pool, target] = [pools[turn], job.targets[turn]];
    if (pool && target) sends.push(send(pool, target, chatBody(words), faults));
  }
  const times = await Promise.all(sends);
  await Promise.all(pools.map((pool) => pool.destroy()));
  return {
    timesMs: job.targets.map((_, turn) => times.filter((_time, at) => at % job.targets.length === turn)),
    faults: faults.count,
    firstFault: faults.first,
  };
};

const conversations = async (
  job: Extract<z.infer<typeof LoadJob>, { kind: 'conversations' }>,
): Promise<object> => {
  const words: WordSource = createWordSource(job.seed);
  const faults = new Faults();
  const gateway = new Pool(job.target.origin, { connections: 1, pipelining: 1 });
  const upstream = new Pool(job.direct.origin, { connections: 1, pipelining: 1 });
  const [freshMs, againMs, directMs]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < job.rounds; round++) {
    const body = conversationBody(words, job.messages);
    freshMs.push(await send(gateway, job.target, body, faults));
    againMs.push(await send(gateway, job.target, body, faults));
    directMs.push(await send(upstream, job.direct, body, faults));
  }
  await Promise.all([gateway.destroy(), upstream.destroy()]);
  return { freshMs, againMs, directMs, faults: faults.count, firstFault: faults.first };
};

answerJobs(async (message) => {
  const job = LoadJob.parse(message);
  if (job.kind === 'closed') return closed(job);
  return job.kind === 'open' ? open(job) : conversations(job);
});
