/** Masks become edits of the original text, or the exchange is blocked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../../src/core/json.ts';
import { applyEdits, cutSpan, editString, findMaskSpans, orderEdits } from '../../../src/inspection/edits.ts';

const LIMITS = { depthMax: 8, keysMax: 100 };

describe('findMaskSpans', () => {
  it('finds nothing where nothing is masked', () => {
    expect(findMaskSpans('a b', 'a b')).toEqual([]);
  });

  it('refuses a masked text of another length, also when the difference is one half of a pair', () => {
    expect(findMaskSpans('abc', 'XX')).toBeUndefined();
    expect(findMaskSpans('abc', 'XXXX')).toBeUndefined();
    expect(findMaskSpans('a😀', 'aXX')).toBeUndefined();
  });

  it('compares code points: one character stands for an emoji', () => {
    expect(findMaskSpans('a😀b', 'aXb')).toEqual([{ start: 1, end: 3, text: 'X' }]);
  });

  it('keeps apart what is apart', () => {
    expect(findMaskSpans('12 34', 'XX XX')).toEqual([
      { start: 0, end: 2, text: 'XX' },
      { start: 3, end: 5, text: 'XX' },
    ]);
  });
});

describe('in long texts', () => {
  /** Long enough for several stretches that are compared at once; pairs and escapes lie at their ends too. */
  const PIECES = ['a', '7', '😀', '\n', '\\', 'b'.repeat(1021), 'c'.repeat(2047), '😀'.repeat(700)];
  const pieces = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 24 });
  const hide = (text: string): string =>
    text.replaceAll(/7|b{1021}😀|\n/gu, (what) => 'X'.repeat([...what].length));

  it('finds every difference, wherever it lies', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const sent = some.join('');
        const masked = hide(sent);
        const spans = findMaskSpans(sent, masked) ?? [];
        expect(applyEdits(sent, spans)).toBe(masked);
        for (const { start, end, text } of spans) expect(text).not.toBe(sent.slice(start, end));
      }),
    );
  });

  it('hides them in the token, however it is spelled', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const sent = some.join('');
        const source = `[${JSON.stringify(sent)}]`;
        const spans = findMaskSpans(sent, hide(sent)) ?? [];
        const result = readJson(applyEdits(source, editString(source, 1, spans)), LIMITS);
        expect(result).toMatchObject({ items: [{ value: hide(sent) }] });
      }),
    );
  });
});

describe('editString', () => {
  it('changes only the masked characters of a token, escapes included', () => {
    const source = '{"a": "x\\u0031\\n2\\ud83d\\ude003/"}';
    const edits = editString(source, 6, [
      { start: 1, end: 2, text: 'X' },
      { start: 3, end: 7, text: 'YYY' },
    ]);
    expect(applyEdits(source, edits)).toBe('{"a": "xX\\nYYY/"}');
  });

  it('is the mask of the decoded text, for any spelling of it', () => {
    const spelled = fc.array(
      fc.tuple(fc.constantFrom('a', '7', 'é', '😀', '"', '\\', '\n', '/'), fc.boolean()),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(spelled, (letters) => {
        const decoded = letters.map(([letter]) => letter).join('');
        const masked = decoded.replaceAll(/7/g, 'X');
        const token = letters.map(([letter, escaped]) => spell(letter, escaped)).join('');
        const source = `["${token}"]`;
        const spans = findMaskSpans(decoded, masked) ?? [];
        const result = readJson(applyEdits(source, editString(source, 1, spans)), LIMITS);
        expect(result).toMatchObject({ items: [{ value: masked }] });
      }),
    );
  });
});

describe('orderEdits', () => {
  it('keeps the outer of two nested edits and drops repeated ones', () => {
    const outer = { start: 0, end: 10, text: 'null' };
    const inner = { start: 2, end: 4, text: 'XX' };
    const later = { start: 12, end: 13, text: 'X' };
    expect(orderEdits([later, inner, outer, outer])).toEqual([outer, later]);
  });
});

describe('cutSpan', () => {
  it('is nothing where span and range only touch', () => {
    expect(cutSpan({ start: 2, end: 4, text: 'XX' }, 4, 9)).toBeUndefined();
  });

  it('moves the part inside the range to the range', () => {
    expect(cutSpan({ start: 2, end: 6, text: 'XXXX' }, 4, 9)).toEqual({ start: 0, end: 2, text: 'XX' });
  });
});

const spell = (letter: string, escaped: boolean): string => {
  if (!escaped) return JSON.stringify(letter).slice(1, -1);
  return [...Array(letter.length).keys()]
    .map((at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
};
