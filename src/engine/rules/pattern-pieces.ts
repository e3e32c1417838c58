/** The pieces of which a rule's pattern is made, in order, with how often each stands there. */

const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
const QUANTIFIERS = new Set('*+?{');
/** What stands for no character. */
const MARKS = new Set('|^$');
const ESCAPE = /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\}|c[a-z]|k<\w+>|[1-9]\d?|[\s\S])/iy;
const OPENING = /\((?:\?(?:[:=!]|<[=!]|<\w+>))?/y;

export interface Piece {
  /** How a group begins, as `(?:` or `(?<=`; empty for what is none. */
  readonly opening: string;
  /** A group without its brackets; else one character, class, escape, or `|`, `^`, `$`. */
  readonly inner: string;
  /** As it is written; empty for once. */
  readonly times: string;
}

const at = (pattern: RegExp, source: string, from: number): string => {
  pattern.lastIndex = from;
  return pattern.exec(source)?.[0] ?? '';
};

/** End of the class that begins at `from`. */
function classEnd(source: string, from: number): number {
  let end = from + 1;
  while (end < source.length && source.charAt(end) !== ']') end += source.charAt(end) === '\\' ? 2 : 1;
  return end + 1;
}

/** The closing bracket of the group that begins at `from`. */
function groupEnd(source: string, from: number): number {
  let depth = 0;
  for (let i = from; i < source.length; i++) {
    const sign = source.charAt(i);
    if (sign === '\\') i++;
    else if (sign === '[') i = classEnd(source, i) - 1;
    else if (sign === '(') depth++;
    else if (sign === ')' && --depth === 0) return i;
  }
  return source.length;
}

export function* piecesOf(source: string): Generator<Piece, void> {
  for (let i = 0; i < source.length; ) {
    const sign = source.charAt(i);
    const opening = sign === '(' ? at(OPENING, source, i) : '';
    let inner = sign;
    if (opening !== '') inner = source.slice(i + opening.length, groupEnd(source, i));
    else if (sign === '[') inner = source.slice(i, classEnd(source, i));
    else if (sign === '\\') inner = at(ESCAPE, source, i);
    i += opening.length + inner.length + (opening === '' ? 0 : 1);
    const times = MARKS.has(sign) || !QUANTIFIERS.has(source.charAt(i)) ? '' : at(QUANTIFIER, source, i);
    i += times.length;
    yield { opening, inner, times };
  }
}
