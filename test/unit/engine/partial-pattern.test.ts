/** A partial pattern matches whatever its pattern matches, and every beginning of it. */
import { describe, expect, it } from 'vitest';
import { DB_RULES } from '../../../src/engine/detectors/db-security.ts';
import { MALWARE_RULES } from '../../../src/engine/detectors/malicious-code.ts';
import { partialPattern } from '../../../src/engine/rules/partial-pattern.ts';
import { readCases } from '../../golden/detectors/cases.ts';

const begins = (pattern: RegExp, text: string, at = 0): boolean => {
  const partial = partialPattern(pattern);
  partial.lastIndex = at;
  return partial.test(text);
};

describe('a partial pattern', () => {
  it.each([
    [/abc/y, 'ab', true],
    [/abc/y, 'ax', false],
    [/a(?:bc|de){2}f?/y, 'abcd', true],
    [/a(?:bc|de){2}/y, 'abcx', false],
    [/drop\s{1,4}(?!the\b)\w/y, 'drop ', true],
    [/drop\s{1,4}(?!the\b)\w/y, 'drop the house because it is old and everybody wants it gone', false],
    [/say (["'])hi\1/y, 'say "h', true],
    [/say (["'])hi\1/y, `say "hi'`, false],
    [/a[\]x]{3}\x41/y, 'a]x', true],
    [/a(?=b)b/y, 'a', true],
    [/(?<=x)a\bc?/y, 'xa', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(begins(pattern, text, pattern.source.startsWith('(?<=') ? 1 : 0)).toBe(expected);
  });

  it('holds for every rule at every cut of the texts that it matches', () => {
    const rules = [...DB_RULES, ...MALWARE_RULES];
    const texts = [...readCases('db_security', 'hits'), ...readCases('malicious_code', 'hits')];
    let checked = 0;
    for (const { text } of texts) {
      const lower = text.toLowerCase();
      for (const { pattern, id } of rules) {
        for (let at = 0; at < lower.length; at++) {
          pattern.lastIndex = at;
          const match = pattern.exec(lower);
          if (match === null) continue;
          const partial = partialPattern(pattern);
          for (let cut = at + 1; cut < at + match[0].length; cut++) {
            partial.lastIndex = at;
            expect(partial.test(lower.slice(0, cut)), `${id} in ${lower.slice(at, cut)}`).toBe(true);
            checked++;
          }
          break;
        }
      }
    }
    expect(checked).toBeGreaterThan(1000);
  });
});
