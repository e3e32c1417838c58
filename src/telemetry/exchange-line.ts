/** The one log line of an exchange: its fields, and the copy that lets nothing else through. */
import type { SecondStageNote } from '../core/second-stage.ts';
import type { ScanTrace, SideNote } from '../core/verdict.ts';
import { writeNote } from '../core/verdict.ts';

/** How an exchange ended. `rejected`: a faulty request; `failed`: something behind the gateway. */
export type ExchangeOutcome = 'ok' | 'blocked' | 'rejected' | 'failed' | 'client_abort';

/** All that is ever logged of an exchange: no text, no key, no path, no header. */
export interface ExchangeLine {
  readonly tr_id: string;
  /** The client's own `x-request-id`, of a safe alphabet. */
  readonly request_id: string | undefined;
  /** Whether the client named a session; the id itself may name a person. */
  readonly session: boolean;
  readonly client: string | undefined;
  readonly upstream: string | undefined;
  readonly profile: string | undefined;
  readonly operation: string | undefined;
  readonly method: string | undefined;
  /** The route's pattern, never the path. */
  readonly route: string | undefined;
  readonly status: number | undefined;
  readonly upstream_status: number | undefined;
  readonly prompt: SideNote;
  readonly response: SideNote;
  readonly prompt_verdict: string | undefined;
  readonly response_verdict: string | undefined;
  readonly scans: readonly ScanTrace[];
  readonly upstream_ms: number | undefined;
  readonly total_ms: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly stream: boolean;
  readonly outcome: ExchangeOutcome;
  readonly error: string | undefined;
  /** Only its name and code are written: messages may hold hosts and texts. */
  readonly cause: unknown;
}

const CHARS_MAX = 200;

/** A short word for the log: cut, and without anything that could be read as another line. */
const word = (value: string | undefined): string | undefined =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced here.
  value?.slice(0, CHARS_MAX).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');

const milliseconds = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 100) / 100;

/** Copies the allowed fields of a line, whatever else the object holds. */
export function writeExchangeLine(line: ExchangeLine): Readonly<Record<string, unknown>> {
  return {
    tr_id: word(line.tr_id),
    request_id: word(line.request_id),
    session: line.session,
    client: word(line.client),
    upstream: word(line.upstream),
    profile: word(line.profile),
    operation: word(line.operation),
    method: word(line.method),
    route: word(line.route),
    status: line.status,
    upstream_status: line.upstream_status,
    prompt: writeNote(line.prompt),
    response: writeNote(line.response),
    prompt_verdict: word(line.prompt_verdict),
    response_verdict: word(line.response_verdict),
    scans: line.scans.map(writeTrace),
    upstream_ms: milliseconds(line.upstream_ms),
    total_ms: milliseconds(line.total_ms),
    bytes_in: line.bytes_in,
    bytes_out: line.bytes_out,
    stream: line.stream,
    outcome: word(line.outcome),
    error: word(line.error),
    cause: describeCause(line.cause),
  };
}

const writeTrace = (trace: ScanTrace): Readonly<Record<string, unknown>> => ({
  side: word(trace.side),
  service: word(trace.service),
  scan_id: word(trace.scanId),
  action: word(trace.action),
  category: word(trace.category),
  detected: trace.detected.map(word),
  revision: word(trace.revision),
  ms: milliseconds(trace.ms),
  second_stage: trace.secondStage?.map(writeSecondStage),
});

const writeSecondStage = (note: SecondStageNote): Readonly<Record<string, unknown>> => ({
  detector: word(note.detector),
  judge: word(note.judge),
  found: note.found,
  cleared: note.cleared,
  failed: note.failed,
  fault: word(note.fault),
  ms: milliseconds(note.ms),
});

/** Name and code of an error, e.g. `SocketError UND_ERR_SOCKET`; never its message. */
export function describeCause(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = 'code' in cause && typeof cause.code === 'string' ? ` ${cause.code}` : '';
  return word(`${cause.name}${code}`);
}
