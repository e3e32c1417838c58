/** Bytes are UTF-8 exactly where a strict decoder takes them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isUtf8 } from '../../../src/engine/views/utf8.ts';

function isDecoded(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes at which the rules of sequences change, so that random rows often are nearly right. */
const EDGES = [
  0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
  0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
];

it('tells what a strict decoder takes', () => {
  const rows = fc.array(fc.oneof(fc.constantFrom(...EDGES), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(rows, (row) => {
      const bytes = Uint8Array.from(row);
      expect(isUtf8(bytes)).toBe(isDecoded(bytes));
    }),
    { numRuns: 5000 },
  );
});

it('takes every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(isUtf8(new TextEncoder().encode(text))).toBe(true);
    }),
  );
});
