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
  const advance = (target: number): void => {
    while (decoded < target) {
      raw = source.charCodeAt(raw) === 92 ? (readEscape(source, raw)?.end ?? raw + 1) : raw + 1;
      decoded += 1;
    }
  };
  for (const span of spans) {
    advance(span.start);
    const from = raw;
    advance(span.end);
    edits.push({ start: from, end: raw, text: JSON.stringify(span.text).slice(1, -1) });
  }
  return edits;
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
  let open: { start: number; text: string } | undefined;
  while (at < sent.length && other < masked.length) {
    const want = codePointText(sent, at);
    const got = codePointText(masked, other);
    if (want === got) {
      if (open) spans.push({ ...open, end: at });
      open = undefined;
    } else {
      open = { start: open?.start ?? at, text: (open?.text ?? '') + got };
    }
    at += want.length;
    other += got.length;
  }
  if (at < sent.length || other < masked.length) return undefined;
  if (open) spans.push({ ...open, end: at });
  return spans;
}

const codePointText = (text: string, at: number): string => {
  const point = text.codePointAt(at) ?? 0;
  return point > 0xffff ? text.slice(at, at + 2) : text.charAt(at);
};

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
