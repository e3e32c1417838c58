/** What may stand in a character class of a pattern, and how RE2 and ECMAScript write it. */

export type ClassItem =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  /** One of `w W d D s S`, as Python reads them on text: Unicode. */
  | { readonly kind: 'shorthand'; readonly name: string }
  /** A Unicode category (`L`, `Nd`) or script (`Greek`): not Python's own, taken over from RE2. */
  | { readonly kind: 'property'; readonly name: string; readonly negated: boolean };

export const readProperty = (name: string, capital: boolean): ClassItem => {
  const turned = name.startsWith('^');
  return { kind: 'property', name: turned ? name.slice(1) : name, negated: turned !== capital };
};

const range = (from: string, to: string): ClassItem => ({
  kind: 'range',
  from: from.charCodeAt(0),
  to: to.charCodeAt(0),
});
const LETTERS = [range('a', 'z'), range('A', 'Z')];
/** POSIX names, taken over from RE2: ASCII. */
export const POSIX_CLASSES: Readonly<Record<string, readonly ClassItem[]>> = {
  alpha: LETTERS,
  upper: LETTERS,
  lower: LETTERS,
  digit: [range('0', '9')],
  alnum: [...LETTERS, range('0', '9')],
  word: [...LETTERS, range('0', '9'), range('_', '_')],
  xdigit: [range('0', '9'), range('a', 'f'), range('A', 'F')],
  space: [range('\t', '\r'), range(' ', ' ')],
  punct: [range('!', '/'), range(':', '@'), range('[', '`'), range('{', '~')],
};

/** White space as `str.isspace` knows it, in ranges of code points. */
const SPACES: readonly (readonly [number, number])[] = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

type Ranges = readonly (readonly [number, number])[];

/** The code points outside of ordered ranges. */
function outside(ranges: Ranges): Ranges {
  const found: (readonly [number, number])[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    if (start > from) found.push([from, start - 1]);
    from = end + 1;
  }
  return [...found, [from, 0x10ffff]];
}

let notWord: Ranges | undefined;
/** RE2 has no class difference, so the characters that are no word characters are listed once. */
function notWordRanges(): Ranges {
  if (notWord !== undefined) return notWord;
  const word = /[\p{L}\p{N}\p{M}_]/u;
  const ranges: (readonly [number, number])[] = [];
  let from = -1;
  for (let point = 0; point <= 0x110000; point++) {
    const inside =
      point < 0x110000 && !(point >= 0xd800 && point < 0xe000) && !word.test(String.fromCodePoint(point));
    if (inside && from < 0) from = point;
    if (inside || from < 0) continue;
    ranges.push([from, point - 1]);
    from = -1;
  }
  notWord = ranges;
  return ranges;
}

/** How a dialect writes one code point. */
export type WritePoint = (point: number) => string;

export const writeRe2Point: WritePoint = (point) => `\\x{${point.toString(16)}}`;
export const writeScriptPoint: WritePoint = (point) => `\\u{${point.toString(16)}}`;

const writeRanges = (ranges: Ranges, write: WritePoint): string =>
  ranges.map(([from, to]) => (from === to ? write(from) : `${write(from)}-${write(to)}`)).join('');

const WORD = '\\p{L}\\p{N}\\p{M}_';

function shorthandBody(name: string, write: WritePoint): string {
  switch (name) {
    case 'w':
      return WORD;
    case 'W':
      return write === writeRe2Point ? writeRanges(notWordRanges(), write) : `[^${WORD}]`;
    case 'd':
      return '\\p{Nd}';
    case 'D':
      return '\\P{Nd}';
    case 's':
      return writeRanges(SPACES, write);
    default:
      return writeRanges(outside(SPACES), write);
  }
}

function itemBody(item: ClassItem, write: WritePoint): string {
  if (item.kind === 'range') return writeRanges([[item.from, item.to]], write);
  if (item.kind === 'shorthand') return shorthandBody(item.name, write);
  const isScript = item.name.length > 2 && write === writeScriptPoint;
  return `\\${item.negated ? 'P' : 'p'}{${isScript ? 'Script=' : ''}${item.name}}`;
}

/** A class in the dialect that writes its code points so. */
export const writeClass = (negated: boolean, items: readonly ClassItem[], write: WritePoint): string =>
  `[${negated ? '^' : ''}${items.map((item) => itemBody(item, write)).join('')}]`;

/** A code point outside of a class: letters and digits as they are, so that engines find their prefixes. */
export const writeLiteral = (point: number, write: WritePoint): string => {
  const char = String.fromCodePoint(point);
  return /[A-Za-z0-9]/.test(char) ? char : write(point);
};
