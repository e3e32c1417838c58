/**
 * Cuts a text that is over a scan service's byte limit into pieces that overlap; nothing is ever truncated.
 */

export interface TextPiece {
  readonly text: string;
  /** Where the piece begins in the whole text, UTF-16 units. */
  readonly at: number;
}

/** At least this much of a piece stands at the front of the next one as well. */
const OVERLAP_CHARS = 1024;
/** What a request holds besides the judged text: ids, metadata, 8 KB of context with JSON escapes. */
const ENVELOPE_BYTES = 65_536;
/** A UTF-16 unit takes at most this many bytes in JSON (`\u0001`). */
const UNIT_BYTES_MAX = 6;

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * Pieces of at most `bytesMax` (less the envelope) when encoded as JSON in UTF-8, cut on character
 * boundaries, each beginning with the last 1 KB of the one before.
 */
export function splitText(text: string, bytesMax: number): readonly TextPiece[] {
  const room = Math.max(bytesMax - ENVELOPE_BYTES, 4 * OVERLAP_CHARS * UNIT_BYTES_MAX);
  if (text.length * UNIT_BYTES_MAX <= room) return [{ text, at: 0 }];
  const pieces: TextPiece[] = [];
  let from = 0;
  for (;;) {
    const to = pieceEnd(text, from, room);
    pieces.push({ text: text.slice(from, to), at: from });
    if (to >= text.length) return pieces;
    const next = to - OVERLAP_CHARS;
    from = isLowSurrogate(text.charCodeAt(next)) ? next - 1 : next;
  }
}

const encodedBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

const pieceEnd = (text: string, from: number, room: number): number => {
  let chars = room;
  for (;;) {
    let to = Math.min(from + chars, text.length);
    if (to < text.length && isLowSurrogate(text.charCodeAt(to))) to -= 1;
    const bytes = encodedBytes(text.slice(from, to));
    if (bytes <= room) return to;
    // Shrinks by what it was over; one more character than the ratio says, so that it ends.
    chars = Math.floor(((to - from) * room) / bytes) - 1;
  }
};
