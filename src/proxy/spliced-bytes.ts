/** Writes edits of a text into the bytes that it was read from: all the others stay what they are. */
import { applyEdits } from '../inspection/edits.ts';
import type { Edit } from '../inspection/inspection.ts';

/** More pieces cost more than to encode the whole text anew. */
const SPLICED_MAX = 2_000;

/**
 * @param bytes the text in UTF-8
 * @param edits in order and not overlapping; offsets are UTF-16 units of the text, none inside a pair
 */
export function spliceBytes(bytes: Buffer, text: string, edits: readonly Edit[]): Buffer {
  if (edits.length > SPLICED_MAX) return Buffer.from(applyEdits(text, edits));
  const pieces: Buffer[] = [];
  let [unit, byte] = [0, 0];
  for (const { start, end, text: written } of edits) {
    const from = byte + Buffer.byteLength(text.slice(unit, start));
    pieces.push(bytes.subarray(byte, from), Buffer.from(written));
    byte = from + Buffer.byteLength(text.slice(start, end));
    unit = end;
  }
  pieces.push(bytes.subarray(byte));
  return Buffer.concat(pieces);
}
