/** What a protocol is: its routes, where texts stand in its bodies and streams, how a block looks. Pure. */
import type { PublicError } from '../core/errors.ts';
import type { JsonNode } from '../core/json.ts';
import type { Delta, Part, Unscannable } from '../core/part.ts';
import type { StreamEvent } from '../core/sse.ts';

/**
 * A request body as its protocol reads it. Every string of the body is in `parts`, in `binaries` or is a word
 * that the protocol fixes.
 */
export interface RequestReading {
  readonly parts: readonly Part[];
  /** Content that is no text; governed by `images`. Their strings are not in `parts`. */
  readonly binaries: readonly Unscannable[];
  /** References to state the upstream holds; governed by `upstreamState`. Their strings are parts too. */
  readonly upstreamState: readonly Unscannable[];
  /** The client asked for an event stream. */
  readonly stream: boolean;
  readonly model?: string;
  /** End user, from the body's own field, cut to 100 characters. */
  readonly user?: string;
}

/** A response body as its protocol reads it; parts have role `assistant` or `other`. */
export interface ResponseReading {
  readonly parts: readonly Part[];
  readonly binaries: readonly Unscannable[];
}

/** One stream event as its protocol reads it. */
export interface EventReading {
  readonly deltas: readonly Delta[];
  readonly binaries: readonly Unscannable[];
  /** The event says that the answer, or one of its choices, ended (finish reason, stop, `[DONE]`). */
  readonly ending: boolean;
  /** Prefixes of channels that are complete now (a finished choice, a stopped block), e.g. `block.2.`. */
  readonly closes?: readonly string[];
  /**
   * The event breaks the protocol so that clients would disagree on what text it continues (a block that
   * starts twice, a delta after its stop): the answer cannot be read with certainty. Protocol words only.
   */
  readonly invalid?: string;
  /** That it was sent need not be told: it begins and ends nothing that `refuse` would have to close. */
  readonly plain?: true;
  /** Spans of logprobs values in the event's data, with the channel of the text that they spell out. */
  readonly logprobs: readonly { readonly start: number; readonly end: number; readonly channel: string }[];
}

/** Reads one answer's events in order and knows how to end what the client has seen. Pure, no clock. */
export interface StreamReader {
  /** Reads the upstream's next event; false `json` means an end mark. */
  read(event: StreamEvent): EventReading;
  /** True once the upstream ended its answer cleanly: end mark seen, or every choice finished. */
  readonly finished: boolean;
  /** True when nothing may follow any more (`[DONE]`, `message_stop`): later events are not read. */
  readonly closed: boolean;
  /** Tells that this event was sent to the client; `refuse` and `fail` build on it. */
  sent(event: StreamEvent): void;
  /** Events that end the client's stream as filtered, in the protocol's native way, closing what is open. */
  refuse(error: PublicError): readonly Pick<StreamEvent, 'name' | 'data'>[];
  /** The protocol's error event, with no clean end after it. */
  fail(error: PublicError): readonly Pick<StreamEvent, 'name' | 'data'>[];
}

/** What `onBlock: refusal` needs to know of the request. */
export interface RefusalContext {
  readonly error: PublicError;
  readonly model: string;
  /** Unix time in seconds. */
  readonly created: number;
}

/** One (method, path) of a protocol. */
export interface Operation {
  /** `openai.chat` …: the protocol's id and a name; stands in logs and records. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH';
  /** Exact path below the mount; `{id}` stands for `[A-Za-z0-9._:-]{1,200}`. */
  readonly path: string;
  /** `scanned`: both sides are read and judged. `none`: no content, passed through. */
  readonly content: 'scanned' | 'none';
  readonly protocol: Protocol;
  /** Only for `content: scanned`. @throws ShapeError where the body cannot be this operation's. */
  readRequest?(body: JsonNode): RequestReading;
  readResponse?(body: JsonNode): ResponseReading;
  /** Undefined: the operation never streams. */
  readStream?(): StreamReader;
  /** HTTP 200 bodies of a refusal; undefined: blocks are 403 errors whatever `onBlock` says. */
  refusal?(context: RefusalContext): unknown;
  refusalStream?(context: RefusalContext): readonly Pick<StreamEvent, 'name' | 'data'>[];
}

/** A wire format: its operations and its shapes of error and credential. */
export interface Protocol {
  readonly id: string;
  readonly operations: readonly Operation[];
  /** The error body in the protocol's own shape. */
  error(error: PublicError): unknown;
  /** Where the protocol's clients put their API key: lower-case header, and the scheme before it if any. */
  readonly credential: { readonly header: string; readonly scheme?: 'Bearer' };
  /** Chooses this protocol where two share a path: true when this lower-case header is there. */
  readonly markerHeader?: string;
  /**
   * Where the paths of CalypsoAI's inline gateway begin, and what of an operation's own path they leave out.
   */
  readonly inline?: { readonly prefix: string; readonly leftOut: string };
}

/** A body that cannot be the operation's; `place` is a path of protocol words. */
export class ShapeError extends Error {
  readonly place: string;
  constructor(place: string, expected: string) {
    super(`${place} must be ${expected}`);
    this.name = 'ShapeError';
    this.place = place;
  }
}
