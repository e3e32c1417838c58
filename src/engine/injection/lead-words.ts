/** Reads from a pattern the words with which its matches can begin, so that it is tried at those alone. */
import { type Piece, piecesOf } from '../rules/pattern-pieces.ts';

/** Beginnings of matches, up to where their first word ends. */
interface Beginnings {
  /** What comes next may belong to the word. */
  readonly open: ReadonlySet<string>;
  readonly closed: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const WORD_CHARS = ASCII.filter((char) => /[a-z0-9]/.test(char));
const OTHER_CHARS = ASCII.filter((char) => /[^A-Za-z0-9]/.test(char));
/** A class of more of them says too little of a word. */
const CHARS_MAX = 4;

/** The beginnings of `open` with one character of `sign` behind them; undefined where there are too many. */
function withSign(open: ReadonlySet<string>, sign: string): Beginnings | undefined {
  const pattern = new RegExp(`^${sign}$`);
  const chars = WORD_CHARS.filter((char) => pattern.test(char));
  if (chars.length > CHARS_MAX) return undefined;
  const longer = new Set([...open].flatMap((word) => chars.map((char) => word + char)));
  return { open: longer, closed: OTHER_CHARS.some((char) => pattern.test(char)) ? open : NONE };
}

function withPiece(open: ReadonlySet<string>, { opening, inner }: Piece): Beginnings | undefined {
  // What looks around takes nothing; that it may refuse a match does no harm.
  if (/^\(\?<?[=!]/.test(opening)) return { open, closed: NONE };
  if (opening !== '') return beginnings(inner, open);
  if (inner === '$') return { open: NONE, closed: open };
  if (inner !== '\\b') return withSign(open, inner);
  const begun = [...open].filter((word) => word !== '');
  return { open: open.has('') ? new Set(['']) : NONE, closed: new Set(begun) };
}

/** All beginnings by a pattern that stands behind those of `from`; undefined where they cannot be told. */
function beginnings(source: string, from: ReadonlySet<string>): Beginnings | undefined {
  const ends = new Set<string>();
  const closed = new Set<string>();
  let open = from;
  for (const piece of piecesOf(source)) {
    if (piece.opening === '' && piece.inner === '|') {
      for (const word of open) ends.add(word);
      open = from;
      continue;
    }
    if (open.size === 0) continue;
    const read = withPiece(open, piece);
    const isRepeated = piece.times !== '' && !piece.times.startsWith('?');
    if (read === undefined || (isRepeated && read.open.size > 0)) return undefined;
    for (const word of read.closed) closed.add(word);
    const mayMiss = /^(?:[?*]|\{0)/.test(piece.times);
    open = mayMiss ? new Set([...open, ...read.open]) : read.open;
  }
  for (const word of open) ends.add(word);
  return { open: ends, closed };
}

/**
 * The words, rows of ASCII letters and digits, one of which begins and ends where a match of the pattern over
 * a text in lower case begins. Undefined where a match may begin otherwise, or that cannot be told.
 */
export function leadWords(source: string): readonly string[] | undefined {
  if (!source.startsWith('\\b')) return undefined;
  const read = beginnings(source, new Set(['']));
  if (read === undefined || read.open.size > 0 || read.closed.has('')) return undefined;
  return [...read.closed];
}
