/** Reads from a pattern the words with which its matches can begin, so that it is tried at those alone. */
import { type Piece, piecesOf } from '../rules/pattern-pieces.ts';

/** Beginnings of matches, up to where their first word ends. */
interface Beginnings {
  /** What comes next may belong to the word. */
  readonly open: readonly string[];
  readonly closed: readonly string[];
}

const NONE: readonly string[] = [];
/** Without capitals: rules read texts in lower case. */
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code).toLowerCase()).join('');
/** A character beyond ASCII, as it is or escaped: it belongs to no row of ASCII letters. */
const BEYOND_ASCII = /[^\0-\x7f]|\\u/;
/** A class of more of them says too little of a word. */
const CHARS_MAX = 4;
const isInWord = (char: string): boolean => (char >= 'a' && char <= 'z') || (char >= '0' && char <= '9');

/** The beginnings of `open` with one character of `sign` behind them; undefined where there are too many. */
function withSign(open: readonly string[], sign: string): Beginnings | undefined {
  if (sign.length === 1 && sign !== '.') {
    return isInWord(sign)
      ? { open: open.map((word) => word + sign), closed: NONE }
      : { open: NONE, closed: open };
  }
  const taken = new Set(ASCII.match(new RegExp(sign, 'g')));
  const chars = [...taken].filter(isInWord);
  if (chars.length > CHARS_MAX) return undefined;
  const longer = open.flatMap((word) => chars.map((char) => word + char));
  const ends = taken.size > chars.length || BEYOND_ASCII.test(sign);
  return { open: longer, closed: ends ? open : NONE };
}

function withPiece(open: readonly string[], { opening, inner }: Piece): Beginnings | undefined {
  // What looks around takes nothing; that it may refuse a match does no harm.
  if (/^\(\?<?[=!]/.test(opening)) return { open, closed: NONE };
  if (opening !== '') return beginnings(inner, open);
  if (inner === '$') return { open: NONE, closed: open };
  if (inner !== '\\b') return withSign(open, inner);
  return { open: open.includes('') ? [''] : NONE, closed: open.filter((word) => word !== '') };
}

/** All beginnings by a pattern that stands behind those of `from`; undefined where they cannot be told. */
function beginnings(source: string, from: readonly string[]): Beginnings | undefined {
  const ends: string[] = [];
  const closed: string[] = [];
  let open = from;
  for (const piece of piecesOf(source)) {
    if (piece.opening === '' && piece.inner === '|') {
      ends.push(...open);
      open = from;
      continue;
    }
    if (open.length === 0) continue;
    const read = withPiece(open, piece);
    const isRepeated = piece.times !== '' && !piece.times.startsWith('?');
    if (read === undefined || (isRepeated && read.open.length > 0)) return undefined;
    closed.push(...read.closed);
    const mayMiss = /^(?:[?*]|\{0)/.test(piece.times);
    open = mayMiss ? [...open, ...read.open] : read.open;
  }
  ends.push(...open);
  return { open: ends, closed };
}

/**
 * The words, rows of ASCII letters and digits, one of which begins and ends where a match of the pattern over
 * a text in lower case begins. Undefined where a match may begin otherwise, or that cannot be told.
 */
export function leadWords(source: string): readonly string[] | undefined {
  if (!source.startsWith('\\b')) return undefined;
  const read = beginnings(source, ['']);
  if (read === undefined || read.open.length > 0 || read.closed.includes('')) return undefined;
  return [...new Set(read.closed)];
}
