/**
 * From a pattern to one that also matches what may become its match: every piece may be cut off by the end of
 * the text. So a growing text is held back only where something really may begin.
 */
import { piecesOf } from './pattern-pieces.ts';

/** A negative look-ahead may still be decided by so many characters to come. */
const UNDECIDED_CHARS = 32;

function partialGroup(opening: string, inner: string): string {
  if (opening === '(?=') return `(?:(?=${partialSource(inner)})|$)`;
  if (opening === '(?!') return `(?:(?!${inner})|(?=[\\s\\S]{0,${UNDECIDED_CHARS}}$))`;
  if (opening.startsWith('(?<=') || opening.startsWith('(?<!')) return `(?:${opening}${inner})|$)`;
  return `${opening}${partialSource(inner)})`;
}

function partialSource(source: string): string {
  let out = '';
  for (const { opening, inner, times } of piecesOf(source)) {
    if (opening !== '') out += partialGroup(opening, inner) + times;
    else if (inner === '|' || inner === '^' || inner === '$') out += inner;
    else out += `(?:${inner}|$)${times}`;
  }
  return out;
}

/** Matches where `pattern` does, and where the text ends before it could tell. */
export const partialPattern = (pattern: RegExp): RegExp =>
  new RegExp(partialSource(pattern.source), pattern.flags);
