/** Sentences that are near to a topic, and where in a growing text the last sentence is still open. */
import type { JudgedText } from '../judged-text.ts';
import { nearness, vectorOf } from './topic-vectors.ts';

/** Chosen on CLINC150's validation part: about 1 % of other sentences are this near to a topic. */
export const NEAR = 0.35;
const SENTENCE_END = /[.!?]["')\]]{0,2}\s|\n/g;

type Vector = ReturnType<typeof vectorOf>;

/** What a topic is told by: its name, description and examples, as vectors. */
export interface Topic {
  readonly name: string;
  readonly vectors: readonly Vector[];
}

export const toTopic = (name: string, texts: readonly string[]): Topic => ({
  name,
  vectors: texts.filter((text) => text.trim() !== '').map(vectorOf),
});

/** 0 to 1: how near a sentence is to what a topic is told by. */
export const scoreOf = (sentence: Vector, topic: Topic): number =>
  topic.vectors.reduce((best, known) => Math.max(best, nearness(sentence, known)), 0);

export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly vector: Vector;
}

/** The sentences of a text that hold a letter or digit. */
export function sentencesOf(text: string): readonly Sentence[] {
  const spans: (readonly [number, number])[] = [];
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    spans.push([start, match.index + 1]);
    start = match.index + match[0].length;
  }
  spans.push([start, text.length]);
  return spans
    .filter(([from, to]) => /[\p{L}\p{N}]/u.test(text.slice(from, to)))
    .map(([from, to]) => ({ start: from, end: to, vector: vectorOf(text.slice(from, to)) }));
}

/** Raw offset at which the last sentence, which may still grow, begins. */
export function lastSentenceFrom(text: JudgedText): number {
  const view = text.plain;
  let start = 0;
  for (const match of view.text.matchAll(SENTENCE_END)) start = match.index + match[0].length;
  return start >= view.text.length ? text.raw.length : view.toRaw(start, start + 1).start;
}
