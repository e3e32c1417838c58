/** The words between the data plane and the inspection: what is asked, and what the answer holds. */
import type { GatewayError } from '../core/errors.ts';
import type { Role } from '../core/part.ts';
import type { Policy } from '../core/policy.ts';
import type { ScanCall, ScanReply } from '../core/scan-service.ts';
import type { StreamEvent } from '../core/sse.ts';
import type { ScanTrace, SideNote, VerdictClass } from '../core/verdict.ts';
import type { RequestReading, ResponseReading, StreamReader } from '../protocols/protocol.ts';

/** Who talks with whom under which policy; made once an exchange. */
export interface ExchangeContext {
  readonly trId: string;
  readonly sessionId?: string;
  readonly profile: string;
  /** The local policy of that name as it stood when the exchange began: it judges all of it. */
  readonly policy?: Policy;
  /** `server_name` of tool events: the upstream's name. */
  readonly upstream: string;
  readonly metadata: {
    readonly app_name: string;
    readonly app_user?: string;
    readonly ai_model?: string;
    readonly user_ip?: string;
  };
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/** The local part of a profile that a scan service cannot decide (DESIGN §14). */
export interface ProfileRules {
  readonly trustedRoles: readonly Role[];
  readonly maskOnBlock: boolean;
}

export interface InspectionSettings {
  readonly onUnavailable: 'block' | 'allow' | 'embedded';
  readonly images: 'block' | 'allow';
  readonly upstreamState: 'block' | 'allow';
  readonly stream: 'window' | 'hold';
  /** Texts that got an allow are not sent again within an hour (DESIGN §5, scan once). */
  readonly scanOnce: boolean;
  /** Tells the category of a block to the client. */
  readonly blockDetail: 'none' | 'category';
  readonly rulesOf: (profile: string) => ProfileRules;
}

/**
 * Replaces [start, end) of the source text, UTF-16 units; edits of one body do not overlap and are in
 * order.
 */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The verdict on a whole body. `error` is there exactly when the body must not go on. */
export interface BodyVerdict {
  readonly class: VerdictClass;
  readonly note: SideNote;
  readonly edits: readonly Edit[];
  readonly error?: GatewayError;
  /** For `PublicError.category`, only where `blockDetail` opts in. */
  readonly category?: string;
  readonly traces: readonly ScanTrace[];
}

/** How a guarded stream ends. */
export interface StreamEnding {
  /** `clean`: as the upstream ended it; `refused`: blocked; `failed`: cut, faulty or not scannable. */
  readonly outcome: 'clean' | 'refused' | 'failed';
  readonly class: VerdictClass;
  /** There exactly where the outcome is not clean: answered plainly when no headers were sent yet. */
  readonly error?: GatewayError;
  readonly category?: string;
  /** Native events that end the stream when headers were already sent. */
  readonly tail: readonly Pick<StreamEvent, 'name' | 'data'>[];
  readonly note: SideNote;
  readonly traces: readonly ScanTrace[];
}

export type GuardCommand =
  /**
   * Write these events in order; when `last` is true, the note comment goes right before the last of them.
   */
  | { readonly type: 'send'; readonly events: readonly StreamEvent[]; readonly last: boolean }
  /** Ask the scan service, then call `judged` with the ticket. */
  | { readonly type: 'judge'; readonly ticket: number; readonly call: ScanCall }
  /** Nothing follows; the upstream is to be aborted unless the outcome is clean. */
  | { readonly type: 'finish'; readonly ending: StreamEnding };

/** The output guard: a pure state machine (DESIGN §7). No call returns commands after a `finish`. */
export interface StreamGuard {
  /** The upstream's next event. `nowMs` is monotonic. */
  push(event: StreamEvent, nowMs: number): readonly GuardCommand[];
  /** The upstream closed its stream in an orderly way. */
  end(nowMs: number): readonly GuardCommand[];
  /** The stream broke or could not be read: what is held is dropped. */
  cut(error: GatewayError, nowMs: number): readonly GuardCommand[];
  judged(ticket: number, reply: ScanReply, nowMs: number): readonly GuardCommand[];
  /** Called at or after `wakeAt`: judges text that has waited long enough. */
  wake(nowMs: number): readonly GuardCommand[];
  /** Monotonic time of the next `wake`; undefined while nothing waits. */
  readonly wakeAt: number | undefined;
  /** Bytes (UTF-16 units) of events held back now: reading pauses above a bound. */
  readonly heldChars: number;
  /**
   * A scan is under way: reading may pause while much is held; otherwise only more text can free what is
   * held.
   */
  readonly judging: boolean;
}

export interface WindowSizes {
  /** The first window closes here, or at a sentence's end. */
  readonly firstChars: number;
  /** Windows double up to this. */
  readonly maxChars: number;
  /** Text waits at most this long before it is asked about, full window or not. */
  readonly waitMs: number;
}

/** Decides on requests, responses and streams. */
export interface Inspector {
  /**
   * @param source the body's decoded text, which the reading's offsets and the verdict's edits are of
   * @param query decoded names and values of the request's query string
   */
  inspectRequest(
    reading: RequestReading,
    source: string,
    query: readonly string[],
    context: ExchangeContext,
  ): Promise<BodyVerdict>;
  inspectResponse(
    reading: ResponseReading,
    source: string,
    prompt: string,
    context: ExchangeContext,
  ): Promise<BodyVerdict>;
  /** @param waitFactor by which texts wait longer than `WindowSizes.waitMs` at the moment; at least 1 */
  guardStream(
    reader: StreamReader,
    prompt: string,
    context: ExchangeContext,
    waitFactor?: () => number,
  ): StreamGuard;
  /** Asks the scan service; never rejects. What the driver of a guard calls for `judge`. */
  scan(call: ScanCall): Promise<ScanReply>;
  /** The last user text of a request: the context of its response's scan. */
  lastUserText(reading: RequestReading): string;
}
