/** Tells bytes that are UTF-8 from others: a decoder that throws costs more than all the rest of a scan. */

/** By the first byte of a sequence: least and greatest second byte, where they are not 0x80 and 0xbf. */
const SECOND_BYTES = new Map<number, readonly [least: number, greatest: number]>([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

/** Bytes behind a first one, by RFC 3629 §4; -1 for a byte that begins nothing. */
function bytesBehind(first: number): number {
  if (first < 0x80) return 0;
  if (first < 0xc2 || first > 0xf4) return -1;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

export function isUtf8(bytes: ArrayLike<number>): boolean {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++] ?? 0;
    const behind = bytesBehind(first);
    if (behind < 0 || at + behind > bytes.length) return false;
    if (behind === 0) continue;
    const [least, greatest] = SECOND_BYTES.get(first) ?? [0x80, 0xbf];
    const second = bytes[at] ?? 0;
    if (second < least || second > greatest) return false;
    for (const end = at++ + behind; at < end; at++) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return false;
  }
  return true;
}
