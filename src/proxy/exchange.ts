/** The way of one exchange, from its first byte to its log line (DESIGN §4). */
import { GatewayError } from '../core/errors.ts';
import type { Policy } from '../core/policy.ts';
import type { BodyVerdict, ExchangeContext, Inspector } from '../inspection/inspection.ts';
import { type Operation, type RequestReading, ShapeError } from '../protocols/protocol.ts';
import type { Admission } from './admission.ts';
import { admitClient } from './admit-client.ts';
import { answerBlock, answerError } from './answer.ts';
import { type AnswerWay, type ResponseSettings, respond } from './answer-way.ts';
import { BodyError } from './body-bytes.ts';
import { type ClientGate, checkUpstreamAllowed } from './clients.ts';
import { type AddressOf, contextOf } from './context.ts';
import type { EdgeCheck, RequestHead } from './edge.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Forwarder, UpstreamAnswer } from './forward.ts';
import type { InlineMount } from './inline-mounts.ts';
import type { FindInlineClient, GatewayClock, UpstreamOptions } from './options.ts';
import { slowBlock } from './pace.ts';
import type { PassThrough } from './pass-through.ts';
import { announcedBytes, hasBody, type ReceivedBody, type ReceiveLimits, receiveBody } from './receive.ts';
import type { HeaderBuilder } from './request-headers.ts';
import { type RouteMatch, type RouteTable, unknownRoute } from './routes.ts';
import { spliceBytes } from './spliced-bytes.ts';
import { upstreamKeyOf } from './upstream-key.ts';

/** What one upstream is reached through. */
export interface UpstreamLegs {
  readonly forwarder: Forwarder;
  readonly passThrough: PassThrough;
  readonly headers: HeaderBuilder;
}

/** The parts of the data plane that an exchange goes through. */
export interface DataPlane extends ResponseSettings {
  readonly checkEdge: EdgeCheck;
  readonly routes: RouteTable;
  readonly gate: ClientGate;
  readonly admission: Admission;
  readonly legs: ReadonlyMap<UpstreamOptions, UpstreamLegs>;
  /** Of inline paths: the client's credential, which is a token of ours, never goes on. */
  readonly inlineLegs: ReadonlyMap<UpstreamOptions, UpstreamLegs>;
  readonly inlineMountOf: (path: string) => InlineMount | undefined;
  readonly inlineClient: FindInlineClient;
  readonly inspector: Inspector;
  readonly addressOf: AddressOf;
  readonly profile: string;
  readonly policyOf: (profile: string) => Policy | undefined;
  readonly receiveLimits: ReceiveLimits;
  readonly clock: GatewayClock;
}

/** Runs an exchange to its end and answers every fault of it. Never rejects. */
export async function runExchange(plane: DataPlane, exchange: ExchangeState): Promise<void> {
  try {
    await go(plane, exchange);
  } catch (cause) {
    await answerFault(plane, exchange, cause);
  }
}

const go = async (plane: DataPlane, exchange: ExchangeState): Promise<void> => {
  const { request } = exchange;
  const head = plane.checkEdge(request);
  exchange.sessionId = head.sessionId;
  exchange.requestId = head.requestId;

  const inline = plane.inlineMountOf(head.path);
  const mount = inline ?? plane.routes.mountOf(head.path);
  exchange.client = await admitClient(exchange, inline, mount?.upstream, plane);
  if (mount === undefined) throw unknownRoute();
  const { upstream } = mount;
  exchange.upstream = upstream;
  checkUpstreamAllowed(exchange.client, upstream);
  exchange.profile = exchange.client?.profile ?? upstream.profile ?? plane.profile;
  exchange.policy = plane.policyOf(exchange.profile);

  const match = mount.match(request.method ?? '', head.path, request.headers);
  exchange.route = match.route;
  exchange.protocol = match.route.operation.protocol;
  exchange.upstreamKey = upstreamKeyOf(upstream);

  const legs = (inline ? plane.inlineLegs : plane.legs).get(upstream);
  if (legs === undefined) throw unknownRoute();
  // An upstream logs its targets: a key of ours must not stand there.
  if ([...match.ids, ...head.queryTexts].some(plane.gate.holdsGatewayKey)) {
    throw new GatewayError('bad_query', { detail: 'It holds a gateway key.' });
  }
  const weight = match.route.body === 'scanned' ? announcedBytes(request, plane.receiveLimits) : 0;
  exchange.place = await plane.admission.enter(weight, exchange.signal);
  const way: Way = { plane, exchange, head, match, upstream, legs };
  await (match.route.body === 'scanned' ? goScanned(way) : goPassing(way));
};

/** All that the two ways of an exchange are given. */
interface Way {
  readonly plane: DataPlane;
  readonly exchange: ExchangeState;
  readonly head: RequestHead;
  readonly match: RouteMatch;
  readonly upstream: UpstreamOptions;
  readonly legs: UpstreamLegs;
}

const NO_TEXT: RequestReading = { parts: [], binaries: [], upstreamState: [], stream: false };

/** Both doors: the prompt is judged before it is forwarded, the answer before it is sent. */
const goScanned = async (way: Way): Promise<void> => {
  const answered = await ask(way);
  // The request's body and all that was read of it are gone by now: a long answer would keep them.
  if (answered !== undefined) await respond(way.plane, answered);
};

/** The first door. Undefined where the exchange ended there. */
const ask = async (way: Way): Promise<AnswerWay | undefined> => {
  const { plane, exchange, match } = way;
  const { operation } = match.route;
  const body = await receive(way, operation);
  const bytes = body?.bytes.length ?? 0;
  await (plane.turns.step(bytes) ?? plane.turns.take());
  const reading = body === undefined ? NO_TEXT : read(exchange, operation, body);
  exchange.stream = reading.stream;
  exchange.model = reading.model;

  const context = contextFor(way, reading);
  await plane.turns.step(bytes);
  const verdict = await plane.inspector.inspectRequest(reading, body?.text ?? '', textsOf(way), context);
  if (notePrompt(exchange, verdict)) {
    await block(way, operation, verdict, reading);
    return undefined;
  }
  await plane.turns.step(bytes);
  await plane.recorder.prompt(exchange);

  await plane.turns.step(bytes);
  const answer = await forward(way, operation, body, verdict);
  const { model, stream } = reading;
  const asked = { model, stream, userText: plane.inspector.lastUserText(reading) };
  return { exchange, operation, answer, asked, context };
};

/** Content-free routes, and what the operator opened with `scan: none`; ids and the query are judged. */
const goPassing = async (way: Way): Promise<void> => {
  const { plane, exchange, head, match, upstream, legs } = way;
  const { operation, body } = match.route;
  if (body === 'refused' && hasBody(exchange.request)) throw new GatewayError('body_not_expected');
  const texts = textsOf(way);
  if (texts.length > 0) {
    const verdict = await plane.inspector.inspectRequest(NO_TEXT, '', texts, contextFor(way, NO_TEXT));
    if (notePrompt(exchange, verdict)) return block(way, operation, verdict, NO_TEXT);
  }
  if (body === 'unread' && hasBody(exchange.request)) {
    exchange.prompt = { state: 'unscanned', reason: 'route' };
    exchange.bytesIn = Number(exchange.request.headers['content-length'] ?? 0);
  }
  await plane.recorder.prompt(exchange);
  exchange.forwarded = true;
  if (head.expectsContinue) exchange.response.writeContinue();
  const sentMs = plane.clock.monotonicMs();
  const headers = legs.headers.passed(exchange.request, operation.protocol, exchange.upstreamKey);
  await legs.passThrough.pass(exchange, targetOf(match, head, upstream), headers);
  exchange.upstreamMs = plane.clock.monotonicMs() - sentMs;
};

const receive = async (way: Way, operation: Operation): Promise<ReceivedBody | undefined> => {
  const { plane, exchange, head } = way;
  const takesBody = operation.method !== 'GET' && operation.method !== 'DELETE';
  if (!takesBody && !hasBody(exchange.request)) return undefined;
  try {
    const { request, response, charge } = exchange;
    const sharing = { charge, step: (bytes: number) => plane.turns.step(bytes) };
    const body = await receiveBody(request, response, head, plane.receiveLimits, sharing);
    exchange.bytesIn = body.wireBytes;
    return body;
  } catch (cause) {
    if (cause instanceof GatewayError && cause.code !== 'overloaded') noteUnreadable(exchange);
    throw cause;
  }
};

const read = (exchange: ExchangeState, operation: Operation, body: ReceivedBody): RequestReading => {
  try {
    if (operation.readRequest === undefined) throw new GatewayError('internal');
    return operation.readRequest(body.json);
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    noteUnreadable(exchange);
    throw new GatewayError('bad_shape', { detail: `${cause.message}.`, cause });
  }
};

const noteUnreadable = (exchange: ExchangeState): void => {
  exchange.prompt = { state: 'unscanned', reason: 'uninspectable' };
  exchange.promptClass = 'uninspectable';
};

/** Texts outside the body that go upstream: query names and values, and what stood for `{id}`. */
const textsOf = (way: Way): readonly string[] =>
  way.match.ids.length === 0 ? way.head.queryTexts : [...way.match.ids, ...way.head.queryTexts];

const contextFor = (way: Way, reading: RequestReading): ExchangeContext => {
  const { plane, exchange, upstream } = way;
  const userIp = plane.addressOf(exchange.request);
  return contextOf(exchange, upstream, exchange.profile ?? plane.profile, reading, userIp);
};

/** True where the exchange ends here. */
const notePrompt = (exchange: ExchangeState, verdict: BodyVerdict): boolean => {
  exchange.prompt = verdict.note;
  exchange.promptClass = verdict.class;
  exchange.noteScans(verdict.traces);
  return verdict.error !== undefined;
};

const block = async (
  way: Way,
  operation: Operation,
  verdict: BodyVerdict,
  reading: RequestReading,
): Promise<void> => {
  const { exchange, plane } = way;
  const { error } = verdict;
  if (error === undefined || exchange.signal.aborted) return;
  exchange.error = error;
  exchange.outcome = outcomeOf(error);
  await plane.recorder.prompt(exchange);
  await slowBlock(plane, exchange);
  answerBlock(exchange, operation, error, {
    onBlock: plane.onBlock,
    category: verdict.category,
    model: reading.model,
    streamAsked: reading.stream,
    unixMs: plane.clock.unixMs(),
  });
};

const forward = async (
  way: Way,
  operation: Operation,
  body: ReceivedBody | undefined,
  verdict: BodyVerdict,
): Promise<UpstreamAnswer> => {
  const { plane, exchange, head, match, upstream, legs } = way;
  const isMasked = body !== undefined && verdict.edits.length > 0;
  const bytes = isMasked ? spliceBytes(body.bytes, body.text, verdict.edits) : body?.bytes;
  const isChanged = isMasked || body?.wasCoded === true;
  const sentMs = plane.clock.monotonicMs();
  exchange.forwarded = true;
  try {
    const answer = await legs.forwarder.forward({
      method: operation.method,
      target: targetOf(match, head, upstream),
      headers: legs.headers.scanned(exchange.request, operation.protocol, isChanged, exchange.upstreamKey),
      body: bytes,
      signal: exchange.signal,
    });
    exchange.upstreamStatus = answer.status;
    return answer;
  } finally {
    exchange.upstreamMs = plane.clock.monotonicMs() - sentMs;
  }
};

/** Path of the route and the client's checked query, after the upstream's own query if its URL has one. */
const targetOf = (match: RouteMatch, head: RequestHead, upstream: UpstreamOptions): string => {
  const own = upstream.url.search.slice(1);
  const query = own === '' || head.query === '' ? own + head.query : `${own}&${head.query}`;
  return query === '' ? match.upstreamPath : `${match.upstreamPath}?${query}`;
};

const answerFault = async (plane: DataPlane, exchange: ExchangeState, cause: unknown): Promise<void> => {
  if (exchange.signal.aborted || (cause instanceof BodyError && cause.fault === 'cut')) {
    exchange.outcome = 'client_abort';
    exchange.response.destroy();
    return;
  }
  const error = cause instanceof GatewayError ? cause : new GatewayError('internal', { cause });
  noteFault(exchange, error);
  try {
    if (exchange.forwarded) await plane.recorder.answer(exchange);
    else if (exchange.promptClass !== undefined) await plane.recorder.prompt(exchange);
  } catch (fault) {
    noteFault(
      exchange,
      fault instanceof GatewayError ? fault : new GatewayError('internal', { cause: fault }),
    );
  }
  answerError(exchange, exchange.error ?? error);
};

const noteFault = (exchange: ExchangeState, error: GatewayError): void => {
  exchange.error = error;
  exchange.outcome = outcomeOf(error);
};

/** A fault of the client's request, a verdict, or something behind the gateway. */
const outcomeOf = (error: GatewayError): ExchangeState['outcome'] => {
  if (error.code === 'blocked' || error.code === 'unmaskable') return 'blocked';
  return error.status < 500 && !error.code.startsWith('upstream_') ? 'rejected' : 'failed';
};
