/** What the escapes in tool arguments stand for, in sound JSON and in broken JSON. */
import { describe, expect, it } from 'vitest';
import { unescapedArguments } from '../../../src/core/tool-arguments.ts';

describe('unescapedArguments', () => {
  const CASES: readonly (readonly [string, string, string])[] = [
    ['nothing where nothing is escaped', '{"city":"Berlin"}', ''],
    ['nothing for nothing', '', ''],
    ['strings and keys', '{"c\\u0069ty":"Ber\\u006cin","x":["a\\nb"]}', 'city\nBerlin\nx\na\nb'],
    ['escaped quotes', '{"q":"say \\"hi\\""}', 'q\nsay "hi"'],
    ['an escaped backslash before a quote', '{"p":"c:\\\\","n":"x"}', 'p\nc:\\\nn\nx'],
    ['an open string', '{"a":"ig\\u006eore', 'a\nignore'],
    ['a backslash at the end', '{"a":"x\\', 'a\nx'],
    ['an unknown escape', '{"a":"\\x41"}', 'a\nx41'],
    ['a short unicode escape', '{"a":"\\u12"}', 'a\nu12'],
    ['text without quotes', 'ig\\u006eore', 'ignore'],
    ['a surrogate pair', '{"a":"\\ud83d\\ude00"}', 'a\n😀'],
  ];
  it.each(CASES)('gives %s', (_name, text, expected) => {
    expect(unescapedArguments(text)).toBe(expected);
  });
});
