/** What a gate shuts out its pattern does not match: gates save work, and change nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IP_V4, IP_V6 } from '../../../src/engine/dlp/contacts.ts';
import { LEET_WORD, leetView } from '../../../src/engine/injection/disguises.ts';
import { SEEN, takeCensus } from '../../../src/engine/views/census.ts';
import { View } from '../../../src/engine/views/view.ts';

/** Rows of few different characters, so that patterns meet them. */
const rowOf = (pieces: Iterable<string>) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((row) => row.join(''));
const RUNS = { numRuns: 5000 };

describe('the gate before', () => {
  it.each([
    [IP_V4, SEEN.dottedDigits, ['1.2', '9.', '.', '12', '1', 'a', '-', ' ']],
    [IP_V6, SEEN.nearColons, [...'af09:::: .-z']],
  ])('%s', (pattern, bit, pieces) => {
    let matches = 0;
    fc.assert(
      fc.property(rowOf(pieces), (text) => {
        if (text.search(pattern) < 0) return;
        matches++;
        expect(takeCensus(text).seen & bit, text).toBe(bit);
      }),
      RUNS,
    );
    expect(matches).toBeGreaterThan(50);
  });

  it('leet', () => {
    let matches = 0;
    fc.assert(
      fc.property(rowOf('ab14@$!|+€ -_/.,\u212aİ'), (text) => {
        const view = new View('raw', text, undefined);
        // Exclamation and bar alone are how people write.
        const isLeet = LEET_WORD.test(view.lower) && /[\d@$+€\u212aİ]/.test(text);
        if (isLeet) matches++;
        expect(leetView(view) !== undefined, text).toBe(isLeet);
      }),
      RUNS,
    );
    expect(matches).toBeGreaterThan(500);
  });
});

it('groups of digits are what their pattern finds', () => {
  fc.assert(
    fc.property(rowOf('0123 -.()/x\u0663\u00a0'), (text) => {
      const groups = new View('raw', text, undefined).digitGroups;
      const spans = [...text.matchAll(/\d+/g)].map(({ 0: digits, index }) => [index, index + digits.length]);
      expect(groups.map(({ start, end }) => [start, end])).toEqual(spans);
      for (const [i, { start, link }] of groups.entries()) {
        const between = text.slice(groups[i - 1]?.end ?? 0, start);
        expect(link).toBe(i > 0 && /^[ .\-/()\t\u00a0]{1,3}$/.test(between) ? between : undefined);
      }
    }),
    RUNS,
  );
});
