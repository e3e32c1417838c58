/** The words for texts found in a body: side, role, kind, place, and how a mask may land on them. */

/** Which door of the exchange a text stands before. */
export type Side = 'prompt' | 'response';

/** Who speaks in a part. `trustedRoles` of a profile name these very words. */
export type Role = (typeof ROLES)[number];
export const ROLES = [
  'system',
  'developer',
  'user',
  'assistant',
  'tool-call',
  'tool-result',
  'tool-definition',
  'other',
] as const;

/**
 * What a part is. `opaque` must come back byte for byte (signatures, encrypted content, ids): it meets
 * keyword and checksummed rules only and is never masked; `number` meets the card and id rules of dlp.
 */
export type PartKind =
  | 'text'
  | 'reasoning'
  | 'refusal'
  | 'tool-name'
  | 'tool-arguments'
  | 'transcript'
  | 'logprobs'
  | 'key'
  | 'query'
  | 'opaque'
  | 'number'
  | 'other';

/** How a mask on the part is written into the body. Offsets are UTF-16 units in the body's text. */
export type PartEdit =
  /** The part is the JSON string token at [start, end), quotes included. */
  | { readonly type: 'string'; readonly start: number; readonly end: number }
  /** A mask here replaces the JSON value at [start, end) by `null` (logprobs). */
  | { readonly type: 'nullify'; readonly start: number; readonly end: number }
  /** A mask here cannot be written: the body is blocked (keys, ids, query values, derived texts). */
  | { readonly type: 'none' };

/** One text in a body. */
export interface Part {
  readonly role: Role;
  readonly kind: PartKind;
  readonly text: string;
  /** Where it stands, as a path: `messages[2].content[0].text`. Made of the body's keys: never logged. */
  readonly place: string;
  /** Parts of one unit (one message) are joined without a separator; units by a newline, in body order. */
  readonly unit: number;
  /** Belongs to what came after the last assistant message: always scanned, never taken as cleared. */
  readonly newest: boolean;
  /** Name of the tool whose call or result this is, where the body says it. */
  readonly tool?: string;
  readonly edit: PartEdit;
}

/** One text of one stream event. */
export interface Delta extends Part {
  /** One channel per (choice or block index, field path): deltas of one channel are one text. */
  readonly channel: string;
  /** `concat`: the next piece of the channel's text. `discrete`: a text of its own (ids, names, keys). */
  readonly join: 'concat' | 'discrete';
  /** Texts of one flow run on from channel to channel: blocks of an answer that are shown as one text. */
  readonly flow?: string;
  /**
   * The text stands nowhere as it is: it is that of these deltas of the event, one after the other, as a
   * client may show them. Masks are written where each of them stands.
   */
  readonly items?: readonly Delta[];
}

/** Something in a request that cannot be scanned as text; `place` is a path made of the protocol's words. */
export interface Unscannable {
  readonly place: string;
  /** `image`, `audio`, `file`, `tokens` for binary parts; the field's name for upstream-held state. */
  readonly what: string;
}
