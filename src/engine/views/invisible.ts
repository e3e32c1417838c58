/** Characters that show nothing, and the messages that are hidden in them. */
import { isUtf8 } from './utf8.ts';

/** Unicode tag characters (U+E0000 to U+E007F). */
export const isTag = (point: number): boolean => point >= 0xe0000 && point <= 0xe007f;

/** Variation selectors 1 to 256. */
export const isVariation = (point: number): boolean =>
  (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef);

/** Zero-width, bidi controls, soft hyphen, fillers, variation selectors and tags. */
export function isInvisible(point: number): boolean {
  if (point < 0xad) return false;
  return (
    point === 0xad ||
    point === 0x34f ||
    point === 0x61c ||
    point === 0x115f ||
    point === 0x1160 ||
    point === 0x17b4 ||
    point === 0x17b5 ||
    (point >= 0x180b && point <= 0x180f) ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    point === 0x3164 ||
    point === 0xfeff ||
    point === 0xffa0 ||
    isVariation(point) ||
    (point >= 0x1d173 && point <= 0x1d17a) ||
    isTag(point)
  );
}

const decoder = new TextDecoder('utf-8');
/** Texts of at least this share of ordinary characters read as a message. */
const PLAIN_SHARE_MIN = 0.9;

/** The text that `bytes` spell in UTF-8, or undefined where it is none that a person would write. */
export function hiddenBytesText(bytes: ArrayLike<number>): string | undefined {
  let odd = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if ((byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127) odd++;
  }
  if (odd > bytes.length * (1 - PLAIN_SHARE_MIN) || !isUtf8(bytes)) return undefined;
  return decoder.decode(Uint8Array.from(bytes));
}
