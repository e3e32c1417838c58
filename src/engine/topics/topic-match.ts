/** Sentences that are near to a topic, and where in a growing text the last sentence is still open. */
import type { JudgedText } from '../judged-text.ts';
import { SharedPieces } from './shared-pieces.ts';
import { nearness, piecesOfAll, type Vector, vectorOf, vectorOfPieces } from './topic-vectors.ts';

/** Chosen on CLINC150's validation part: about 1 % of other sentences are this near to a topic. */
export const NEAR = 0.35;
const SENTENCE_END = /[.!?]["')\]]{0,2}\s|\n/g;

/** What a topic is told by: its name, description and examples, as vectors. */
export interface Topic {
  readonly name: string;
  readonly vectors: readonly Vector[];
  /** Tells most sentences that are not near, without their vectors. */
  readonly shared: Pick<SharedPieces, 'nearestMost'>;
}

export function toTopic(name: string, texts: readonly string[]): Topic {
  const vectors = texts.filter((text) => text.trim() !== '').map(vectorOf);
  return { name, vectors, shared: new SharedPieces(vectors) };
}

/** A sentence that is near to a topic. */
export interface NearSentence {
  /** Of the plain view. */
  readonly start: number;
  readonly end: number;
  /** 0 to 1, the cosine to the nearest of the topic's texts. */
  readonly score: number;
}

/** The sentences of one text, each with its vector. */
export class Sentences {
  readonly #spans: readonly (readonly [number, number])[];
  readonly #pieces: readonly Int32Array[];
  readonly #vectors: (Vector | undefined)[] = [];

  private constructor(text: string) {
    this.#spans = sentenceSpans(text);
    this.#pieces = piecesOfAll(this.#spans.map(([start, end]) => text.slice(start, end)));
  }

  /** Made once for a text, whoever asks. */
  static of(text: JudgedText): Sentences {
    const known = KNOWN.get(text) ?? new Sentences(text.plain.text);
    KNOWN.set(text, known);
    return known;
  }

  near({ vectors, shared }: Topic): readonly NearSentence[] {
    return this.#spans.flatMap(([start, end], index) => {
      const pieces = this.#pieces[index];
      if (pieces === undefined || shared.nearestMost(pieces) < NEAR) return [];
      const own = this.#vectors[index] ?? vectorOfPieces(pieces);
      this.#vectors[index] = own;
      const score = vectors.reduce((best, vector) => Math.max(best, nearness(own, vector)), 0);
      return score < NEAR ? [] : [{ start, end, score }];
    });
  }
}

const KNOWN = new WeakMap<JudgedText, Sentences>();

/** Start and end of each sentence that holds a letter or digit. */
function sentenceSpans(text: string): readonly (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    spans.push([start, match.index + 1]);
    start = match.index + match[0].length;
  }
  spans.push([start, text.length]);
  return spans.filter(([from, to]) => /[\p{L}\p{N}]/u.test(text.slice(from, to)));
}

/** Raw offset at which the last sentence, which may still grow, begins. */
export function lastSentenceFrom(text: JudgedText): number {
  const view = text.plain;
  let start = 0;
  for (const match of view.text.matchAll(SENTENCE_END)) start = match.index + match[0].length;
  return start >= view.text.length ? text.raw.length : view.toRaw(start, start + 1).start;
}
