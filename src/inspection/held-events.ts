/** The events that a guard holds back, in order; writes masks into those that may go. */
import type { Delta } from '../core/part.ts';
import type { StreamEvent } from '../core/sse.ts';
import type { EventReading } from '../protocols/protocol.ts';
import type { HeldPiece } from './channel-set.ts';
import { applyEdits, editString, type MaskSpan, orderEdits } from './edits.ts';
import type { Edit } from './inspection.ts';
import { mergeSpans } from './passage.ts';

export interface HeldEvent {
  readonly event: StreamEvent;
  readonly reading: EventReading;
  readonly pieces: readonly HeldPiece[];
  readonly number: number;
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
    this.#queue.push({ event, reading, pieces, number: this.#count });
    this.chars += event.data.length;
  }

  /**
   * Takes the events from the head whose texts are final. One that ends the answer waits, unless text of
   * another choice came after it, for the judgement of the whole answer.
   */
  *takeReady(wholeJudged: boolean): Generator<HeldEvent> {
    for (let held = this.#queue[this.#head]; held !== undefined; held = this.#queue[this.#head]) {
      if (held.reading.ending && !wholeJudged && held.number >= this.#lastText) return;
      if (!held.pieces.every((piece) => piece.channel.isFinal(piece.stretch))) return;
      this.#head += 1;
      this.chars -= held.event.data.length;
      if (this.#head === this.#queue.length || this.#head > 1024) {
        this.#queue = this.#queue.slice(this.#head);
        this.#head = 0;
      }
      yield held;
    }
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
  const found = new Map<Delta, readonly MaskSpan[]>();
  for (const { channel, delta, stretch, joined } of pieces) {
    const spans = channel.release(stretch);
    if (spans.length === 0) continue;
    // The strings themselves come before what they are joined to.
    if (joined !== undefined) {
      if (!areMasked(spans, joined, found)) return undefined;
      continue;
    }
    if (delta.edit.type === 'none') return undefined;
    // A text may stand in two channels.
    found.set(delta, mergeSpans([...(found.get(delta) ?? []), ...spans]));
  }
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
