/** Reads the events of one Anthropic message stream and ends it in the API's own way. */
import type { PublicError } from '../core/errors.ts';
import { type JsonNode, memberOf, stringOf } from '../core/json.ts';
import type { StreamEvent } from '../core/sse.ts';
import { anthropicError, anthropicRefusalStream, event, refusedEnd } from './anthropic-messages-blocks.ts';
import { ANTHROPIC_RESPONSE } from './anthropic-messages-shapes.ts';
import { EventWalk } from './event-walk.ts';
import type { EventReading, StreamReader } from './protocol.ts';

const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop'],
  ...['message_delta', 'message_stop', 'ping', 'error', 'message'],
]);
/** By place below the block: what a block starts with and its deltas are one text. */
const CHANNELS: ReadonlyMap<string, string> = new Map(
  ['', 'content_block.', 'delta.'].flatMap((at): [string, string][] => [
    [`${at}text`, 'text'],
    [`${at}thinking`, 'reasoning'],
    [`${at}signature`, 'signature'],
    [`${at}name`, 'name'],
    [`${at}partial_json`, 'arguments'],
  ]),
);
/** Clients show the texts of all blocks as one: a citation cuts a sentence into several. */
const FLOWS: ReadonlySet<string> = new Set(['text', 'reasoning']);
const NOTHING: EventReading = { deltas: [], binaries: [], ending: false, logprobs: [] };

const typeOf = (json: JsonNode | undefined): string => stringOf(memberOf(json, 'type')) ?? '';

/** What the client has seen begin and not end. */
class SentMessage {
  started = false;
  stopped = false;
  outputTokens = 0;
  readonly openBlocks = new Set<number>();

  take(json: JsonNode): void {
    const type = typeOf(json);
    const index = numberOf(memberOf(json, 'index')) ?? 0;
    if (type === 'content_block_delta') return;
    if (type === 'content_block_start') this.openBlocks.add(index);
    else if (type === 'content_block_stop') this.openBlocks.delete(index);
    else if (type === 'message_stop') this.stopped = true;
    else if (type === 'message_start') {
      this.started = true;
      this.#count(memberOf(memberOf(json, 'message'), 'usage'));
    } else if (type === 'message_delta') this.#count(memberOf(json, 'usage'));
  }

  #count(usage: JsonNode | undefined): void {
    this.outputTokens = numberOf(memberOf(usage, 'output_tokens')) ?? this.outputTokens;
  }
}

export class AnthropicMessagesStream implements StreamReader {
  readonly #walk = new EventWalk(CHANNELS, FLOWS);
  readonly #sent = new SentMessage();
  /** By index: true while a block is open, false once it was stopped. */
  readonly #blocks = new Map<number, boolean>();
  #finished = false;
  #closed = false;

  get finished(): boolean {
    return this.#finished;
  }

  get closed(): boolean {
    return this.#closed;
  }

  read(event: StreamEvent): EventReading {
    if (this.#closed) return NOTHING;
    const type = typeOf(event.json);
    const turn = this.#follow(type, event.json);
    if (type === 'message_stop') this.#finished = true;
    if (type === 'message_stop' || event.json === undefined) this.#closed = true;
    const ending = this.#closed || event.name === 'message_stop' || hasStopReason(event.json);
    const isPlain = type === 'content_block_delta' && !ending;
    return { ...this.#walk.event(event, ANTHROPIC_RESPONSE, EVENT_NAMES, ending, isPlain), ...turn };
  }

  /** Follows the blocks: which one ends with the event, and whether the event comes out of turn. */
  #follow(type: string, json: JsonNode | undefined): Pick<EventReading, 'closes' | 'invalid'> {
    const index = numberOf(memberOf(json, 'index')) ?? 0;
    const open = this.#blocks.get(index);
    if (type === 'content_block_start') {
      this.#blocks.set(index, true);
      return open === undefined ? {} : { invalid: 'a content_block_start whose block started before' };
    }
    if (type === 'content_block_delta') {
      return open === false ? { invalid: 'a content_block_delta whose block was stopped' } : {};
    }
    if (type !== 'content_block_stop') return {};
    this.#blocks.set(index, false);
    return { closes: [`block.${index}.`] };
  }

  sent(event: StreamEvent): void {
    if (event.json !== undefined) this.#sent.take(event.json);
  }

  refuse(error: PublicError): readonly Pick<StreamEvent, 'name' | 'data'>[] {
    const sent = this.#sent;
    if (sent.stopped) return [];
    if (!sent.started) return anthropicRefusalStream({ error, model: '', created: 0 });
    const stops = [...sent.openBlocks].map((index) => event('content_block_stop', { index }));
    return [...stops, ...refusedEnd(error.message, sent.outputTokens)];
  }

  fail(error: PublicError): readonly Pick<StreamEvent, 'name' | 'data'>[] {
    return [{ name: 'error', data: JSON.stringify(anthropicError(error)) }];
  }
}

function hasStopReason(json: JsonNode | undefined): boolean {
  const reason = memberOf(memberOf(json, 'delta'), 'stop_reason');
  return reason !== undefined && reason.type !== 'literal';
}

function numberOf(node: JsonNode | undefined): number | undefined {
  return node?.type === 'number' ? Number(node.raw) : undefined;
}
