/** The embedded database's records and results: handed to the thread that commits them. */
import { Worker } from 'node:worker_threads';
import type { ChainEnd } from './record-rows.ts';
import type { ResultRow } from './scan-result-rows.ts';
import type { SqliteOptions } from './sqlite-file.ts';
import type { AppendRequest, CommitReply, ResultsRequest } from './sqlite-record-worker.ts';
import { StoreError } from './store-error.ts';

interface Waiting {
  readonly resolve: (reply: Exclude<CommitReply, { code: string }>) => void;
  readonly reject: (fault: StoreError) => void;
}

/** From the sources and from the build alike. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './sqlite-record-worker.ts' : './sqlite-record-worker.js',
  import.meta.url,
);

export class SqliteRecorder {
  readonly #options: SqliteOptions;
  #worker: Worker | undefined;
  #waiting: Waiting[] = [];
  #isClosed = false;

  constructor(options: SqliteOptions) {
    this.#options = options;
  }

  async append(request: AppendRequest): Promise<ChainEnd> {
    const reply = await this.#commit(request);
    if (!('end' in reply)) throw unavailable('ended');
    return reply.end;
  }

  async putResults(results: readonly ResultRow[]): Promise<void> {
    await this.#commit({ results });
  }

  #commit(request: AppendRequest | ResultsRequest): Promise<Exclude<CommitReply, { code: string }>> {
    if (this.#isClosed) return Promise.reject(unavailable('closed'));
    const worker = this.#worker ?? this.#start();
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) worker.ref();
      this.#waiting.push({ resolve, reject });
      worker.postMessage(request);
    });
  }

  #start(): Worker {
    const worker = new Worker(ENTRY, {
      workerData: this.#options,
      name: 'sallyport-records',
      // Records pass through it and nothing stays: a larger nursery would only be memory.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    worker.on('message', (reply: CommitReply) => {
      const waiting = this.#waiting.shift();
      if (this.#waiting.length === 0) worker.unref();
      if ('code' in reply) waiting?.reject(unavailable(reply.code));
      else waiting?.resolve(reply);
    });
    // What was under way may or may not stand: it was not acknowledged. The next one starts anew.
    worker.on('error', (cause) => this.#lose(worker, cause));
    worker.on('exit', () => this.#lose(worker));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #lose(worker: Worker, cause?: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'ended';
    for (const { reject } of this.#waiting.splice(0)) reject(unavailable(code, cause));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.ref();
    worker.postMessage('close');
    await ended;
  }
}

const unavailable = (code: string, cause?: unknown): StoreError =>
  new StoreError(
    'unavailable',
    `the database file cannot be used (${code})`,
    cause === undefined ? undefined : { cause },
  );
