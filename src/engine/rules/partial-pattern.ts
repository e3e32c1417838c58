/**
 * From a pattern to one that also matches what may become its match: every piece may be cut off by the end of
 * the text. So a growing text is held back only where something really may begin.
 */

/** A negative look-ahead may still be decided by so many characters to come. */
const UNDECIDED_CHARS = 32;
const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
const ESCAPE = /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\}|c[a-z]|k<\w+>|[1-9]\d?|[\s\S])/iy;
const OPENING = /\((?:\?(?:[:=!]|<[=!]|<\w+>))?/y;

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

function partialGroup(opening: string, inner: string): string {
  if (opening === '(?=') return `(?:(?=${partialSource(inner)})|$)`;
  if (opening === '(?!') return `(?:(?!${inner})|(?=[\\s\\S]{0,${UNDECIDED_CHARS}}$))`;
  if (opening.startsWith('(?<=') || opening.startsWith('(?<!')) return `(?:${opening}${inner})|$)`;
  return `${opening}${partialSource(inner)})`;
}

function partialSource(source: string): string {
  let out = '';
  for (let i = 0; i < source.length; ) {
    const sign = source.charAt(i);
    if (sign === '|' || sign === '^' || sign === '$') {
      out += sign;
      i++;
      continue;
    }
    if (sign === '(') {
      const opening = at(OPENING, source, i);
      const end = groupEnd(source, i);
      out += partialGroup(opening, source.slice(i + opening.length, end));
      i = end + 1;
    } else {
      const atom = sign === '[' ? source.slice(i, classEnd(source, i)) : at(ESCAPE, source, i) || sign;
      out += `(?:${atom}|$)`;
      i += atom.length;
    }
    const times = at(QUANTIFIER, source, i);
    out += times;
    i += times.length;
  }
  return out;
}

/** Matches where `pattern` does, and where the text ends before it could tell. */
export const partialPattern = (pattern: RegExp): RegExp =>
  new RegExp(partialSource(pattern.source), pattern.flags);
