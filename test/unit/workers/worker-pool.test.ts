/** The pool of worker threads: what comes back, what is ended, what is refused, and that it goes on after. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PoolError } from '../../../src/workers/pool-error.ts';
import { type JobOptions, type PoolOptions, WorkerPool } from '../../../src/workers/worker-pool.ts';
import { ECHO_THREAD, type EchoJob } from './echo-thread.ts';

const pools: WorkerPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const makePool = (changes: Partial<PoolOptions> = {}): WorkerPool => {
  const options = { name: 'echo', entry: ECHO_THREAD, data: 7, threadsMax: 1, waitingMax: 4, ...changes };
  const pool = new WorkerPool(options);
  pools.push(pool);
  return pool;
};
const LONG: JobOptions = { deadlineMs: 15_000, waitMs: 15_000 };
const run = (pool: WorkerPool, job: EchoJob, options: Partial<JobOptions> = {}): Promise<unknown> =>
  pool.run(() => job, { ...LONG, ...options });
const faultOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof PoolError ? error.fault : error),
  );

describe('a pool', () => {
  it('starts no thread before the first job, and one for many', async () => {
    const pool = makePool();
    expect(pool.threads).toBe(0);
    const echoes = await Promise.all(['a', 'b', 'c'].map((echo) => run(pool, { echo })));
    expect(echoes).toEqual(['a', 'b', 'c'].map((echo) => ({ data: 7, echo })));
    expect(pool.threads).toBe(1);
  });

  it('ends a thread that overruns, and goes on with another', async () => {
    const pool = makePool();
    const spinning = run(pool, { does: 'spin' }, { deadlineMs: 50 });
    const after = run(pool, { echo: 'after' });
    expect(await faultOf(spinning)).toBe('deadline');
    expect(await after).toMatchObject({ echo: 'after' });
  });

  it.each([
    ['end', 'crashed'],
    ['throw', 'failed'],
  ] as const)('tells a job that does %s as %s, without its words', async (does, fault) => {
    const pool = makePool();
    const failed = run(pool, { does });
    await expect(failed).rejects.toThrow(`worker thread: ${fault}`);
    expect(await run(pool, { echo: 'next' })).toMatchObject({ echo: 'next' });
  });

  it('tells a thread that cannot start', async () => {
    const pool = makePool({ entry: new URL('file:///nowhere/thread.js') });
    expect(await faultOf(run(pool, { echo: 'a' }))).toBe('crashed');
  });

  it('tells a job that cannot be written to a thread, and goes on', async () => {
    const pool = makePool();
    await expect(pool.run(() => ({ echo: () => 'no' }), LONG)).rejects.toThrow();
    expect(await run(pool, { echo: 'next' })).toMatchObject({ echo: 'next' });
  });

  it('refuses more than may wait', async () => {
    const pool = makePool({ waitingMax: 1 });
    const spinning = faultOf(run(pool, { does: 'spin' }, { deadlineMs: 300 }));
    const waiting = run(pool, { echo: 'waits' });
    expect(await faultOf(run(pool, { echo: 'too many' }))).toBe('busy');
    expect(await spinning).toBe('deadline');
    expect(await waiting).toMatchObject({ echo: 'waits' });
  });

  it('refuses what waited too long', async () => {
    const pool = makePool();
    const spinning = faultOf(run(pool, { does: 'spin' }, { deadlineMs: 500 }));
    expect(await faultOf(run(pool, { echo: 'late' }, { waitMs: 20 }))).toBe('busy');
    expect(await spinning).toBe('deadline');
  });

  it('frees the place of a caller who leaves', async () => {
    const pool = makePool({ waitingMax: 1 });
    const spinning = faultOf(run(pool, { does: 'spin' }, { deadlineMs: 500 }));
    const leaver = new AbortController();
    const left = faultOf(run(pool, { echo: 'left' }, { signal: leaver.signal }));
    await vi.waitFor(() => expect(pool.waiting).toBe(1));
    leaver.abort();
    expect(await left).toBe('given-up');
    expect(pool.waiting).toBe(0);
    expect(await run(pool, { echo: 'next' })).toMatchObject({ echo: 'next' });
    expect(await spinning).toBe('deadline');
  });

  it('answers what a job asks back', async () => {
    const pool = makePool({ answer: async (body) => `${String(body)}!` });
    expect(await run(pool, { ask: 'well' })).toEqual({ answer: 'well!' });
    expect(await faultOf(run(makePool(), { ask: 'nobody' }))).toBe('failed');
  });

  it('rejects what runs and what waits when it is closed', async () => {
    const pool = makePool();
    const ends = [run(pool, { does: 'spin' }), run(pool, { echo: 'waits' })].map(faultOf);
    await vi.waitFor(() => expect(pool.waiting).toBe(1));
    await pool.close();
    expect(await Promise.all(ends)).toEqual(['closed', 'closed']);
    expect(await faultOf(run(pool, { echo: 'late' }))).toBe('closed');
  });
});
