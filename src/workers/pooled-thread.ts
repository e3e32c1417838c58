/** One worker thread of a pool, seen from outside: one job at a time, ended when it overruns. */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { PoolError, type PoolFault } from './pool-error.ts';
import type { FromThread, ThreadData, ToThread } from './thread.ts';

export interface ThreadSource {
  readonly entry: URL;
  readonly given: ThreadData;
  readonly limits?: ResourceLimits;
  readonly answer?: (body: unknown) => Promise<unknown>;
}

/** Longest from the start of a thread until it says that it is ready. */
const START_MS = 20_000;

interface Running {
  readonly number: number;
  readonly settle: PromiseWithResolvers<unknown>;
}

export class PooledThread {
  readonly #worker: Worker;
  readonly #source: ThreadSource;
  readonly #onEnd: () => void;
  readonly #ready = Promise.withResolvers<void>();
  #running: Running | undefined;
  #jobs = 0;
  #taken = false;
  #ended = false;

  /** @param onEnd called once, when the thread takes no more jobs */
  constructor(source: ThreadSource, onEnd: () => void) {
    this.#source = source;
    this.#onEnd = onEnd;
    this.#worker = new Worker(source.entry, {
      workerData: source.given,
      // Keys of the environment are no business of a thread; what it prints may hold texts.
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      ...(source.limits === undefined ? {} : { resourceLimits: source.limits }),
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (message: FromThread) => this.#take(message));
    this.#worker.on('error', () => void this.end('crashed'));
    this.#worker.on('messageerror', () => void this.end('crashed'));
    this.#worker.on('exit', () => void this.end('crashed'));
    // Nobody may be waiting for it when it fails.
    this.#ready.promise.catch(() => undefined);
  }

  get idle(): boolean {
    return !this.#taken && !this.#ended;
  }

  /**
   * Runs one job; the thread must be idle.
   * @param deadlineMs from when the thread is ready
   * @throws PoolError
   */
  async run(write: () => unknown, deadlineMs: number): Promise<unknown> {
    this.#taken = true;
    this.#worker.ref();
    let timer = setTimeout(() => void this.end('crashed'), START_MS);
    try {
      await this.#ready.promise;
      clearTimeout(timer);
      this.#jobs += 1;
      const running: Running = { number: this.#jobs, settle: Promise.withResolvers() };
      this.#running = running;
      timer = setTimeout(() => void this.end('deadline'), deadlineMs);
      this.#send({ job: running.number, body: write() });
      return await running.settle.promise;
    } finally {
      clearTimeout(timer);
      this.#running = undefined;
      this.#taken = false;
      // An idle thread does not keep the program alive.
      this.#worker.unref();
    }
  }

  /** Ends the thread at once, whatever it runs. */
  async end(fault: PoolFault): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#ready.reject(new PoolError(fault));
    this.#running?.settle.reject(new PoolError(fault));
    const stopped = this.#worker.terminate();
    this.#onEnd();
    await stopped;
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromThread): void {
    if ('ready' in message) this.#ready.resolve();
    else if ('ask' in message) void this.#answer(message.ask, message.body);
    else if (message.job === this.#running?.number) {
      if (message.failed) this.#running.settle.reject(new PoolError('failed'));
      else this.#running.settle.resolve(message.value);
    }
  }

  async #answer(number: number, body: unknown): Promise<void> {
    try {
      if (this.#source.answer === undefined) throw new PoolError('failed');
      const value = await this.#source.answer(body);
      if (!this.#ended) this.#send({ answered: number, value });
    } catch {
      if (!this.#ended) this.#send({ answered: number, failed: true });
    }
  }
}
