/** Writes an answer as JSON: long masked texts in pieces, between which other requests have their turn. */
import type { MaskedData, ScanResponse } from '../core/scan-wire.ts';

/** So much of a text is written at once, UTF-16 units. */
const PIECE_CHARS = 262_144;

/** The same as `JSON.stringify`, in steps. @param pause awaited before each piece of a long text */
export async function writeAnswer(
  response: ScanResponse,
  pause: () => Promise<void> | undefined,
): Promise<string> {
  const members: string[] = [];
  for (const [name, value] of Object.entries(response)) {
    if (value === undefined) continue;
    members.push(
      `${JSON.stringify(name)}:${isLong(value) ? await writeMasked(value, pause) : JSON.stringify(value)}`,
    );
  }
  return `{${members.join(',')}}`;
}

const isLong = (value: unknown): value is MaskedData =>
  typeof value === 'object' &&
  value !== null &&
  'data' in value &&
  typeof value.data === 'string' &&
  value.data.length > PIECE_CHARS;

async function writeMasked({ data, ...rest }: MaskedData, pause: () => Promise<void> | undefined) {
  const pieces: string[] = [];
  for (let at = 0; at < data.length; ) {
    await pause();
    const end = pieceEnd(data, at);
    pieces.push(JSON.stringify(data.slice(at, end)).slice(1, -1));
    at = end;
  }
  const others = Object.entries(rest).map(
    ([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return `{"data":"${pieces.join('')}"${others.join('')}}`;
}

/** Never between the halves of a pair, which would be written as escapes. */
function pieceEnd(text: string, from: number): number {
  const end = from + PIECE_CHARS;
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
