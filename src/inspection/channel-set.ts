/** The channels of one stream, and which of them have text that waits to be judged. */
import type { Delta } from '../core/part.ts';
import { Channel, type ChannelKind, type Stretch } from './channel.ts';

/** One text of an event and where it stands in its channel. */
export interface HeldPiece {
  readonly channel: Channel;
  readonly delta: Delta;
  readonly stretch: Stretch;
}

/** More channels than any answer has; each costs memory. */
const CHANNELS_MAX = 1024;

export class ChannelSet {
  readonly #firstWindowChars: number;
  readonly #channels = new Map<string, Channel>();
  readonly #waiting = new Set<Channel>();

  constructor(firstWindowChars: number) {
    this.#firstWindowChars = firstWindowChars;
  }

  all(): Iterable<Channel> {
    return this.#channels.values();
  }

  /** Adds an event's texts to their channels; undefined where there are too many channels. */
  append(deltas: readonly Delta[], nowMs: number): readonly HeldPiece[] | undefined {
    const pieces: HeldPiece[] = [];
    for (const delta of deltas) {
      const channel = this.#channelOf(delta);
      if (channel === undefined) return undefined;
      pieces.push({ channel, delta, stretch: channel.append(delta.text, nowMs) });
    }
    return pieces;
  }

  #channelOf(delta: Delta): Channel | undefined {
    const kind = kindOf(delta);
    // All values of their own share a channel: each is a line, whatever field it stands in.
    const name = kind === 'values' || kind === 'exact' ? ` ${kind}` : delta.channel;
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      if (this.#channels.size >= CHANNELS_MAX) return undefined;
      channel = new Channel(kind, this.#firstWindowChars, delta.kind);
      this.#channels.set(name, channel);
    }
    return channel;
  }

  /** Marks the channels with these name prefixes as complete and returns those that were not. */
  close(prefixes: readonly string[]): readonly Channel[] {
    if (prefixes.length === 0) return [];
    const closed: Channel[] = [];
    for (const [name, channel] of this.#channels) {
      if (channel.closed || !prefixes.some((prefix) => name.startsWith(prefix))) continue;
      channel.closed = true;
      closed.push(channel);
    }
    return closed;
  }

  /** Lets a channel wait for more text, or for its time. */
  wait(channel: Channel): void {
    if (channel.pending > 0 && !channel.judging) this.#waiting.add(channel);
  }

  /** A channel's text is being asked about. */
  ask(channel: Channel): void {
    this.#waiting.delete(channel);
    channel.judging = true;
    channel.sentence = false;
    channel.waitingSince = undefined;
  }

  /** When the first of the waiting channels is due, monotonic ms. */
  dueAt(waitMs: number): number | undefined {
    let first: number | undefined;
    for (const channel of this.#waiting) {
      const dueAt = channel.dueAt(waitMs);
      if (dueAt !== undefined && (first === undefined || dueAt < first)) first = dueAt;
    }
    return first;
  }

  /** Channels that are due by now; taken off the list. */
  takeDue(nowMs: number, waitMs: number): readonly Channel[] {
    const due = [...this.#waiting].filter((channel) => (channel.dueAt(waitMs) ?? nowMs) <= nowMs);
    for (const channel of due) this.#waiting.delete(channel);
    return due;
  }
}

const kindOf = (delta: Delta): ChannelKind => {
  const isExact = delta.kind === 'opaque' || delta.kind === 'number';
  if (delta.join === 'discrete') return isExact ? 'exact' : 'values';
  return isExact ? 'exact-text' : 'text';
};
