/** Reads the chunks of one OpenAI chat completion stream and ends it in the API's own way. */
import type { PublicError } from '../core/errors.ts';
import { itemsOf, type JsonNode, memberOf, stringOf } from '../core/json.ts';
import type { StreamEvent } from '../core/sse.ts';
import { EventWalk, indexOf } from './event-walk.ts';
import { type ChunkHead, chunk, DONE, openAiError, openAiRefusalStream } from './openai-chat-blocks.ts';
import { OPENAI_RESPONSE } from './openai-chat-shapes.ts';
import type { EventReading, StreamReader } from './protocol.ts';

const EVENT_NAMES: ReadonlySet<string> = new Set(['message', 'error']);
/** By place below the choice or the tool call. */
const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['delta.content', 'text'],
  ['delta.content.text', 'text'],
  ['delta.refusal', 'refusal'],
  ['delta.reasoning_content', 'reasoning'],
  ['delta.audio.transcript', 'transcript'],
  ['function.name', 'name'],
  ['function.arguments', 'arguments'],
  ['custom.name', 'custom.name'],
  ['custom.input', 'custom.input'],
  ['name', 'name'],
  ['arguments', 'arguments'],
]);
const NOTHING: EventReading = { deltas: [], binaries: [], ending: false, logprobs: [] };

/** Choices by index: true once a finish reason was seen. */
class Choices {
  readonly finished = new Map<number, boolean>();
  /** The last chunk taken over told something: a choice's beginning, or its end. */
  told = false;

  /** Takes over a chunk's choices; true when one of them ended with it. */
  read(chunk: JsonNode): boolean {
    let ending = false;
    let position = 0;
    const known = this.finished.size;
    for (const choice of itemsOf(memberOf(chunk, 'choices'))) {
      const index = indexOf(choice) ?? position;
      // Some servers send an empty reason with every chunk.
      if ((stringOf(memberOf(choice, 'finish_reason')) ?? '') !== '') {
        this.finished.set(index, true);
        ending = true;
      } else if (!this.finished.has(index)) this.finished.set(index, false);
      position += 1;
    }
    this.told = ending || this.finished.size > known;
    return ending;
  }

  get allFinished(): boolean {
    if (this.finished.size === 0) return false;
    for (const finished of this.finished.values()) if (!finished) return false;
    return true;
  }

  /** Those a refusal must end: the unfinished ones, or all where each had its end already. */
  get toEnd(): readonly number[] {
    const open = [...this.finished].filter(([, finished]) => !finished).map(([index]) => index);
    if (open.length > 0) return open;
    return this.finished.size === 0 ? [0] : [...this.finished.keys()];
  }
}

export class OpenAiChatStream implements StreamReader {
  readonly #walk = new EventWalk(CHANNELS);
  readonly #read = new Choices();
  readonly #sent = new Choices();
  #head: ChunkHead | undefined;
  #closed = false;
  #begun = false;
  #sentDone = false;

  get finished(): boolean {
    return this.#closed || this.#read.allFinished;
  }

  get closed(): boolean {
    return this.#closed;
  }

  read(event: StreamEvent): EventReading {
    if (this.#closed) return NOTHING;
    if (event.json === undefined) this.#closed = true;
    const ending = event.json === undefined || this.#read.read(event.json);
    const isPlain = this.#begun && !ending && !this.#read.told;
    this.#begun = true;
    return this.#walk.event(event, OPENAI_RESPONSE, EVENT_NAMES, ending, isPlain);
  }

  sent(event: StreamEvent): void {
    if (event.json === undefined) {
      this.#sentDone = true;
      return;
    }
    this.#sent.read(event.json);
    this.#head ??= headOf(event.json);
  }

  refuse(error: PublicError): readonly Pick<StreamEvent, 'name' | 'data'>[] {
    if (this.#sentDone) return [];
    const head = this.#head;
    if (head === undefined) return openAiRefusalStream({ error, model: '', created: 0 });
    return [...this.#sent.toEnd.map((index) => chunk(head, index, {}, 'content_filter')), DONE];
  }

  fail(error: PublicError): readonly Pick<StreamEvent, 'name' | 'data'>[] {
    return [{ data: JSON.stringify(openAiError(error)) }];
  }
}

function headOf(chunk: JsonNode): ChunkHead {
  const created = memberOf(chunk, 'created');
  return {
    id: stringOf(memberOf(chunk, 'id')) ?? '',
    created: created?.type === 'number' ? Number(created.raw) : 0,
    model: stringOf(memberOf(chunk, 'model')) ?? '',
  };
}
