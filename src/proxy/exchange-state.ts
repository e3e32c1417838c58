/** What is known of one exchange on its way: ids, notes of both sides, what its log line will say. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayError, PublicError } from '../core/errors.ts';
import type { Side } from '../core/part.ts';
import type { Policy } from '../core/policy.ts';
import type { ScanTrace, SideNote, VerdictClass } from '../core/verdict.ts';
import type { Protocol } from '../protocols/protocol.ts';
import type { ExchangeLine, ExchangeOutcome } from '../telemetry/exchange-line.ts';
import type { Place } from './admission.ts';
import type { AnswerMarks } from './answer-marks.ts';
import type { ClientOptions, UpstreamOptions } from './options.ts';
import type { Route } from './routes.ts';

const NONE: SideNote = { state: 'none' };

export class ExchangeState implements AnswerMarks {
  readonly trId: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Shapes errors; the route's own once it is known. */
  protocol: Protocol;
  requestId: string | undefined;
  sessionId: string | undefined;
  client: ClientOptions | undefined;
  upstream: UpstreamOptions | undefined;
  /** That the gateway holds for it: the same to the exchange's end. */
  upstreamKey: string | undefined;
  profile: string | undefined;
  route: Route | undefined;
  /** Among the exchanges that are let in at once; held to the end. */
  place: Place | undefined;
  prompt: SideNote = NONE;
  answer: SideNote = NONE;
  promptClass: VerdictClass | undefined;
  answerClass: VerdictClass | undefined;
  traces: readonly ScanTrace[] = [];
  /** The local policy of the profile as it stood at the beginning. */
  policy: Policy | undefined;
  model: string | undefined;
  /** On an inline path: how a block is answered there. */
  onInlineBlock: ((error: PublicError) => void) | undefined;
  /** The upstream was asked. */
  forwarded = false;
  readonly recorded: Record<Side, boolean> = { prompt: false, response: false };
  upstreamMs: number | undefined;
  upstreamStatus: number | undefined;
  bytesIn = 0;
  bytesOut = 0;
  /** Bytes of a stream as the upstream sent them. */
  upstreamBytes: number | undefined;
  stream = false;
  outcome: ExchangeOutcome = 'ok';
  error: GatewayError | undefined;
  /** The client left before its answer was whole. */
  readonly signal: AbortSignal;
  readonly #startedMs: number;

  constructor(options: {
    trId: string;
    request: IncomingMessage;
    response: ServerResponse;
    protocol: Protocol;
    startedMs: number;
  }) {
    this.trId = options.trId;
    this.request = options.request;
    this.response = options.response;
    this.protocol = options.protocol;
    this.#startedMs = options.startedMs;
    const controller = new AbortController();
    this.signal = controller.signal;
    options.response.on('close', () => {
      if (!options.response.writableFinished) controller.abort();
    });
  }

  /** Takes room for bytes that are kept in memory. @throws GatewayError `overloaded` */
  readonly charge = (bytes: number): void => this.place?.charge(bytes);

  noteScans(traces: readonly ScanTrace[]): void {
    this.traces = [...this.traces, ...traces];
  }

  /** The judged texts are for the record alone: once it stands, a long answer does not keep them. */
  forgetTexts(): void {
    this.traces = this.traces.map(({ judged: _, ...trace }) => trace);
  }

  /** The client left: the side that was under way was given up, not judged. */
  noteAbort(): void {
    this.outcome = 'client_abort';
    const given: SideNote = { state: 'unscanned', reason: 'client-abort' };
    if (this.upstreamMs === undefined) this.prompt = this.prompt.state === 'none' ? given : this.prompt;
    else if (this.answer.state === 'none') this.answer = given;
  }

  /** The log line; only words of ours, ids that were checked, and numbers. */
  line(nowMs: number): ExchangeLine {
    return {
      tr_id: this.trId,
      request_id: this.requestId,
      session: this.sessionId !== undefined,
      client: this.client?.name,
      upstream: this.upstream?.name,
      profile: this.profile,
      operation: this.route?.operation.id,
      method: this.route?.operation.method,
      route: this.route?.pattern,
      status: this.response.headersSent ? this.response.statusCode : undefined,
      upstream_status: this.upstreamStatus,
      prompt: this.prompt,
      response: this.answer,
      prompt_verdict: this.promptClass,
      response_verdict: this.answerClass,
      scans: this.traces,
      upstream_ms: this.upstreamMs,
      total_ms: nowMs - this.#startedMs,
      bytes_in: this.bytesIn,
      bytes_out: this.bytesOut,
      stream: this.stream,
      outcome: this.outcome,
      error: this.error?.code,
      cause: this.error?.cause,
    };
  }
}
