/** Carries what passes unread: http-proxy-middleware with our own faults, time-outs and aborts. */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import type { Options, RequestHandler } from 'http-proxy-middleware';
import { GatewayError } from '../core/errors.ts';
import { answerError } from './answer.ts';
import { markHeaders } from './answer-marks.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { GatewayTimeouts } from './options.ts';
import type { HeaderList } from './request-headers.ts';
import { responseHeaders } from './response-headers.ts';

export interface PassThrough {
  /**
   * Sends the request on and its answer back. Resolves when the exchange is over, whatever became of it.
   * @param target path and query, built from the route
   */
  pass(exchange: ExchangeState, target: string, headers: HeaderList): Promise<void>;
  close(): void;
}

/** One passing exchange; found by its request, since the proxy's events know no more. */
interface Passage {
  readonly exchange: ExchangeState;
  fault: GatewayError | undefined;
}

const LISTENERS_MAX = 32;

export function createPassThrough(url: URL, timeouts: GatewayTimeouts): PassThrough {
  const agent =
    url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const passages = new WeakMap<IncomingMessage, Passage>();
  // Loaded with the first request that passes: many gateways never meet one.
  const createHandler = async (): Promise<RequestHandler> => {
    const { createProxyMiddleware } = await import('http-proxy-middleware');
    return createProxyMiddleware(options);
  };
  let handler: Promise<RequestHandler> | undefined;
  const options: Options = {
    target: url.origin,
    changeOrigin: true,
    prependPath: false,
    followRedirects: false,
    xfwd: false,
    agent,
    // The answer is written here: the proxy's own pipe finishes a cut answer and copies every header.
    selfHandleResponse: true,
    on: {
      proxyReq: (outgoing, request) => limitTimes(outgoing, passages.get(request), timeouts),
      proxyRes: (incoming, request) => writeAnswer(incoming, passages.get(request), timeouts),
      error: (cause, request) => answerFault(cause, passages.get(request)),
      econnreset: () => undefined,
    },
  };
  return {
    async pass(exchange, target, headers) {
      const { request, response } = exchange;
      // The proxy and its plugins listen for the end in a dozen places.
      response.setMaxListeners(LISTENERS_MAX);
      passages.set(request, { exchange, fault: undefined });
      request.url = target;
      request.headers = toRecord(headers, request);
      const over = new Promise<void>((resolve) => {
        if (response.closed) resolve();
        response.once('close', resolve);
      });
      handler ??= createHandler();
      const handle = await handler;
      // Its promise may reject after the error handler has answered; the end is the response's own.
      await Promise.all([over, handle(request, response, () => undefined).catch(() => undefined)]);
    },
    close: () => agent.destroy(),
  };
}

/** What the proxy copies out of `request.headers`; the body's framing stays as it came. */
const toRecord = (list: HeaderList, request: IncomingMessage): IncomingMessage['headers'] => {
  const record: Record<string, string[]> = {};
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] ?? '';
    const values = record[name] ?? [];
    values.push(list[at + 1] ?? '');
    record[name] = values;
  }
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined) record['transfer-encoding'] = ['chunked'];
  else if (length !== undefined) record['content-length'] = [length];
  return record as IncomingMessage['headers'];
};

const limitTimes = (
  outgoing: ClientRequest,
  passage: Passage | undefined,
  timeouts: GatewayTimeouts,
): void => {
  const giveUp = (): void => {
    if (passage) passage.fault = new GatewayError('upstream_timeout');
    outgoing.destroy();
  };
  let timer: NodeJS.Timeout;
  const arm = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, ms);
  };
  if (outgoing.socket?.connecting) {
    arm(timeouts.connectMs);
    const isTls = outgoing.protocol === 'https:';
    outgoing.socket.once(isTls ? 'secureConnect' : 'connect', () => arm(timeouts.headersMs));
  } else {
    arm(timeouts.headersMs);
  }
  outgoing.once('response', () => clearTimeout(timer));
  outgoing.once('close', () => clearTimeout(timer));
};

const writeAnswer = (
  incoming: IncomingMessage,
  passage: Passage | undefined,
  timeouts: GatewayTimeouts,
): void => {
  if (passage === undefined) {
    incoming.destroy();
    return;
  }
  const { exchange } = passage;
  const status = incoming.statusCode ?? 502;
  exchange.upstreamStatus = status;
  const refused = refusalOf(status, incoming);
  if (refused) {
    discard(incoming, timeouts);
    fail(exchange, refused);
    return;
  }
  const { response } = exchange;
  exchange.answer = { state: 'unscanned', reason: 'route' };
  const headers = responseHeaders(incoming.headers, false, exchange.upstreamKey);
  // The very bytes go on: their coding, length and range still describe them.
  for (const name of ['content-encoding', 'content-length'] as const) {
    const value = incoming.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  response.writeHead(status, { ...headers, ...markHeaders(exchange) });
  response.flushHeaders();
  incoming.setTimeout(timeouts.idleMs, () => incoming.destroy());
  incoming.on('data', (chunk: Buffer) => {
    exchange.bytesOut += chunk.length;
  });
  incoming.on('close', () => {
    const isCut = !incoming.complete && !exchange.signal.aborted;
    if (isCut) markFailed(exchange, new GatewayError('upstream_cut', { cause: incoming.errored }));
  });
  endUnread(response, timeouts.clientIdleMs);
  // A cut answer destroys the client's connection too: it never looks whole.
  pipeline(incoming, response, () => undefined);
};

/** A client that leaves what was sent to it unread is given up. */
const endUnread = (response: ServerResponse, idleMs: number): void => {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  response.on('pipe', (source: Readable) => {
    source.on('pause', () => {
      timer ??= setTimeout(() => response.destroy(), idleMs);
    });
  });
  response.on('drain', stop).once('close', stop);
};

const DISCARD_BYTES_MAX = 65_536;

/** Reads an unwanted body away so that its connection lives on, unless it is long or slow. */
const discard = (incoming: IncomingMessage, timeouts: GatewayTimeouts): void => {
  let size = 0;
  incoming.setTimeout(timeouts.idleMs, () => incoming.destroy());
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > DISCARD_BYTES_MAX) incoming.destroy();
  });
  incoming.on('error', () => undefined);
};

const refusalOf = (status: number, incoming: IncomingMessage): GatewayError | undefined => {
  if (status === 304 || (status >= 200 && status < 300)) return undefined;
  if (status < 400) return new GatewayError('upstream_redirect');
  const wait = incoming.headers['retry-after'];
  return new GatewayError('upstream_error', {
    status,
    headers: wait === undefined ? {} : { 'Retry-After': wait },
  });
};

const answerFault = (cause: unknown, passage: Passage | undefined): void => {
  if (passage === undefined) return;
  const { exchange } = passage;
  if (exchange.signal.aborted || exchange.response.writableEnded) return;
  fail(exchange, passage.fault ?? new GatewayError('upstream_unreachable', { cause }));
};

const fail = (exchange: ExchangeState, error: GatewayError): void => {
  markFailed(exchange, error);
  answerError(exchange, error);
};

const markFailed = (exchange: ExchangeState, error: GatewayError): void => {
  exchange.outcome = 'failed';
  exchange.error ??= error;
};
