/** Masked bytes are those of the masked text, whatever stands around the masks. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyEdits } from '../../../src/inspection/edits.ts';
import { spliceBytes } from '../../../src/proxy/spliced-bytes.ts';

const piece = fc.tuple(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom(undefined, '', 'X', 'é😀'),
);

it('is the text with its edits in UTF-8', () => {
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      let text = '';
      const edits = [];
      for (const [part, written] of pieces) {
        if (written !== undefined)
          edits.push({ start: text.length, end: text.length + part.length, text: written });
        text += part;
      }
      const spliced = spliceBytes(Buffer.from(text), text, edits);
      expect(spliced.toString('utf8')).toBe(applyEdits(text, edits));
    }),
  );
});

it('is so with thousands of edits too', () => {
  const text = 'é 7 '.repeat(3_000);
  const edits = Array.from({ length: 3_000 }, (_, at) => ({ start: at * 4 + 2, end: at * 4 + 3, text: 'X' }));
  expect(spliceBytes(Buffer.from(text), text, edits).toString('utf8')).toBe('é X '.repeat(3_000));
});
