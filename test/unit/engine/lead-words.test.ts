/** Matches of injection rules begin with the words that are read from their patterns, whatever the text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INJECTION_RULES } from '../../../src/engine/injection/injection-rules.ts';
import { leadWords } from '../../../src/engine/injection/lead-words.ts';
import { readCases } from '../../golden/detectors/cases.ts';

describe('the words with which a pattern begins', () => {
  it.each([
    [String.raw`\b(?:ignore|forget)\b x`, ['forget', 'ignore']],
    [String.raw`\b(?:you(?:'re| are)|your?) now`, ['you', 'your']],
    [String.raw`\bno(?: way)? out`, ['no']],
    [String.raw`\b(?:the )?authori[sz]ed[,;] `, ['authorised', 'authorized', 'the']],
    [String.raw`\b(?=x)(?<!y)cancell?ed\s`, ['canceled', 'cancelled']],
    [String.raw`\bend ?:`, ['end']],
    [String.raw`\bside_note`, ['side']],
    [String.raw`\bstop$`, ['stop']],
    [String.raw`\b(?:oublié|ignore) `, ['ignore', 'oubli']],
    [String.raw`\bdon[’t] `, ['don', 'dont']],
    [String.raw`\bdon(?:\u2019|')t`, ['don']],
  ])('%s', (source, words) => {
    expect(leadWords(source)?.toSorted()).toEqual(words);
  });

  it.each([
    ['ignore all', 'may begin within a word'],
    [String.raw`\bignore`, 'may go on within a word'],
    [String.raw`\b\w{2,4} all`, 'may be any word'],
    [String.raw`\b(?:no|[a-z]) x`, 'may be any letter'],
    [String.raw`\b(?:ab)+ x`, 'may be a row'],
    [String.raw`\b(?:x )?[!?]`, 'may be a sign'],
  ])('cannot be told of %s: it %s', (source) => {
    expect(leadWords(source)).toBeUndefined();
  });
});

/** What the words and signs of attacks may be mixed with. */
const BETWEEN = [' ', ' ', ' ', '', "'", "'s ", '_', '-', '. ', ': ', '\n', 'é', '请', '🙂', '"', '  ', ', '];

describe('injection rules', () => {
  const led = INJECTION_RULES.flatMap(({ id, pattern }) => {
    const leads = leadWords(pattern.source);
    return leads === undefined ? [] : [{ id, pattern, leads: new Set(leads) }];
  });
  const words = readCases('injection', 'hits').flatMap(({ text }) => text.toLowerCase().split(/\s+/));

  it('are mostly tried at words', () => {
    expect(led.length).toBeGreaterThan(INJECTION_RULES.length / 2);
  });

  it('match nowhere else', () => {
    let matches = 0;
    const check = (text: string): void => {
      for (const { id, pattern, leads } of led) {
        for (const { index } of text.matchAll(pattern)) {
          matches++;
          expect(leads, `${id} in ${text}`).toContain(/^[a-z0-9]*/.exec(text.slice(index))?.[0]);
          expect(text.charAt(index - 1), `${id} in ${text}`).not.toMatch(/[a-z0-9]/);
        }
      }
    };
    for (const { text } of readCases('injection', 'hits')) check(text.toLowerCase());
    const start = fc.nat(words.length - 1);
    const row = fc.tuple(start, fc.array(fc.constantFrom(...BETWEEN), { minLength: 4, maxLength: 20 }));
    fc.assert(
      fc.property(row, ([from, between]) =>
        check(between.map((sign, i) => (words[from + i] ?? '') + sign).join('')),
      ),
      { numRuns: 2000 },
    );
    expect(matches).toBeGreaterThan(300);
  }, 60_000);
});
