/** A view: one way of reading the judged text, with the way back to the raw offsets. */
import { type Census, takeCensus } from './census.ts';
import { type DigitGroup, takeDigitGroups } from './digit-groups.ts';
import { type Signs, takeSigns } from './signs.ts';
import { takeWords, type Words } from './words.ts';

/** A half-open span in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * What a view's text was made from: for each of its UTF-16 units where the piece of the source that it
 * stands for
 * begins and ends. Both arrays are non-decreasing, or non-increasing where the view reads from the end.
 */
export interface OffsetMap {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export type ViewKind = 'raw' | 'normalised' | 'unescaped' | 'decoded' | 'squeezed';

export class View {
  readonly kind: ViewKind;
  readonly text: string;
  /** Absent where the view's offsets are the raw offsets. */
  readonly map: OffsetMap | undefined;
  #lower: string | undefined;
  #census: Census | undefined;
  #words: Words | undefined;
  #signs: Signs | undefined;
  #digitGroups: readonly DigitGroup[] | undefined;

  constructor(kind: ViewKind, text: string, map: OffsetMap | undefined) {
    this.kind = kind;
    this.text = text;
    this.map = map;
  }

  /** The text in lower case, unit for unit: `İ`, the one letter that grows, stays as it is. */
  get lower(): string {
    if (this.#lower === undefined) {
      const lower = this.text.toLowerCase();
      this.#lower = lower.length === this.text.length ? lower : this.text.replace(/İ/g, 'I').toLowerCase();
    }
    return this.#lower;
  }

  get census(): Census {
    this.#census ??= takeCensus(this.text);
    return this.#census;
  }

  /** The words of the text in lower case. */
  get words(): Words {
    this.#words ??= takeWords(this.lower);
    return this.#words;
  }

  /** The literals of rules in the text in lower case. */
  get signs(): Signs {
    this.#signs ??= takeSigns(this.lower);
    return this.#signs;
  }

  get digitGroups(): readonly DigitGroup[] {
    this.#digitGroups ??= takeDigitGroups(this.text);
    return this.#digitGroups;
  }

  /** The raw span behind [start, end) of this view. */
  toRaw(start: number, end: number): Span {
    const map = this.map;
    if (map === undefined) return { start, end };
    const from = map.starts[Math.min(start, map.starts.length - 1)] ?? 0;
    const to = end > start ? (map.ends[end - 1] ?? from) : from;
    if (to >= from) return { start: from, end: to };
    // A view that reads from the end: its last unit stands first.
    return { start: map.starts[end - 1] ?? to, end: map.ends[start] ?? from };
  }
}

/** The map of a view made from another view, led back to the raw text. */
export function composeMaps(inner: OffsetMap, outer: OffsetMap | undefined): OffsetMap {
  if (outer === undefined) return inner;
  const starts = new Int32Array(inner.starts.length);
  const ends = new Int32Array(inner.ends.length);
  for (let i = 0; i < starts.length; i++) {
    const from = inner.starts[i] ?? 0;
    const to = inner.ends[i] ?? from;
    starts[i] = outer.starts[from] ?? 0;
    ends[i] = to > from ? (outer.ends[to - 1] ?? 0) : (outer.starts[from] ?? 0);
  }
  return { starts, ends };
}

/** Builds a view's text and map piece by piece. */
export class ViewBuilder {
  #parts: string[] = [];
  #starts: Int32Array;
  #ends: Int32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#starts = new Int32Array(Math.max(16, capacity));
    this.#ends = new Int32Array(Math.max(16, capacity));
  }

  get length(): number {
    return this.#length;
  }

  /** Adds `piece`, every unit of which stands for [start, end) of the source. */
  add(piece: string, start: number, end: number): void {
    this.#parts.push(piece);
    this.#reserve(piece.length);
    for (let i = 0; i < piece.length; i++) {
      this.#starts[this.#length] = start;
      this.#ends[this.#length++] = end;
    }
  }

  /** Adds [start, end) of the source unit for unit. */
  copy(source: string, start: number, end: number): void {
    if (end <= start) return;
    this.#parts.push(source.slice(start, end));
    this.#reserve(end - start);
    for (let at = start; at < end; at++) {
      this.#starts[this.#length] = at;
      this.#ends[this.#length++] = at + 1;
    }
  }

  finish(): { readonly text: string; readonly map: OffsetMap } {
    return {
      text: this.#parts.join(''),
      map: { starts: this.#starts.subarray(0, this.#length), ends: this.#ends.subarray(0, this.#length) },
    };
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#starts.length) return;
    const size = Math.max(this.#starts.length * 2, this.#length + more);
    const starts = new Int32Array(size);
    const ends = new Int32Array(size);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#starts = starts;
    this.#ends = ends;
  }
}
