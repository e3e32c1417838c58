/** What patterns cannot match without, and the letters that are others with case ignored. */
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { translatePattern } from '../../../src/engine/scanners/python-regex.ts';

const needs = (pattern: string): readonly string[] | undefined => translatePattern(pattern).needs;

describe('the texts that a pattern needs', () => {
  it.each([
    ['Falcon', ['falcon']],
    [String.raw`\bfalcon\b-\d+`, ['falcon-']],
    [String.raw`[A-Z]{2}-?secret\d`, ['secret']],
    ['sk-[a-z]+|tok_[0-9]{8}', ['sk-', 'tok_']],
    ['(?:red|blue)bird', ['bird']],
    ['(?:scarlet|crimson)', ['scarlet', 'crimson']],
    ['(?:scarlet|crimson)?ab', ['ab']],
    ['(?:scarlet)+ab', ['scarlet']],
    ['abc{0}defg', ['defg']],
    ['abc+defg', ['defg']],
    ['abcde+f', ['abcde']],
    ['abcd?ef', ['abc']],
    ['(?x) fal con  # a comment', ['falcon']],
    [String.raw`a\.b\x63`, ['a.bc']],
    ['maß-falcon', ['-falcon']],
  ])('of %s are %j', (pattern, expected) => {
    expect(needs(pattern)).toEqual(expected);
  });

  it.each([String.raw`\d+`, '[a-z]{3}', 'falcon|', 'falcon|[0-9]+', '(?:falcon)?', 'é', 'a*', '(falcon|)b?'])(
    'of %s are not known',
    (pattern) => {
      expect(needs(pattern)).toBeUndefined();
    },
  );

  it('are not told of patterns that RE2 does not run', () => {
    expect(needs('(?=falcon)falcon')).toBeUndefined();
    expect(needs(String.raw`(falcon)\1`)).toBeUndefined();
  });
});

it('two letters beyond ASCII are letters of it with case ignored, and no others', () => {
  const others: string[] = [];
  for (let code = 32; code < 127; code++) {
    const char = String.fromCharCode(code);
    const pattern = RE2JS.compile(RE2JS.quote(char), RE2JS.CASE_INSENSITIVE);
    for (let point = 128; point < 0x2_0000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      if (pattern.test(String.fromCodePoint(point))) others.push(`${char} ${point.toString(16)}`);
    }
  }
  // The long s, and the sign of kelvins, which is a k in lower case.
  expect(others).toEqual(['K 212a', 'S 17f', 'k 212a', 's 17f']);
  expect('\u212a'.toLowerCase()).toBe('k');
}, 60_000);
