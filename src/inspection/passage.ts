/** Joins parts into the texts that are judged, and finds the parts again in what was masked. */
import type { Part } from '../core/part.ts';
import { unescapedArguments } from '../core/tool-arguments.ts';
import { applyEdits, cutSpan, editString, type MaskSpan, orderEdits, spareEscapes } from './edits.ts';
import type { Edit } from './inspection.ts';

/** A part's stretch of a passage's text; a part may stand in it twice. */
export interface Segment {
  readonly part: Part;
  readonly start: number;
  /** Where in the part's text the stretch begins (parts that are only context are cut). */
  readonly partFrom: number;
}

/** One text to judge. */
export interface Passage {
  readonly text: string;
  readonly segments: readonly Segment[];
}

interface Slice {
  readonly part: Part;
  readonly partFrom: number;
}

const WORD_END = /[\p{L}\p{N}_]$/u;
const WORD_START = /^[\p{L}\p{N}_]/u;

/** Two texts run together: a word edge of one would vanish if nothing stood between them. */
const runTogether = (left: string, right: string): boolean =>
  WORD_END.test(left.slice(-2)) && WORD_START.test(right.slice(0, 2));

class PassageWriter {
  text = '';
  readonly segments: Segment[] = [];

  write(slices: readonly Slice[], separator: string): void {
    slices.forEach(({ part, partFrom }, index) => {
      if (index > 0) this.text += separator;
      this.segments.push({ part, start: this.text.length, partFrom });
      this.text += partFrom === 0 ? part.text : part.text.slice(partFrom);
    });
  }
}

const unitsOf = (slices: readonly Slice[]): readonly (readonly Slice[])[] => {
  const units: Slice[][] = [];
  for (const slice of slices) {
    const last = units.at(-1);
    if (last?.[0]?.part.unit === slice.part.unit) last.push(slice);
    else units.push([slice]);
  }
  return units;
};

/**
 * The passage of some parts in body order: one unit's parts without a separator, as a model reads them,
 * units by a newline. A unit whose parts would hide a word's edge that way is judged once more with its
 * parts apart, so that neither a split word nor a whole one escapes.
 */
export function joinParts(parts: readonly Part[], firstFrom = 0): Passage {
  const writer = new PassageWriter();
  const slices = parts.map((part, index) => ({ part, partFrom: index === 0 ? firstFrom : 0 }));
  for (const unit of unitsOf(slices)) {
    if (writer.segments.length > 0) writer.text += '\n';
    writer.write(unit, '');
    const hidesEdge = unit.some((slice, index) => {
      const next = unit[index + 1];
      return next !== undefined && runTogether(slice.part.text, next.part.text);
    });
    if (hidesEdge) {
      writer.text += '\n';
      writer.write(unit, '\n');
    }
  }
  return { text: writer.text, segments: writer.segments };
}

/**
 * Edits that write a passage's masks into the body's source text.
 * @returns undefined where a mask lies on something that cannot be masked (key, id, query, derived text)
 */
export function placeMasks(
  passages: readonly { readonly passage: Passage; readonly spans: readonly MaskSpan[] }[],
  source: string,
): readonly Edit[] | undefined {
  const masks = new Map<Part, MaskSpan[]>();
  for (const { passage, spans } of passages) {
    // A text without parts (ids and numbers) has no place where a mask could be written.
    if (spans.length > 0 && passage.segments.length === 0) return undefined;
    let first = 0;
    for (const segment of passage.segments) {
      const end = segment.start + segment.part.text.length - segment.partFrom;
      // Both are in order: what ends before this segment begins is done with.
      while ((spans[first]?.end ?? Infinity) <= segment.start) first += 1;
      for (let at = first; at < spans.length; at += 1) {
        const span = spans[at];
        if (span === undefined || span.start >= end) break;
        const cut = cutSpan(span, segment.start, end);
        if (cut === undefined) continue;
        const moved = { ...cut, start: cut.start + segment.partFrom, end: cut.end + segment.partFrom };
        const known = masks.get(segment.part);
        if (known) known.push(moved);
        else masks.set(segment.part, [moved]);
      }
    }
  }
  const edits: Edit[] = [];
  for (const [part, found] of masks) {
    const spans = spansOf(part, found);
    if (part.edit.type === 'nullify')
      edits.push({ start: part.edit.start, end: part.edit.end, text: 'null' });
    else if (part.edit.type === 'string') {
      for (const edit of editString(source, part.edit.start, spans)) edits.push(edit);
    } else if (!isHiddenAsWritten(part, spans, masks)) return undefined;
  }
  return orderEdits(edits);
}

const spansOf = (part: Part, found: readonly MaskSpan[]): readonly MaskSpan[] => {
  const spans = mergeSpans(found);
  return part.kind === 'tool-arguments' ? (spareEscapes(part.text, spans) ?? spans) : spans;
};

/**
 * What the escapes of a tool call's arguments stand for is a text of its own, which cannot be masked; but
 * what is masked in it may be masked in the arguments as they are written too.
 */
const isHiddenAsWritten = (
  derived: Part,
  spans: readonly MaskSpan[],
  masks: ReadonlyMap<Part, readonly MaskSpan[]>,
): boolean => {
  if (derived.kind !== 'tool-arguments') return false;
  for (const [part, found] of masks) {
    if (part.place !== derived.place || part.edit.type !== 'string') continue;
    const written = applyEdits(part.text, spansOf(part, found));
    return unescapedArguments(written) === applyEdits(derived.text, spans);
  }
  return false;
};

/** Spans in order, overlapping ones joined (the first one's hiding text goes on over the second). */
export function mergeSpans(spans: readonly MaskSpan[]): readonly MaskSpan[] {
  const result: MaskSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) {
      result.push(span);
    } else if (span.end > last.end) {
      const rest = cutSpan(span, last.end, span.end);
      result[result.length - 1] = { start: last.start, end: span.end, text: last.text + (rest?.text ?? '') };
    }
  }
  return result;
}
