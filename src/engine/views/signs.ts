/** The literals that rules name, with their places in a text: one pass for the literals of all rules. */
import { rarestRow } from './rarest-row.ts';

interface Literal {
  readonly number: number;
  readonly text: string;
  /** Of the second character of its rarest pair, from its beginning. */
  readonly offset: number;
}

const literals = new Map<string, Literal>();
const PAIR_BITS = 14;
const PAIR_MASK = (1 << PAIR_BITS) - 1;
/** Literals that one pair tells; first those of pairs that tell none. */
const told: (readonly Literal[])[] = [[]];
/** By a pair, which of those; beyond ASCII several pairs share a place. */
const TOLD_BY = new Uint16Array(1 << PAIR_BITS);
const pairOf = (before: number, code: number): number => ((before << 7) ^ code) & PAIR_MASK;

function tellBy(pair: number, literal: Literal): void {
  const known = TOLD_BY[pair] ?? 0;
  if (known === 0) TOLD_BY[pair] = told.push([literal]) - 1;
  else told[known] = [...(told[known] ?? []), literal];
}

/**
 * The number of `text`, in lower case; a new one where it has none. Rules ask when they are made, before any
 * text is read.
 */
export function signOf(text: string): number {
  const known = literals.get(text);
  if (known !== undefined) return known.number;
  const row = rarestRow(text, 2);
  const literal = { number: literals.size, text, offset: text.length === 1 ? 0 : row + 1 };
  literals.set(text, literal);
  const code = text.charCodeAt(literal.offset);
  if (text.length > 1) tellBy(pairOf(text.charCodeAt(row), code), literal);
  else for (let before = 0; before < 128; before++) tellBy(pairOf(before, code), literal);
  return literal.number;
}

/** By the number of a literal that stands in the text: the UTF-16 offsets where it does, in order. */
export type Signs = ReadonlyMap<number, readonly number[]>;

/** All literals in `lower`, a text in lower case. Linear. */
export function takeSigns(lower: string): Signs {
  const signs = new Map<number, number[]>();
  let before = 0;
  for (let i = 0; i < lower.length; i++) {
    const code = lower.charCodeAt(i);
    const list = TOLD_BY[pairOf(before, code)] ?? 0;
    if (list !== 0) note(lower, i, told[list] ?? [], signs);
    before = code;
  }
  return signs;
}

function note(lower: string, i: number, candidates: readonly Literal[], signs: Map<number, number[]>): void {
  for (const { number, text, offset } of candidates) {
    if (i < offset || !lower.startsWith(text, i - offset)) continue;
    const places = signs.get(number);
    if (places === undefined) signs.set(number, [i - offset]);
    else places.push(i - offset);
  }
}
