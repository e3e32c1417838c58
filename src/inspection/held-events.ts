/** The events that a guard holds back, in order; writes masks into those that may go. */
import type { Delta } from '../core/part.ts';
import type { StreamEvent } from '../core/sse.ts';
import type { EventReading } from '../protocols/protocol.ts';
import type { HeldPiece } from './channel-set.ts';
import { applyEdits, editString, type MaskSpan, orderEdits } from './edits.ts';
import type { Edit } from './inspection.ts';
import { mergeSpans } from './passage.ts';

/** No more than is needed when it goes: thousands are held at once. */
export interface HeldEvent extends Pick<EventReading, 'ending' | 'logprobs' | 'plain'> {
  readonly event: StreamEvent;
  readonly pieces: readonly HeldPiece[];
  readonly number: number;
}

const NONE: readonly HeldEvent[] = [];

/** Most of what a held event keeps in memory is the tree that it was read into. */
const withoutTree = ({ name, data }: StreamEvent): StreamEvent =>
  name === undefined ? { data } : { name, data };

function isFinal(pieces: readonly HeldPiece[]): boolean {
  for (const { channel, stretch } of pieces) if (!channel.isFinal(stretch)) return false;
  return true;
}

/** A queue of events: none may overtake another. */
export class HeldEvents {
  #queue: HeldEvent[] = [];
  #head = 0;
  #count = 0;
  /** Number of the last event that carried a piece of a growing text. */
  #lastText = 0;
  /** UTF-16 units of the data held. */
  chars = 0;

  push(event: StreamEvent, reading: EventReading, pieces: readonly HeldPiece[]): void {
    this.#count += 1;
    if (pieces.some((piece) => piece.delta.join === 'concat')) this.#lastText = this.#count;
    const { ending, logprobs, plain } = reading;
    const number = this.#count;
    if (plain) this.#queue.push({ event: withoutTree(event), pieces, number, ending, logprobs, plain });
    else this.#queue.push({ event, pieces, number, ending, logprobs });
    this.chars += event.data.length;
  }

  /**
   * Takes the events from the head whose texts are final. One that ends the answer waits, unless text of
   * another choice came after it, for the judgement of the whole answer.
   */
  takeReady(wholeJudged: boolean): readonly HeldEvent[] {
    let end = this.#head;
    for (let held = this.#queue[end]; held !== undefined; held = this.#queue[end]) {
      if (held.ending && !wholeJudged && held.number >= this.#lastText) break;
      if (!isFinal(held.pieces)) break;
      this.chars -= held.event.data.length;
      end += 1;
    }
    if (end === this.#head) return NONE;
    const ready = this.#queue.slice(this.#head, end);
    this.#head = end;
    if (end === this.#queue.length || end > 1024) {
      this.#queue = this.#queue.slice(end);
      this.#head = 0;
    }
    return ready;
  }

  drop(): void {
    this.#queue = [];
    this.#head = 0;
    this.chars = 0;
  }
}

/**
 * Marks the pieces as released and hides what is masked in them.
 * @returns the event itself where nothing is masked; undefined where a mask cannot be written
 */
export function maskEvent(
  event: StreamEvent,
  pieces: readonly HeldPiece[],
  logprobs: EventReading['logprobs'],
): StreamEvent | undefined {
  let found: Map<Delta, readonly MaskSpan[]> | undefined;
  for (const { channel, delta, stretch, joined } of pieces) {
    const spans = channel.release(stretch);
    if (spans.length === 0) continue;
    found ??= new Map();
    // The strings themselves come before what they are joined to.
    if (joined !== undefined) {
      if (!areMasked(spans, joined, found)) return undefined;
      continue;
    }
    if (delta.edit.type === 'none') return undefined;
    // A text may stand in two channels.
    found.set(delta, mergeSpans([...(found.get(delta) ?? []), ...spans]));
  }
  if (found === undefined) return event;
  const edits: Edit[] = [];
  const maskedChannels = new Set<string>();
  for (const [{ edit, channel }, spans] of found) {
    maskedChannels.add(channel);
    if (edit.type === 'string') {
      for (const each of editString(event.data, edit.start, spans)) edits.push(each);
    } else if (edit.type === 'nullify') edits.push({ start: edit.start, end: edit.end, text: 'null' });
  }
  if (edits.length === 0) return event;
  // Log probabilities spell out the text once more: where it is masked they go.
  for (const { start, end, channel } of logprobs) {
    if (maskedChannels.has(channel)) edits.push({ start, end, text: 'null' });
  }
  const data = applyEdits(event.data, orderEdits(edits));
  return event.name === undefined ? { data } : { name: event.name, data };
}

/** Is everything that is masked in the strings as one masked in each of them? Spans are in order. */
function areMasked(
  spans: readonly MaskSpan[],
  joined: readonly (Delta | number)[],
  found: ReadonlyMap<Delta, readonly MaskSpan[]>,
): boolean {
  let at = 0;
  let next = 0;
  for (const item of joined) {
    const end = at + (typeof item === 'number' ? item : item.text.length);
    const own = typeof item === 'number' ? [] : (found.get(item) ?? []);
    let mine = 0;
    while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) <= at) next += 1;
    for (let index = next; index < spans.length; index += 1) {
      const span = spans[index];
      if (span === undefined || span.start >= end) break;
      if (typeof item === 'number') {
        // Earlier strings have gone out: a mask may end there, but not go on.
        if (span.end > end) return false;
        continue;
      }
      const from = Math.max(span.start - at, 0);
      const to = Math.min(span.end, end) - at;
      while ((own[mine]?.end ?? Number.POSITIVE_INFINITY) <= from) mine += 1;
      const mask = own[mine];
      if (mask === undefined || mask.start > from || mask.end < to) return false;
    }
    at = end;
  }
  return true;
}
