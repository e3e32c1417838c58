/** Texts as vectors of word pieces, and how near a text is to the examples of a topic (DETECTION §5.4). */
import { hashOf } from '../views/words.ts';

/** The commonest words of English by rank: what a text shares through them says little. */
const COMMON =
  'the be to of and a in that have i it for not on with he as you do at this but his by from they ' +
  'we say her she or an will my one all would there their what so up out if about who get which go ' +
  'me when make can like time no just him know take people into year your good some could them see ' +
  'other than then now look only come its over think also back after use two how our work first ' +
  'well way even new want because any these give day most us is are was were been has had did does ' +
  'am please tell need help thanks let show find call should may might much many very more really ' +
  'right where why here been going';
const GRAM_SIZES = [3, 4, 5];

type Vector = ReadonlyMap<number, number>;

const stem = (word: string): string => word.replace(/ies$/, 'y').replace(/(?:ing|ed|es|s)$/, '');

function count(into: Map<number, number>, piece: string, times: number): void {
  const hash = hashOf(piece);
  into.set(hash, (into.get(hash) ?? 0) + times);
}

/** Pieces of each word, its stem, and pairs of stems. */
function piecesOf(text: string): Map<number, number> {
  const pieces = new Map<number, number>();
  let before = '';
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{M}\p{N}]{1,40}/gu)) {
    const padded = ` ${word} `;
    for (const size of GRAM_SIZES) {
      for (let i = 0; i + size <= padded.length; i++) count(pieces, padded.slice(i, i + size), 1);
    }
    const root = stem(word);
    count(pieces, `w:${root}`, 2);
    if (before !== '') count(pieces, `b:${before} ${root}`, 1);
    before = root;
  }
  return pieces;
}

function commonWeights(): Vector {
  const weights = new Map<number, number>();
  for (const [rank, word] of COMMON.split(' ').entries()) {
    for (const piece of piecesOf(word).keys()) {
      if (!weights.has(piece)) weights.set(piece, 0.2 + rank / 300);
    }
  }
  return weights;
}
const WEIGHTS = commonWeights();

/** The unit vector of a text. */
export function vectorOf(text: string): Vector {
  const pieces = piecesOf(text);
  let squares = 0;
  for (const [piece, times] of pieces) {
    const value = (1 + Math.log(times)) * (WEIGHTS.get(piece) ?? 1);
    pieces.set(piece, value);
    squares += value * value;
  }
  const length = Math.sqrt(squares) || 1;
  for (const [piece, value] of pieces) pieces.set(piece, value / length);
  return pieces;
}

/** The cosine of two unit vectors. */
export function nearness(a: Vector, b: Vector): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [piece, value] of small) sum += value * (large.get(piece) ?? 0);
  return sum;
}
