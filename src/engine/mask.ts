/** Masked data in the AIRS form: one `X` for each hidden code point (contract §1.7). */
import { type MaskedData, wireSpan } from '../core/scan-wire.ts';
import { CodePoints } from './code-points.ts';
import type { Span } from './views/view.ts';

/** A span to hide, in UTF-16 units, and the display name of what was found there. */
export interface MaskSpan extends Span {
  readonly pattern: string;
}

/**
 * The text with every span hidden, as many code points long as before, and the places by pattern. Locations
 * are code points with an inclusive end. Spans may overlap; they must not cut surrogate pairs.
 */
export function maskText(text: string, spans: readonly MaskSpan[]): MaskedData {
  const sorted = [...spans].filter((s) => s.end > s.start).sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let done = 0;
  for (const span of sorted) {
    const from = Math.max(span.start, done);
    if (span.end <= from) continue;
    pieces.push(text.slice(done, from), hidden(text, from, span.end));
    done = span.end;
  }
  pieces.push(text.slice(done));
  return { data: pieces.join(''), pattern_detections: locate(text, sorted) };
}

function hidden(text: string, start: number, end: number): string {
  let count = 0;
  for (let i = start; i < end; count++) i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
  return 'X'.repeat(count);
}

function locate(text: string, sorted: readonly MaskSpan[]): MaskedData['pattern_detections'] {
  const points = new CodePoints(text);
  const byPattern = new Map<string, [number, number][]>();
  for (const span of sorted) {
    const places = byPattern.get(span.pattern) ?? [];
    const place = wireSpan(points.at(span.start), points.at(span.end));
    const last = places.at(-1);
    if (last === undefined || last[0] !== place[0] || last[1] !== place[1]) places.push(place);
    byPattern.set(span.pattern, places);
  }
  return [...byPattern].map(([pattern, locations]) => ({ pattern, locations }));
}
