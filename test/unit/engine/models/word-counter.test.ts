/** Counting words by their first two letters counts what one pattern of all of them would. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordCounter } from '../../../../src/engine/models/word-counter.ts';

const WORDS = ['log-?_?[io]n', 'bank', 'banca', 'acti?va', 'access', '1und1', 'sso', 'office[\\x20]?-?365'];

describe('a counter of words', () => {
  it.each([
    ['', 0],
    ['b', 0],
    ['login', 1],
    ['log-in/logon_bank', 3],
    ['ssso', 1],
    ['activaactva', 2],
    ['office 365 and office365', 2],
    ['näbank', 1],
  ])('finds in "%s" %i', (text, found) => {
    expect(new WordCounter(WORDS).count(text)).toBe(found);
  });

  it('counts as one pattern does', () => {
    const counter = new WordCounter(WORDS);
    const pattern = new RegExp(WORDS.join('|'), 'g');
    const piece = fc.constantFrom(
      'log',
      'in',
      '-',
      'ban',
      'k',
      'ca',
      'ac',
      'ti',
      'va',
      '1und',
      '1',
      's',
      'so',
      'ä',
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(text, (given) => counter.count(given) === (given.match(pattern)?.length ?? 0)));
  });
});
