/** The second door: the upstream's answer is judged, then sent on, refused or replaced (DESIGN §4.6). */
import { GatewayError } from '../core/errors.ts';
import type { JsonLimits } from '../core/json.ts';
import type { FairTurns } from '../http/fair-turns.ts';
import type { ExchangeContext, Inspector, StreamEnding } from '../inspection/inspection.ts';
import type { Operation } from '../protocols/protocol.ts';
import { answerBlock, answerError, EVENT_STREAM_HEADERS, writeBody } from './answer.ts';
import { markHeaders } from './answer-marks.ts';
import type { ExchangeRecorder } from './exchange-recorder.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { UpstreamAnswer } from './forward.ts';
import { createFrameReader } from './frames.ts';
import { namesUpstream } from './names-upstream.ts';
import type { GatewayClock } from './options.ts';
import { type Pace, slowBlock } from './pace.ts';
import { decodedSource, kindOf, type ReadAnswer, readAnswer } from './response.ts';
import { responseHeaders } from './response-headers.ts';
import { spliceBytes } from './spliced-bytes.ts';
import { runStream, type StreamSink } from './stream.ts';
import type { StreamLoad } from './stream-load.ts';

export interface ResponseSettings {
  readonly inspector: Inspector;
  readonly recorder: ExchangeRecorder;
  readonly onBlock: 'error' | 'refusal';
  readonly responseBytes: number;
  readonly decodedRatio: number;
  readonly json: JsonLimits;
  readonly heldCharsMax: number;
  readonly keepAliveMs: number;
  readonly clientIdleMs: number;
  readonly clock: GatewayClock;
  readonly turns: FairTurns;
  readonly streamLoad: StreamLoad;
  /** Of blocks, by client. */
  readonly blockPace: Pace;
}

/** What of a request its answer is judged and shaped with. */
export interface AskedFacts {
  readonly model: string | undefined;
  readonly stream: boolean;
  /** The last text of the user: what the answer is an answer to. */
  readonly userText: string;
}

export interface AnswerWay {
  readonly exchange: ExchangeState;
  readonly operation: Operation;
  readonly answer: UpstreamAnswer;
  readonly asked: AskedFacts;
  readonly context: ExchangeContext;
}

/** @throws GatewayError where the answer cannot go on; nothing was sent then */
export async function respond(settings: ResponseSettings, way: AnswerWay): Promise<void> {
  const { answer, operation } = way;
  const kind = kindOf(answer);
  if (answer.status >= 300 && answer.status < 400) throw refuse(way, new GatewayError('upstream_redirect'));
  if (answer.status >= 400 && kind !== 'json') return replaceError(settings, way);
  if (kind === 'empty') return sendEmpty(settings, way);
  if (kind === 'stream' && operation.readStream !== undefined) return respondStream(settings, way);
  if (kind !== 'json') throw refuse(way, new GatewayError('upstream_invalid'));
  return respondJson(settings, way);
}

/** The answer is not read: its upstream is aborted at once. */
const refuse = (way: AnswerWay, error: GatewayError): GatewayError => {
  way.answer.body.destroy();
  noteUnreadable(way.exchange);
  return error;
};

const noteUnreadable = (exchange: ExchangeState): void => {
  exchange.answer = { state: 'unscanned', reason: 'uninspectable' };
  exchange.answerClass = 'uninspectable';
};

/** An upstream's error that is no JSON: its status stays, its text does not. */
const replaceError = async (settings: ResponseSettings, way: AnswerWay): Promise<void> => {
  const { exchange, answer } = way;
  answer.body.destroy();
  const error = new GatewayError('upstream_error', { status: answer.status });
  exchange.outcome = 'failed';
  exchange.error = error;
  await settings.recorder.answer(exchange);
  const headers = responseHeaders(answer.headers, true, exchange.upstreamKey);
  for (const [name, value] of Object.entries(headers))
    if (saysWhereItIs(exchange, String(value))) delete headers[name];
  answerError(exchange, error, undefined, headers);
};

const sendEmpty = async (settings: ResponseSettings, { exchange, answer }: AnswerWay): Promise<void> => {
  answer.body.resume();
  await settings.recorder.answer(exchange);
  writeBody(
    exchange.response,
    answer.status,
    responseHeaders(answer.headers, false, exchange.upstreamKey),
    '',
    exchange,
  );
};

const respondJson = async (settings: ResponseSettings, way: AnswerWay): Promise<void> => {
  const { exchange, answer, asked, context } = way;
  const read = await readJsonAnswer(settings, way);
  if (read === undefined) return replaceError(settings, way);
  if (holdsUpstreamKey(exchange, read.text)) {
    if (answer.status >= 400) return replaceError(settings, way);
    throw refuse(way, new GatewayError('upstream_invalid'));
  }
  if (answer.status >= 400 && saysWhereItIs(exchange, read.text)) return replaceError(settings, way);
  const { userText } = asked;
  const { turns } = settings;
  await (turns.step(read.bytes.length) ?? turns.take());
  const verdict = await settings.inspector.inspectResponse(read.reading, read.text, userText, context);
  exchange.answer = verdict.note;
  exchange.answerClass = verdict.class;
  exchange.noteScans(verdict.traces);
  if (exchange.signal.aborted) return;
  if (verdict.error) return block(settings, way, verdict.error, verdict.category);
  await turns.step(read.bytes.length);
  const isMasked = verdict.edits.length > 0;
  const bytes = isMasked ? spliceBytes(read.bytes, read.text, verdict.edits) : read.bytes;
  const isChanged = isMasked || answer.headers['content-encoding'] !== undefined;
  if (answer.status >= 400) exchange.outcome = 'failed';
  exchange.bytesOut += bytes.length;
  await settings.recorder.answer(exchange);
  await turns.step(bytes.length);
  if (exchange.signal.aborted) return;
  writeBody(
    exchange.response,
    answer.status,
    responseHeaders(answer.headers, isChanged, exchange.upstreamKey),
    bytes,
    exchange,
  );
};

/** Upstreams quote the key in their errors; the one that the gateway holds is not the client's to see. */
const holdsUpstreamKey = (exchange: ExchangeState, text: string): boolean => {
  const key = exchange.upstreamKey;
  return key !== undefined && key !== '' && text.includes(key);
};

/** Servers behind a proxy quote its address and path in their errors. */
const saysWhereItIs = ({ upstream }: ExchangeState, text: string): boolean =>
  upstream !== undefined && namesUpstream(upstream.url, text);

/** Undefined where it is an upstream's error that cannot be read: it is replaced. */
const readJsonAnswer = async (
  settings: ResponseSettings,
  way: AnswerWay,
): Promise<ReadAnswer | undefined> => {
  try {
    const step = (bytes: number) => settings.turns.step(bytes);
    return await readAnswer(way.answer, way.operation, settings, { charge: way.exchange.charge, step });
  } catch (cause) {
    if (way.exchange.signal.aborted) throw cause;
    noteUnreadable(way.exchange);
    if (way.answer.status >= 400) return undefined;
    throw cause;
  }
};

const respondStream = async (settings: ResponseSettings, way: AnswerWay): Promise<void> => {
  const { exchange, operation, answer, asked, context } = way;
  const { inspector } = settings;
  const reader = operation.readStream?.();
  if (reader === undefined) throw refuse(way, new GatewayError('upstream_invalid'));
  exchange.stream = true;
  const leave = settings.streamLoad.enter();
  const { ending, started, bytesIn } = await runStream({
    guard: inspector.guardStream(reader, asked.userText, context, settings.streamLoad.waitFactor),
    frames: createFrameReader({
      eventChars: settings.responseBytes,
      json: settings.json,
      withheld: exchange.upstreamKey,
      withheldInErrors: (text) => saysWhereItIs(exchange, text),
    }),
    source: decodedSource(answer),
    sink: createSink(exchange, answer),
    scan: (call) => inspector.scan(call),
    monotonicMs: settings.clock.monotonicMs,
    responseBytes: settings.responseBytes,
    heldCharsMax: settings.heldCharsMax,
    keepAliveMs: settings.keepAliveMs,
    clientIdleMs: settings.clientIdleMs,
    signal: exchange.signal,
    onEnding: (ended) => {
      noteEnding(exchange, ended);
      return settings.recorder.answer(exchange);
    },
  }).finally(leave);
  exchange.upstreamBytes = bytesIn;
  if (ending === undefined) return;
  if (ending.error !== exchange.error) noteEnding(exchange, { ...ending, traces: [] });
  if (!started && ending.error !== undefined) await block(settings, way, ending.error, ending.category);
};

const noteEnding = (exchange: ExchangeState, ending: StreamEnding): void => {
  exchange.answer = ending.note;
  exchange.answerClass = ending.class;
  exchange.noteScans(ending.traces);
  if (ending.outcome === 'clean' || ending.error === undefined) return;
  exchange.outcome = ending.outcome === 'refused' ? 'blocked' : 'failed';
  exchange.error = ending.error;
};

const createSink = (exchange: ExchangeState, answer: UpstreamAnswer): StreamSink => {
  const { response } = exchange;
  return {
    start() {
      response.writeHead(answer.status, {
        ...responseHeaders(answer.headers, true, exchange.upstreamKey),
        ...EVENT_STREAM_HEADERS,
        ...markHeaders({ trId: exchange.trId, prompt: exchange.prompt, answer: { state: 'streamed' } }),
      });
    },
    write(text) {
      exchange.bytesOut += Buffer.byteLength(text);
      return response.write(text);
    },
    end: () => void response.end(),
    destroy: () => void response.destroy(),
    onDrain: (listener) => void response.on('drain', listener),
  };
};

const block = async (
  settings: ResponseSettings,
  way: AnswerWay,
  error: GatewayError,
  category: string | undefined,
): Promise<void> => {
  const { exchange, operation, asked } = way;
  const isPolicy = error.code === 'blocked' || error.code === 'unmaskable';
  exchange.outcome = isPolicy ? 'blocked' : 'failed';
  exchange.error = error;
  await settings.recorder.answer(exchange);
  await slowBlock(settings, exchange);
  answerBlock(exchange, operation, error, {
    onBlock: settings.onBlock,
    category,
    model: asked.model,
    streamAsked: asked.stream,
    unixMs: settings.clock.unixMs(),
  });
};
