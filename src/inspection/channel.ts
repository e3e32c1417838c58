/** One channel of a stream: what its text is, how far it is judged, and which characters are masked. */
import type { PartKind } from '../core/part.ts';
import { cutSpan, type MaskSpan } from './edits.ts';
import { mergeSpans } from './passage.ts';

/**
 * `text`: pieces of one growing text. `values`: texts of their own, a line each, always judged whole.
 * `exact` and `exact-text`: like these two, for keyword and checksummed rules only.
 */
export type ChannelKind = 'text' | 'values' | 'exact' | 'exact-text';

/** A stretch of a channel's text that one event carries. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What a window asks about: a stretch of the channel's text with some of the text before it. */
export interface WindowText {
  readonly text: string;
  /** Offset of the window in the channel. */
  readonly at: number;
}

/**
 * A value that repeats without change is followed up to this many characters; more would teach nothing new.
 */
const CONSTANT_CHARS = 64;
/** Longest left context that detectors may look at; the rest of the overlap is room to find a white space. */
const LEFT_CONTEXT_CHARS = 400;
/** Most new characters of one window: what came while a slow service judged is cut into several. */
const WINDOW_CHARS_MAX = 65_536;
/** An open match is looked at again when the text after its last look has grown by this share of it. */
const OPEN_GROWTH = 0.25;
/** So much of an open match makes waiting text wait once more as long. */
const OPEN_CHARS_PER_WAIT = 4096;
/** Most values of which a channel remembers that it has them. */
const VALUES_KNOWN_MAX = 4096;

export class Channel {
  readonly kind: ChannelKind;
  /** The text is the JSON of a tool call's arguments. */
  readonly isArguments: boolean;
  /** Number of characters so far. */
  length = 0;
  /** Up to here a reply has covered the text. */
  judged = 0;
  /** Before this offset nothing can change any more: findings are complete, masks are known. */
  final = 0;
  /** Up to here the text has gone to the client. */
  released = 0;
  judging = false;
  /** Nothing is to follow (its choice or block ended). */
  closed = false;
  /** A sentence ended in what is not judged yet. */
  sentence = false;
  /** How much text the next window waits for. */
  windowChars: number;
  /** Since when text waits to be judged, monotonic ms. */
  waitingSince: number | undefined;
  #texts: string[] = [];
  #tail = '';
  #tailAt = 0;
  #spans: MaskSpan[] = [];
  #nextSpan = 0;
  readonly #values = new Map<string, Stretch>();
  /** Where what the channel itself was told begins. */
  #leadTo = 0;
  #first: string | undefined;
  /** Every piece so far is the same: a value that stands in each event, not a growing text. */
  #constant: boolean;

  /** @param part what its pieces are; where they are of kind `other`, they may be one repeated value */
  constructor(kind: ChannelKind, windowChars: number, part: PartKind) {
    this.kind = kind;
    this.isArguments = part === 'tool-arguments';
    this.windowChars = windowChars;
    this.#constant = part === 'other';
  }

  /** Its pieces are one text. */
  get isGrowing(): boolean {
    return this.kind === 'text' || this.kind === 'exact-text';
  }

  /** Keyword and checksummed rules only. */
  get isExact(): boolean {
    return this.kind === 'exact' || this.kind === 'exact-text';
  }

  get pending(): number {
    return this.length - this.judged;
  }

  get text(): string {
    if (this.#texts.length > 1) this.#texts = [this.#texts.join('')];
    return this.#texts[0] ?? '';
  }

  /** Begins with the end of another channel, which has been judged and sent there. */
  lead(text: string): void {
    this.#texts.push(text);
    this.#tail = text;
    this.#leadTo = text.length;
    this.length = text.length;
    this.judged = text.length;
    this.final = text.length;
    this.released = text.length;
  }

  /** Adds an event's text and tells where it stands; a known value stands where it stood first. */
  append(text: string, nowMs: number): Stretch {
    if (this.isGrowing) return this.#appendText(text, nowMs);
    const known = this.#values.get(text);
    if (known) return known;
    const stretch = { from: this.length, to: this.length + text.length };
    if (this.#values.size < VALUES_KNOWN_MAX) this.#values.set(text, stretch);
    this.#grow(`${text}\n`, nowMs);
    return stretch;
  }

  #appendText(text: string, nowMs: number): Stretch {
    this.#first ??= text;
    if (text !== this.#first) this.#constant = false;
    const from = this.length;
    if (this.#constant && from >= CONSTANT_CHARS && from > text.length) {
      return { from: from - text.length, to: from };
    }
    this.#grow(text, nowMs);
    return { from, to: this.length };
  }

  #grow(text: string, nowMs: number): void {
    if (text === '') return;
    this.#texts.push(text);
    this.#tail += text;
    this.length += text.length;
    this.waitingSince ??= nowMs;
    this.sentence ||= /[.!?\n。！？]/.test(text);
  }

  /**
   * When text that waits is asked about although its window is not full, monotonic ms. While a match stays
   * open, that is the later the longer it is: the cost of looking again stays a constant share of the time.
   */
  dueAt(waitMs: number): number | undefined {
    if (this.waitingSince === undefined) return undefined;
    return this.waitingSince + waitMs * (1 + (this.judged - this.final) / OPEN_CHARS_PER_WAIT);
  }

  /** Is it time to ask about what is not judged yet? */
  isDue(nowMs: number, waitMs: number): boolean {
    if (this.judging) return false;
    if (this.closed && this.final < this.length) return true;
    if (this.pending === 0) return false;
    if (this.kind !== 'text' || nowMs >= (this.dueAt(waitMs) ?? Number.POSITIVE_INFINITY)) return true;
    if (this.pending < (this.judged - this.final) * OPEN_GROWTH) return false;
    return this.pending >= this.windowChars || (this.final <= this.#leadTo && this.sentence);
  }

  /** May this stretch go: every finding in it is complete and every mask known? */
  isFinal(stretch: Stretch): boolean {
    if (stretch.to <= this.final) return true;
    // A value repeated again and again (a provider's name in each event) is no growing text.
    return this.#constant && this.length > (this.#first?.length ?? 0) && stretch.to <= this.judged;
  }

  /** The next window: what is not final, led by as much text before it as detectors look back. */
  window(overlapChars: number): WindowText {
    const at = this.isGrowing ? this.#windowStart(overlapChars) : this.final;
    let end = Math.min(this.length, this.judged + WINDOW_CHARS_MAX);
    if (end < this.length && isLowSurrogate(this.#tail.charCodeAt(end - this.#tailAt))) end -= 1;
    return { text: this.#tail.slice(at - this.#tailAt, end - this.#tailAt), at };
  }

  #windowStart(overlapChars: number): number {
    const earliest = Math.max(0, this.final - overlapChars);
    if (earliest === 0) return 0;
    const latest = Math.max(earliest, this.final - LEFT_CONTEXT_CHARS);
    for (let at = earliest; at < latest; at += 1) {
      if (/\s/.test(this.#tail.charAt(at - this.#tailAt - 1))) return at;
    }
    return isLowSurrogate(this.#tail.charCodeAt(earliest - this.#tailAt)) ? earliest - 1 : earliest;
  }

  /**
   * Takes over what a reply said of [at, end).
   * @param openFrom offset in the channel before which the reply is final
   * @returns false where a mask lies on text that has already gone out in the clear
   */
  accept(spans: readonly MaskSpan[], end: number, openFrom: number, overlapChars: number): boolean {
    let final = Math.max(this.final, Math.min(openFrom, end));
    const taken: MaskSpan[] = [];
    for (const span of spans) {
      if (span.start >= final || span.end <= this.#leadTo) continue;
      // A mask over the edge of what is final is held whole, or taken whole where it began long ago.
      if (span.end > final) final = span.start > this.final ? span.start : span.end;
      if (span.start < final) taken.push(span);
    }
    if (!this.#coversReleased(taken)) return false;
    this.#remember(taken);
    this.judged = Math.max(this.judged, end);
    this.final = final;
    const drop = final - overlapChars - 2 - this.#tailAt;
    if (drop > overlapChars) {
      this.#tail = this.#tail.slice(drop);
      this.#tailAt += drop;
    }
    return true;
  }

  #remember(spans: readonly MaskSpan[]): void {
    const first = spans[0];
    if (first === undefined) return;
    if (first.start >= (this.#spans.at(-1)?.end ?? 0)) {
      for (const span of mergeSpans(spans)) this.#spans.push(span);
      return;
    }
    this.#spans = [...mergeSpans([...this.#spans, ...spans])];
  }

  /** Whatever of these spans has gone out must have been masked then. Both lists are in order. */
  #coversReleased(spans: readonly MaskSpan[]): boolean {
    let at = 0;
    for (const span of spans) {
      if (span.start >= this.released) return true;
      const end = Math.min(span.end, this.released);
      let covered = span.start;
      for (;;) {
        const known = this.#spans[at];
        if (known === undefined || known.start > covered) break;
        if (known.end > covered) covered = Math.min(known.end, end);
        if (covered >= end) break;
        at += 1;
      }
      if (covered < end) return false;
    }
    return true;
  }

  /** The masks of a stretch that is being released, offsets from its beginning. Stretches come in order. */
  release(stretch: Stretch): readonly MaskSpan[] {
    const inOrder = stretch.from >= this.released;
    if (!inOrder) this.#nextSpan = 0;
    const masks: MaskSpan[] = [];
    for (let at = this.#nextSpan; at < this.#spans.length; at += 1) {
      const span = this.#spans[at];
      if (span === undefined || span.start >= stretch.to) break;
      if (span.end <= stretch.from) {
        this.#nextSpan = at + 1;
        continue;
      }
      const cut = cutSpan(span, stretch.from, stretch.to);
      if (cut) masks.push(cut);
    }
    this.released = Math.max(this.released, stretch.to);
    return masks;
  }
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
