/**
 * Server-sent events as the guard and the protocols see them: decoded, and written anew from what was read.
 */
import type { JsonNode } from './json.ts';

/** One event with exactly one JSON document, or a protocol's literal end mark, as its data. */
export interface StreamEvent {
  /** The `event:` field where it is a plain token. */
  readonly name?: string;
  /** The data as received, lines joined by `\n` (WHATWG HTML §9.2.6). */
  readonly data: string;
  /** The parsed data; undefined for an end mark such as `[DONE]`. */
  readonly json?: JsonNode;
}

/** Writes one event; every line of the data gets its own `data:` field. */
export function writeEvent(event: Pick<StreamEvent, 'name' | 'data'>): string {
  const name = event.name === undefined ? '' : `event: ${event.name}\n`;
  const data = event.data.includes('\n') ? event.data.replaceAll('\n', '\ndata: ') : event.data;
  return `${name}data: ${data}\n\n`;
}

/** Writes one comment; clients ignore it (WHATWG HTML §9.2.6). */
export function writeComment(text: string): string {
  return `: ${text}\n\n`;
}
