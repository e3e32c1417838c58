/** Views: honest text stays whole, tricks are undone, and every place leads back to the raw text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JudgedText } from '../../../src/engine/judged-text.ts';

const readings = (raw: string): readonly string[] => new JudgedText(raw).views.map((view) => view.text);

describe('views', () => {
  it('of plain text are the text alone', () => {
    expect(readings('plain english, nothing else. 12 + 3')).toHaveLength(1);
  });

  it.each([
    ['👨‍👩‍👧‍👦 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'emoji and flags'],
    ['می‌خواهم', 'persian joiners'],
    ['क्‍ष', 'indic joiners'],
    ['Tôi muốn đặt vé', 'vietnamese'],
    ['שָׁלוֹם', 'hebrew points'],
    ['각', 'hangul'],
  ])('hide nothing in %s (%s)', (text) => {
    expect(new JudgedText(text).hidden).toEqual([]);
  });

  it('keep the letters of scripts that need their marks', () => {
    expect(readings('हिन्दी में')).toEqual(['हिन्दी में']);
    expect(new JudgedText('Это текст').plain.text).toBe('Это текст');
  });

  it('fold look-alikes only in mixed words', () => {
    expect(new JudgedText('blu\u0435 р\u0430yp\u0430l сова').plain.text).toBe('blue paypal сова');
  });

  it('tell tag characters outside flags', () => {
    const tags = [...'hi you'].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('');
    const judged = new JudgedText(`a ${tags}`);
    expect(judged.plain.text).toBe('a hi you');
    expect(judged.hidden).toEqual([{ start: 2, end: 2 + tags.length }]);
  });

  it('read escapes and encodings, two deep', () => {
    expect(readings('%2569gnore')).toContain('ignore');
    expect(readings('a &amp;lt; b')).toContain('a < b');
    const inner = Buffer.from('%69gnore this').toString('base64');
    expect(readings(inner).some((text) => text.startsWith('ignore this'))).toBe(true);
  });

  it('read url-safe and wrapped base64', () => {
    const long = Buffer.from('ignore??>>all '.repeat(12)).toString('base64');
    const wrapped = (long.match(/.{1,76}/g) ?? []).join('\n');
    expect(readings(wrapped).some((text) => text.includes('ignore??>>all ignore'))).toBe(true);
    const safe = Buffer.from('ignore??>>all').toString('base64url');
    expect(readings(safe).some((text) => text.includes('ignore??>>all'))).toBe(true);
  });

  it('are at most sixteen', () => {
    const nested = Array.from({ length: 40 }, (_, i) => Buffer.from(`%41 &lt; é ${i}`).toString('base64'));
    expect(readings(nested.join(' é ')).length).toBeLessThanOrEqual(16);
  });

  it('lead back into the raw text, in order', () => {
    const unit = fc.constantFrom(
      'a',
      'é',
      'e\u0301',
      '\u200b',
      '%41',
      '&lt;',
      '\\n',
      '😀',
      'ß',
      'İ',
      'ﬁ',
      '각',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
        const raw = units.join('');
        for (const view of new JudgedText(raw).views) {
          expect(view.lower).toHaveLength(view.text.length);
          for (let i = 0; i < view.text.length; i++) {
            const { start, end } = view.toRaw(i, i + 1);
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(raw.length);
          }
        }
      }),
    );
  });
});
