/**
 * Writes masks into the bytes that were read: only the masked characters change, nothing is serialised
 * anew.
 */
import { readEscape } from '../core/json-escape.ts';
import type { Edit } from './inspection.ts';

/** A masked stretch of a decoded text, UTF-16 units, with the text that hides it. */
export interface MaskSpan {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The source with every edit applied; edits are in order and do not overlap. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  let result = '';
  let from = 0;
  for (const edit of edits) {
    result += source.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + source.slice(from);
}

/**
 * Edits in order, each once; of overlapping ones the outer one stays (a nullified value holds its strings).
 */
export function orderEdits(edits: readonly Edit[]): readonly Edit[] {
  const sorted = edits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const result: Edit[] = [];
  let end = -1;
  for (const edit of sorted) {
    if (edit.start < end) continue;
    result.push(edit);
    end = edit.end;
  }
  return result;
}

/**
 * Edits that hide `spans` of the JSON string token at `start` of the source.
 * @param spans in order, offsets in the token's decoded text
 */
export function editString(source: string, start: number, spans: readonly MaskSpan[]): readonly Edit[] {
  const edits: Edit[] = [];
  let raw = start + 1;
  let decoded = 0;
  let nextEscape = -1;
  const written = jsonWriter();
  const advance = (target: number): void => {
    while (decoded < target) {
      if (nextEscape < raw) nextEscape = indexOrEnd(source, '\\', raw);
      const plain = Math.min(target - decoded, nextEscape - raw);
      raw += plain;
      decoded += plain;
      if (decoded === target) return;
      raw = readEscape(source, raw)?.end ?? raw + 1;
      decoded += 1;
    }
  };
  for (const span of spans) {
    advance(span.start);
    const from = raw;
    advance(span.end);
    edits.push({ start: from, end: raw, text: written(span.text) });
  }
  return edits;
}

/** Writes texts as they stand in JSON strings; masks of one length are mostly the same text. */
function jsonWriter(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const written = JSON.stringify(text).slice(1, -1);
    if (known.size < KNOWN_MAX) known.set(text, written);
    return written;
  };
}
const KNOWN_MAX = 256;

const indexOrEnd = (text: string, what: string, from: number): number => {
  const at = text.indexOf(what, from);
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
};

/** As much of two texts is compared at once, UTF-16 units: comparing slices costs little. */
const STRETCHES = [8192, 512, 64];
const STRETCH_CHARS_MIN = 64;

/** Length of a stretch that is equal in both, 0 where none begins here; it ends in no half of a pair. */
function equalStretch(sent: string, at: number, masked: string, other: number): number {
  for (const chars of STRETCHES) {
    const stretch = sent.slice(at, at + chars);
    if (stretch !== masked.slice(other, other + chars)) continue;
    const last = stretch.charCodeAt(stretch.length - 1);
    return last >= 0xd800 && last <= 0xdbff ? stretch.length - 1 : stretch.length;
  }
  return 0;
}

/**
 * Where `masked` differs from `sent`, code point by code point (DESIGN §4.2).
 * @returns undefined where they have not the same number of code points: such a mask cannot be placed
 */
export function findMaskSpans(sent: string, masked: string): readonly MaskSpan[] | undefined {
  if (sent === masked) return [];
  const spans: MaskSpan[] = [];
  let at = 0;
  let other = 0;
  let open: { start: number; other: number } | undefined;
  // Where a short stretch differs somewhere, the way to its difference is gone step by step.
  let stretchFrom = 0;
  const close = (): void => {
    if (open) spans.push({ start: open.start, end: at, text: masked.slice(open.other, other) });
    open = undefined;
  };
  while (at < sent.length && other < masked.length) {
    const equal = at < stretchFrom ? 0 : equalStretch(sent, at, masked, other);
    if (equal > 0) {
      close();
      at += equal;
      other += equal;
      continue;
    }
    if (at >= stretchFrom) stretchFrom = at + STRETCH_CHARS_MIN;
    const want = sent.codePointAt(at) ?? 0;
    const got = masked.codePointAt(other) ?? 0;
    if (want === got) close();
    else open ??= { start: at, other };
    at += want > 0xffff ? 2 : 1;
    other += got > 0xffff ? 2 : 1;
  }
  if (at < sent.length || other < masked.length) return undefined;
  close();
  return spans;
}

/** The part of a span that lies in [from, to), moved to offsets from `from`; its hiding text is cut alike. */
export function cutSpan(span: MaskSpan, from: number, to: number): MaskSpan | undefined {
  const start = Math.max(span.start, from);
  const end = Math.min(span.end, to);
  if (start >= end) return undefined;
  const whole = span.start === start && span.end === end;
  // Cut spans take the hiding character itself: texts may differ in UTF-16 length from what they hide.
  const text = whole ? span.text : span.text.charAt(0).repeat(end - start);
  return { start: start - from, end: end - from, text };
}

/** The span, `by` units further on. */
export function moveSpan(span: MaskSpan, by: number): MaskSpan {
  return { start: span.start + by, end: span.end + by, text: span.text };
}

/**
 * Spans that cut no JSON escape of a text that is itself JSON (arguments of a tool call): one that begins or
 * ends inside `\\n` leaves the escape as it is, so that what is masked can still be parsed.
 */
export function spareEscapes(
  text: string,
  spans: readonly MaskSpan[] | undefined,
): readonly MaskSpan[] | undefined {
  if (spans === undefined || spans.length === 0 || !text.includes('\\')) return spans;
  const spared: MaskSpan[] = [];
  let at = 0;
  let escaped: { readonly start: number; readonly end: number } = { start: -1, end: -1 };
  const escapeAround = (offset: number): typeof escaped | undefined => {
    while (at < offset) {
      const end = text.charCodeAt(at) === 92 ? (readEscape(text, at)?.end ?? at + 2) : at + 1;
      escaped = { start: at, end };
      at = end;
    }
    return escaped.start < offset && offset < escaped.end ? escaped : undefined;
  };
  for (const span of spans) {
    const start = escapeAround(span.start)?.end ?? span.start;
    const end = escapeAround(span.end)?.start ?? span.end;
    const cut = start < end ? cutSpan(span, start, end) : undefined;
    if (cut) spared.push(moveSpan(cut, start));
  }
  return spared;
}
