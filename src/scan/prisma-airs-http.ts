/** Posts scan requests over kept connections: one attempt, bounded in bytes, told apart by how it failed. */
import { Client, type Dispatcher, Pool } from 'undici';

export interface HttpOptions {
  /** Scheme, host and port; nothing of its path is used. */
  readonly origin: string;
  /** Most connections; further calls wait for a free one under their deadline. */
  readonly connections: number;
  readonly connectMs: number;
}

export interface HttpAnswer {
  readonly type: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /**
   * `cut`: the connection ended in the body or the call was given up; `too-large`: over the cap, and
   * aborted.
   */
  readonly end: 'whole' | 'cut' | 'too-large';
  /** Why it was cut. */
  readonly cause?: Error;
}
export interface HttpFault {
  readonly type: 'fault';
  readonly cause: Error;
  /**
   * No byte of this call can have been acted upon: there was no connection, or a kept one that the service
   * had closed already (RFC 9112 §9.3.1).
   */
  readonly untouched: boolean;
}

/** Path, headers and body of one POST. */
export interface HttpCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Most bytes of the answer's body. */
  readonly answerBytesMax: number;
  readonly signal: AbortSignal;
}

export interface Http {
  /** Never rejects. Redirects are answers like any other. */
  post(call: HttpCall): Promise<HttpAnswer | HttpFault>;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

const KEEP_ALIVE_MS = 15_000;

export function createHttp(options: HttpOptions): Http {
  const pool = new Pool(options.origin, {
    connections: options.connections,
    connect: { timeout: options.connectMs },
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The caller's signal is the deadline of the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
    factory: (origin, settings) => new CountingClient(origin, settings),
  });
  return {
    post: (call) =>
      new Promise((resolve) => {
        const attempt = new Attempt(call, resolve);
        const { path, headers, body } = call;
        try {
          pool.dispatch({ method: 'POST', path, headers, body }, attempt);
        } catch (error) {
          attempt.fail(error instanceof Error ? error : new Error('the call could not be made'));
        }
      }),
    close: () => pool.destroy(),
  };
}

/** One connection; tells each attempt whether others went over it before. */
class CountingClient extends Client {
  #calls = 0;

  constructor(origin: URL, settings: object) {
    super(origin, settings);
    this.on('connect', () => {
      this.#calls = 0;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Attempt) {
      handler.countUse = () => {
        this.#calls += 1;
        return this.#calls;
      };
    }
    return super.dispatch(options, handler);
  }
}

const NONE: Record<string, never> = {};
/** Codes of an established connection that the other side ended. */
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

class Attempt implements Dispatcher.DispatchHandler {
  /** Calls on the connection, this one included. */
  countUse: () => number = () => 1;
  readonly #call: HttpCall;
  readonly #resolve: (result: HttpAnswer | HttpFault) => void;
  readonly #chunks: Buffer[] = [];
  readonly #onAbort = (): void => this.#giveUp();
  #controller: Dispatcher.DispatchController | undefined;
  #uses = 0;
  #began = false;
  #status = 0;
  #headers: HttpAnswer['headers'] = NONE;
  #bytes = 0;
  #settled = false;

  constructor(call: HttpCall, resolve: (result: HttpAnswer | HttpFault) => void) {
    this.#call = call;
    this.#resolve = resolve;
    if (call.signal.aborted) this.#giveUp();
    else call.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** On a connection, right before the request is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#uses = this.countUse();
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('given up before it was sent'));
  }

  onResponseStarted(): void {
    this.#began = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#call.answerBytesMax) {
      this.#chunks.push(chunk);
      return;
    }
    this.#settle(this.#answer('too-large'));
    controller.abort(new Error('the answer is over its byte limit'));
  }

  onResponseEnd(): void {
    this.#settle(this.#answer('whole'));
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController): void {
    controller.abort(new Error('the service changed the protocol'));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  fail(cause: Error): void {
    const code = 'code' in cause ? String(cause.code) : '';
    const stale = this.#uses > 1 && !this.#began && RESETS.has(code);
    this.#break(cause, this.#uses === 0 || stale);
  }

  #giveUp(): void {
    const { reason } = this.#call.signal;
    const cause = reason instanceof Error ? reason : new Error('given up');
    this.#break(cause, false);
    this.#controller?.abort(cause);
  }

  #break(cause: Error, untouched: boolean): void {
    if (this.#status === 0) this.#settle({ type: 'fault', cause, untouched });
    else this.#settle({ ...this.#answer('cut'), cause });
  }

  #answer(end: HttpAnswer['end']): HttpAnswer {
    const body = Buffer.concat(this.#chunks);
    return { type: 'answer', status: this.#status, headers: this.#headers, body, end };
  }

  #settle(result: HttpAnswer | HttpFault): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#call.signal.removeEventListener('abort', this.#onAbort);
    this.#resolve(result);
  }
}
