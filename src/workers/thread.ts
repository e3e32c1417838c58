/** The inner end of a worker thread: takes jobs one at a time, answers them, and may ask back meanwhile. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

/** What goes to a thread. */
export type ToThread =
  | { readonly job: number; readonly body: unknown }
  | { readonly answered: number; readonly value?: unknown; readonly failed?: true };

/** What comes from a thread. `failed` says nothing more: what threw may hold texts. */
export type FromThread =
  | { readonly ready: true }
  | { readonly job: number; readonly value?: unknown; readonly failed?: true }
  | { readonly ask: number; readonly body: unknown };

/** What a thread is started with. */
export interface ThreadData {
  readonly sallyportThread: string;
  readonly data: unknown;
}

/** Asks the outer end; rejects where it has no answer. */
export type AskBack = (body: unknown) => Promise<unknown>;

/** A thread's job. */
export type RunJob = (body: unknown) => Promise<unknown> | unknown;

/** Makes a thread's job from the data that it was started with; the thread is ready when it is made. */
export type StartThread = (data: unknown, ask: AskBack) => RunJob | Promise<RunJob>;

const isThreadData = (value: unknown): value is ThreadData =>
  typeof value === 'object' && value !== null && 'sallyportThread' in value;

/**
 * Serves jobs where this module is the entry of a thread of that name, and does nothing anywhere else: so an
 * entry can be imported for its place.
 */
export function serveThread(name: string, start: StartThread): void {
  const given: unknown = workerData;
  if (parentPort === null || !isThreadData(given) || given.sallyportThread !== name) return;
  void serve(parentPort, given.data, start);
}

/** Where the start fails the thread ends, since nobody takes the rejection. */
async function serve(port: MessagePort, data: unknown, start: StartThread): Promise<void> {
  const asked = new Asked(port);
  const run = await start(data, (body) => asked.ask(body));
  port.on('message', (message: ToThread) => {
    if ('answered' in message) asked.settle(message);
    else void work(port, message.job, message.body, run);
  });
  port.postMessage({ ready: true } satisfies FromThread);
}

async function work(port: MessagePort, job: number, body: unknown, run: RunJob): Promise<void> {
  try {
    port.postMessage({ job, value: await run(body) } satisfies FromThread);
  } catch {
    port.postMessage({ job, failed: true } satisfies FromThread);
  }
}

class Asked {
  readonly #port: MessagePort;
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>();
  #count = 0;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  ask(body: unknown): Promise<unknown> {
    this.#count += 1;
    const answer = Promise.withResolvers<unknown>();
    this.#open.set(this.#count, answer);
    this.#port.postMessage({ ask: this.#count, body } satisfies FromThread);
    return answer.promise;
  }

  settle(message: Extract<ToThread, { answered: number }>): void {
    const answer = this.#open.get(message.answered);
    this.#open.delete(message.answered);
    if (message.failed) answer?.reject(new Error('the question was not answered'));
    else answer?.resolve(message.value);
  }
}
