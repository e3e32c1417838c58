/** Writes answers to the client; every one carries the gateway's two headers (DESIGN §3). */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ErrorCode, GatewayError } from '../core/errors.ts';
import { type StreamEvent, writeEvent } from '../core/sse.ts';
import type { Operation, Protocol } from '../protocols/protocol.ts';
import { type AnswerMarks, markHeaders } from './answer-marks.ts';
import type { ExchangeState } from './exchange-state.ts';

/** Writes a whole body with its length and the gateway's headers. */
export function writeBody(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Buffer | string,
  marks: AnswerMarks,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const hasNoBody = status === 204 || status === 304;
  response.writeHead(status, {
    ...headers,
    ...markHeaders(marks),
    ...(hasNoBody ? {} : { 'content-length': bytes.length }),
  });
  response.end(hasNoBody ? undefined : bytes);
}

/** Codes after which the connection cannot be trusted to be in step (THREATS H3). */
const CLOSING: ReadonlySet<ErrorCode> = new Set([
  'bad_framing',
  'too_many_headers',
  'body_timeout',
  'shutting_down',
]);

/** Answers with an error in the protocol's own shape, without its cause or an upstream's address. */
export function answerError(
  exchange: ExchangeState,
  error: GatewayError,
  category?: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const { response } = exchange;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(exchange.protocol.error(error.toPublic(exchange.trId, category)));
  const sent: OutgoingHttpHeaders = { ...headers, ...error.headers, 'content-type': 'application/json' };
  if (CLOSING.has(error.code)) sent.connection = 'close';
  exchange.bytesOut += Buffer.byteLength(body);
  writeBody(response, error.status, sent, body, exchange);
}

export interface BlockOptions {
  readonly onBlock: 'error' | 'refusal';
  readonly category: string | undefined;
  /** Undefined where the block came before a body was read. */
  readonly model: string | undefined;
  readonly streamAsked: boolean;
  readonly unixMs: number;
}

/** Answers a block: as an error, or where `onBlock` says so as the protocol's own refusal. */
export function answerBlock(
  exchange: ExchangeState,
  operation: Operation,
  error: GatewayError,
  options: BlockOptions,
): void {
  const isPolicy = error.code === 'blocked' || error.code === 'unmaskable';
  if (isPolicy && exchange.onInlineBlock !== undefined && !exchange.response.headersSent) {
    exchange.onInlineBlock(error.toPublic(exchange.trId, options.category));
    return;
  }
  const make = options.streamAsked ? operation.refusalStream : operation.refusal;
  if (!isPolicy || options.onBlock === 'error' || make === undefined) {
    answerError(exchange, error, options.category);
    return;
  }
  const context = {
    // A refusal is an answer of status 200; its text is that of the block.
    error: error.toPublic(exchange.trId, options.category),
    model: options.model ?? 'unknown',
    created: Math.floor(options.unixMs / 1000),
  };
  const events = options.streamAsked ? operation.refusalStream?.(context) : undefined;
  const body = events ? writeEvents(events) : JSON.stringify(operation.refusal?.(context));
  exchange.bytesOut += Buffer.byteLength(body);
  const type = events ? EVENT_STREAM_HEADERS : { 'content-type': 'application/json' };
  writeBody(exchange.response, 200, { ...type }, body, exchange);
}

/** RFC 9111 §5.2.2.4, and the word that keeps reverse proxies from buffering. */
export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};

/** Events as they stand on the wire. */
export function writeEvents(events: readonly Pick<StreamEvent, 'name' | 'data'>[]): string {
  let text = '';
  for (const event of events) text += writeEvent(event);
  return text;
}

/** The protocol that shapes an error where no route is known: the one whose marker header is there. */
export function protocolOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  protocols: readonly Protocol[],
): Protocol {
  const marked = protocols.find(
    (protocol) => protocol.markerHeader !== undefined && headers[protocol.markerHeader] !== undefined,
  );
  const chosen = marked ?? protocols[0];
  if (chosen === undefined) throw new TypeError('a gateway needs at least one protocol');
  return chosen;
}
