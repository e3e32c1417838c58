/** Ways in which an attack is disguised, each a pure rewriting of a text. */
import { Buffer } from 'node:buffer';

const perLetter =
  (change: (letter: string, at: number) => string) =>
  (text: string): string =>
    [...text].map((char, at) => (/[a-z]/i.test(char) ? change(char, at) : char)).join('');

const swap = (from: string, to: string): ((text: string) => string) => {
  const targets = [...to];
  const table = new Map([...from].map((char, i) => [char, targets[i] ?? char]));
  return (text) => [...text].map((char) => table.get(char) ?? char).join('');
};
const shift = (char: string, by: number): string => {
  const base = char <= 'Z' ? 65 : 97;
  return String.fromCharCode(((char.charCodeAt(0) - base + by) % 26) + base);
};
const moved = (lower: number, upper: number): ((text: string) => string) =>
  perLetter((char) =>
    String.fromCodePoint(char <= 'Z' ? upper + char.charCodeAt(0) - 65 : lower + char.charCodeAt(0) - 97),
  );
const bytes = (text: string): readonly number[] => [...Buffer.from(text)];
const hex = (value: number): string => value.toString(16).padStart(2, '0');
const between = (sign: string): ((text: string) => string) => perLetter((char) => char + sign);
const tagged = (text: string): string =>
  [...text]
    .map((char) => (char >= ' ' && char <= '~' ? String.fromCodePoint(0xe0000 + char.charCodeAt(0)) : char))
    .join('');
const selectors = (text: string): string =>
  bytes(text)
    .map((byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16))
    .join('');

export const TRANSFORMS: Readonly<Record<string, (text: string) => string>> = {
  'zero-width between letters': between('\u200b'),
  'soft hyphens': between('\u00ad'),
  'word joiners': between('\u2060'),
  'Cyrillic look-alikes': swap('aceopxyACEOPX', 'асеорхуАСЕОРХ'),
  'Greek look-alikes': swap('oviOABE', 'ονιΟΑΒΕ'),
  'full width': (text) => text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  'mathematical bold': moved(0x1d41a, 0x1d400),
  'circled letters': moved(0x24d0, 0x24b6),
  'combining marks': between('\u0336'),
  'Unicode tags': tagged,
  'variation selectors': (text) => `😀${selectors(text)}`,
  leetspeak: swap('aeiost', '431057'),
  // A blank among them is parted too, so that words stay apart.
  'spaced letters': (text) => [...text].join(' '),
  base64: (text) => Buffer.from(text).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
  rot13: perLetter((char) => shift(char, 13)),
  'percent-encoding': (text) =>
    bytes(text)
      .map((byte) => `%${hex(byte)}`)
      .join(''),
  'HTML entities': (text) => [...text].map((char) => `&#${char.codePointAt(0) ?? 32};`).join(''),
  'JSON escapes': (text) =>
    text
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  backwards: (text) => [...text].reverse().join(''),
};
