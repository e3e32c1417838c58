/** Words and literals of rules are found where they stand, in one pass and wherever a text is cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signOf } from '../../../src/engine/views/signs.ts';
import { View } from '../../../src/engine/views/view.ts';
import { WordIndex } from '../../../src/engine/views/word-index.ts';

const viewOf = (text: string): View => new View('raw', text, undefined);

describe('words', () => {
  const NAMES = ['ignore', "don't", 'don', 't', 'no', 'é', 'naïve', 'na', 've', '7up'];
  const index = new WordIndex(NAMES.map((word, at): [string, number] => [word, at]));
  const wholes = (text: string, from = 0): string[] => {
    const found: string[] = [];
    index.each(viewOf(text).words, from, (at, start) => found.push(`${start} ${NAMES[at]}`));
    return found;
  };
  const parts = (text: string): string[] => {
    const found: string[] = [];
    index.eachPart(viewOf(text).words, (at, start) => found.push(`${start} ${NAMES[at]}`));
    return found;
  };

  it('are whole, with their apostrophes', () => {
    expect(wholes("Don't ignore ignored 'no' 7up, naïve_é")).toEqual([
      "0 don't",
      '6 ignore',
      '22 no',
      '26 7up',
      '31 naïve',
      '37 é',
    ]);
  });

  it('have parts', () => {
    expect(parts("don't q'no naïve")).toEqual([
      "0 don't",
      '0 don',
      '4 t',
      '8 no',
      '11 naïve',
      '11 na',
      '14 ve',
    ]);
  });

  it('are found from a place on', () => {
    const text = "no no don't no";
    for (let from = 0; from <= text.length; from++) {
      expect(wholes(text, from)).toEqual(wholes(text).filter((row) => Number.parseInt(row, 10) >= from));
    }
  });

  it('that a rule names later are none of its', () => {
    const { words } = viewOf('newly named');
    new WordIndex([['newly', 0]]).each(words, 0, () => expect.unreachable());
  });
});

describe('signs', () => {
  const NAMES = ['<', '![', '<!--', '忽略', 'aab', 'ab', 'system:', '|', '..', "'s", 'ſx'];
  const numbers = NAMES.map(signOf);

  it('are numbered once', () => {
    expect(NAMES.map(signOf)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(NAMES.length);
  });

  it('stand where a search for each alone finds them', () => {
    const piece = fc.oneof(
      fc.constantFrom(...NAMES, 'a', 'b', 'sys', '.', '略', ' '),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const view = viewOf(pieces.join(''));
        for (const [i, name] of NAMES.entries()) {
          const places: number[] = [];
          for (let at = view.lower.indexOf(name); at >= 0; at = view.lower.indexOf(name, at + 1))
            places.push(at);
          expect(view.signs.get(numbers[i] ?? -1) ?? []).toEqual(places);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
