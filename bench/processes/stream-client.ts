/** Reads many streamed answers at once and notes when each token came; or holds quiet streams open. */
import { Pool } from 'undici';
import { z } from 'zod';
import { answerJobs } from '../harness/jobs.ts';
import { sharedNowMs } from '../harness/shared-clock.ts';
import { createWordSource } from '../harness/word-source.ts';
import { streamBody } from './chat-bodies.ts';
import { createTokenCounter } from './token-counter.ts';

const Target = z.object({ origin: z.string(), headers: z.record(z.string(), z.string()) });
type Target = z.infer<typeof Target>;

const StreamJob = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('paced'),
    target: Target,
    names: z.array(z.string()),
    perSecond: z.number(),
    events: z.number(),
    seed: z.number(),
  }),
  z.object({ kind: z.literal('hold'), target: Target, count: z.number(), seed: z.number() }),
  z.object({ kind: z.literal('drop') }),
]);

interface ReadStream {
  /** By the shared clock in milliseconds, one for each token. */
  readonly arrivedMs: number[];
  endedMs: number;
  /** The end mark of the protocol came. */
  clean: boolean;
  fault: string;
}

function readStream(pool: Pool, target: Target, body: string): Promise<ReadStream> {
  const { promise, resolve } = Promise.withResolvers<ReadStream>();
  const read: ReadStream = { arrivedMs: [], endedMs: 0, clean: false, fault: '' };
  const counter = createTokenCounter();
  const finish = (fault: string): void => {
    read.endedMs = sharedNowMs();
    read.clean = counter.ended;
    read.fault = fault;
    resolve(read);
  };
  let status = 0;
  pool.dispatch(
    {
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer none', ...target.headers },
      body,
    },
    {
      onRequestStart() {},
      onResponseStart(_controller, code) {
        status = code;
      },
      onResponseData(_controller, chunk) {
        const now = Math.round(sharedNowMs() * 100) / 100;
        for (let count = counter.push(chunk.toString('latin1')); count > 0; count--) read.arrivedMs.push(now);
      },
      onResponseEnd: () => finish(status === 200 ? '' : `HTTP ${status}`),
      onResponseError: (_controller, error) => finish(String(error)),
    },
  );
  return promise;
}

const poolFor = (target: Target, connections: number): Pool =>
  new Pool(target.origin, { connections, pipelining: 1, bodyTimeout: 0, headersTimeout: 0 });

const paced = async (job: Extract<z.infer<typeof StreamJob>, { kind: 'paced' }>): Promise<object> => {
  const pool = poolFor(job.target, job.names.length);
  const words = createWordSource(job.seed);
  const streams = job.names.map((name) =>
    readStream(pool, job.target, streamBody(words, `paced-${job.perSecond}-${job.events}-${name}`)),
  );
  const reads = await Promise.all(streams);
  await pool.destroy();
  return Object.fromEntries(job.names.map((name, at) => [name, reads[at]]));
};

const held = new Set<Pool>();

answerJobs(async (message) => {
  const job = StreamJob.parse(message);
  if (job.kind === 'paced') return paced(job);
  if (job.kind === 'drop') {
    await Promise.all([...held].map((pool) => pool.destroy()));
    held.clear();
    return null;
  }
  const pool = poolFor(job.target, job.count);
  const words = createWordSource(job.seed);
  held.add(pool);
  // They end when they are dropped; how does not matter.
  for (let at = 0; at < job.count; at++) void readStream(pool, job.target, streamBody(words, 'quiet'));
  return null;
});
