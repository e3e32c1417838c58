/** A small pool of worker threads: bounded queue, hard deadlines; started when needed, replaced at need. */
import type { ResourceLimits } from 'node:worker_threads';
import { PoolError, type PoolFault } from './pool-error.ts';
import { PooledThread, type ThreadSource } from './pooled-thread.ts';

export interface PoolOptions {
  /** Name and module of the entry, which calls `serveThread` with the same name. */
  readonly name: string;
  readonly entry: URL;
  /** Copied to each thread. */
  readonly data?: unknown;
  readonly threadsMax: number;
  /** Jobs that may wait for a thread. */
  readonly waitingMax: number;
  readonly limits?: ResourceLimits;
  /** Answers what a job asks back. */
  readonly answer?: (body: unknown) => Promise<unknown>;
}

export interface JobOptions {
  /** Longest run, from when a ready thread takes it. */
  readonly deadlineMs: number;
  /** Longest wait for a thread. */
  readonly waitMs: number;
  /** The caller has left: a waiting job gives its place up, a running one ends unheard. */
  readonly signal?: AbortSignal;
}

/** Makes the message for the thread that takes the job: one thread may know what another must be told. */
export type WriteBody = (thread: object) => unknown;

interface Waiting {
  readonly write: WriteBody;
  readonly deadlineMs: number;
  readonly settle: PromiseWithResolvers<unknown>;
  /** No longer wanted; it leaves the queue without a run. */
  over: boolean;
}

export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #threads = new Set<PooledThread>();
  readonly #queue: Waiting[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Jobs that wait for a thread. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Threads that run or start. */
  get threads(): number {
    return this.#threads.size;
  }

  /**
   * Runs one job.
   * @throws PoolError
   */
  async run(write: WriteBody, options: JobOptions): Promise<unknown> {
    const { signal } = options;
    if (this.#closed) throw new PoolError('closed');
    if (signal?.aborted) throw new PoolError('given-up');
    if (this.#queue.length >= this.#options.waitingMax) throw new PoolError('busy');
    const settle = Promise.withResolvers<unknown>();
    const job: Waiting = { write, deadlineMs: options.deadlineMs, settle, over: false };
    this.#queue.push(job);
    const onAbort = (): void => this.#drop(job, 'given-up');
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => {
      if (this.#queue.includes(job)) this.#drop(job, 'busy');
    }, options.waitMs);
    try {
      this.#assign();
      return await settle.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends every thread; what runs and what waits is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.settle.reject(new PoolError('closed'));
    await Promise.all([...this.#threads].map((thread) => thread.end('closed')));
  }

  #drop(job: Waiting, fault: PoolFault): void {
    job.over = true;
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
    job.settle.reject(new PoolError(fault));
  }

  /** Gives waiting jobs to idle threads, and starts threads while there are fewer than may be. */
  #assign(): void {
    while (this.#queue.length > 0) {
      const thread = [...this.#threads].find(({ idle }) => idle) ?? this.#start();
      if (thread === undefined) return;
      const job = this.#queue.shift();
      if (job !== undefined) void this.#give(thread, job);
    }
  }

  #start(): PooledThread | undefined {
    if (this.#closed || this.#threads.size >= this.#options.threadsMax) return undefined;
    const { name, entry, data, limits, answer } = this.#options;
    const source: ThreadSource = {
      entry,
      given: { sallyportThread: name, data },
      ...(limits === undefined ? {} : { limits }),
      ...(answer === undefined ? {} : { answer }),
    };
    const thread: PooledThread = new PooledThread(source, () => {
      this.#threads.delete(thread);
      this.#assign();
    });
    this.#threads.add(thread);
    return thread;
  }

  async #give(thread: PooledThread, job: Waiting): Promise<void> {
    try {
      job.settle.resolve(await thread.run(() => job.write(thread), job.deadlineMs));
    } catch (error) {
      job.settle.reject(error);
    }
    this.#assign();
  }
}
