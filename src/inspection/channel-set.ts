/** The channels of one stream, and which of them have text that waits to be judged. */
import type { Delta } from '../core/part.ts';
import { Channel, type ChannelKind, type Stretch } from './channel.ts';

/** One text of an event and where it stands in its channel. */
export interface HeldPiece {
  readonly channel: Channel;
  readonly delta: Delta;
  readonly stretch: Stretch;
  /** Strings that are read as one: deltas of the event, after so many characters of earlier ones. */
  readonly joined?: readonly (Delta | number)[];
}

/** More channels than any answer has; each costs memory. */
const CHANNELS_MAX = 1024;
/** Most places whose last values are kept. */
const PLACES_MAX = 4096;
/** So much of what stood at a place before is read together with its next value, and so much of that. */
const JOINED_CHARS = 256;
/** Where the value is short, or for exact rules: a padding that differs in every event is one of these. */
const JOINED_SHORT_CHARS = 64;
/** A value that comes again and again is followed up to so many characters; more would teach nothing new. */
const REPEATED_CHARS = 64;

/** So much of the first text stands before the second one of a flow. */
const LEAD_CHARS = 1024;

/** The texts of a kind in all blocks; their own channel is there once there are two. */
interface Flow {
  last: Channel;
  channel?: Channel;
}

/** What stood at a place: the end of all its values, the last one, and the characters of its repetitions. */
interface PlaceEnd {
  readonly end: string;
  readonly last: string;
  readonly run: number;
}
const NO_VALUE: PlaceEnd = { end: '', last: '', run: 0 };

export class ChannelSet {
  readonly #firstWindowChars: number;
  readonly #channels = new Map<string, Channel>();
  readonly #waiting = new Set<Channel>();
  readonly #flows = new Map<string, Flow>();
  /** By place. */
  readonly #ends = new Map<string, PlaceEnd>();

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
      const stretch = channel.append(delta.text, nowMs);
      const { items } = delta;
      pieces.push(items ? { channel, delta, stretch, joined: items } : { channel, delta, stretch });
      if (delta.flow !== undefined) {
        const run = this.#runOn(delta.flow, channel, delta, nowMs);
        if (run !== undefined) pieces.push(run);
      }
      if (!isJoinable(delta)) continue;
      if (!this.#join(delta, pieces, nowMs)) return undefined;
    }
    return pieces;
  }

  /**
   * The text of a second block follows that of the first: from there on all of them are one text more,
   * which is judged beside each of them, as the blocks of a whole body are.
   */
  #runOn(name: string, own: Channel, delta: Delta, nowMs: number): HeldPiece | undefined {
    const flow = this.#flows.get(name) ?? { last: own };
    this.#flows.set(name, flow);
    if (flow.channel === undefined) {
      if (flow.last === own) return undefined;
      flow.channel = new Channel('text', this.#firstWindowChars, delta.kind);
      flow.channel.lead(endOf(flow.last.text, LEAD_CHARS));
      this.#channels.set(` flow ${name}`, flow.channel);
    }
    const { channel } = flow;
    flow.last = own;
    channel.closed = false;
    return { channel, delta, stretch: channel.append(delta.text, nowMs) };
  }

  /**
   * A value is whole in its event, but some clients put the strings of all events together, ids too: what
   * they would show where two values meet is judged as well.
   * @returns false where there are too many places or channels
   */
  #join(value: Delta, pieces: HeldPiece[], nowMs: number): boolean {
    const known = this.#ends.get(value.channel) ?? NO_VALUE;
    const run = value.text === known.last ? known.run + value.text.length : 0;
    const end = endOf(known.end + value.text, JOINED_CHARS);
    this.#ends.set(value.channel, { end, last: value.text, run });
    if (this.#ends.size > PLACES_MAX) return false;
    if (known.end === '' || run > REPEATED_CHARS) return true;
    const isExact = value.kind === 'opaque' && !/\s/.test(known.end + value.text);
    // Many short values must not each be judged with a long text before them.
    const more = isExact ? 0 : 4 * value.text.length;
    const chars = Math.min(JOINED_CHARS, JOINED_SHORT_CHARS + more);
    const before = endOf(known.end, chars);
    const text = before + beginningOf(value.text, chars);
    const delta: Delta = { ...value, text, kind: isExact || value.kind !== 'opaque' ? value.kind : 'other' };
    const channel = this.#channelOf(delta);
    if (channel === undefined) return false;
    pieces.push({ channel, delta, stretch: channel.append(text, nowMs), joined: [before.length, value] });
    return true;
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
    for (const { last, channel } of this.#flows.values()) {
      if (channel === undefined || channel.closed || !closed.includes(last)) continue;
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

/** Numbers and keys are put together by nobody. */
const isJoinable = (delta: Delta): boolean =>
  delta.join === 'discrete' && delta.kind !== 'number' && delta.kind !== 'key' && !delta.items;

/** Never half of a character. */
const endOf = (text: string, chars: number): string => text.slice(-chars).replace(/^[\udc00-\udfff]/, '');
const beginningOf = (text: string, chars: number): string =>
  text.slice(0, chars).replace(/[\ud800-\udbff]$/, '');

const kindOf = (delta: Delta): ChannelKind => {
  const isExact = delta.kind === 'opaque' || delta.kind === 'number';
  if (delta.join === 'discrete') return isExact ? 'exact' : 'values';
  return isExact ? 'exact-text' : 'text';
};
