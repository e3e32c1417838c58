/** `ungrounded`: sentences that the context does not bear out, told by words and numbers alone. */
import { type Facts, factsOf } from '../grounding/facts.ts';
import type { JudgedText } from '../judged-text.ts';
import type { Detector, Finding } from './detector.ts';

/** Fewer telling words say too little to be held against a context. */
const STATEMENT_WORDS_MIN = 5;
const OPPOSITE_WORDS_MIN = 3;
/** A statement of whose words fewer stand in the context is another one. */
const COVERAGE_MIN = 0.34;
/** A context sentence that holds so many of its words speaks of the same. */
const SAME_COVERAGE = 0.8;
const SENTENCE_END = /[.!?]["')\]]{0,2}(?=\s|$)|\n/g;
const ITEM_NUMBER = /^\s*\d{1,3}[.)]\s/;

interface Sentence {
  readonly start: number;
  readonly end: number;
}

/** A number with its dot at the beginning of a line ends no sentence. */
function sentencesOf(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length;
    if (match[0] !== '\n' && /^\s*\d{1,3}\.$/.test(text.slice(start, end))) continue;
    sentences.push({ start, end });
    start = end;
  }
  sentences.push({ start, end: text.length });
  return sentences.filter((sentence) => text.slice(sentence.start, sentence.end).trim() !== '');
}

interface Grounds {
  readonly context: string;
  readonly whole: Facts;
  readonly sentences: readonly Facts[];
}

const groundsOf = (context: string): Grounds => ({
  context,
  whole: factsOf(context),
  sentences: sentencesOf(context).map(({ start, end }) => factsOf(context.slice(start, end))),
});

const shareIn = (words: ReadonlySet<string>, known: ReadonlySet<string>): number => {
  let inside = 0;
  for (const word of words) if (known.has(word)) inside++;
  return words.size === 0 ? 1 : inside / words.size;
};
const isMissing = (claimed: ReadonlySet<string>, ...known: readonly ReadonlySet<string>[]): boolean =>
  [...claimed].some((it) => !known.some((set) => set.has(it)));

/** Why the context does not bear the sentence out, or undefined. */
function faultOf(
  claim: Facts,
  { whole, sentences }: Grounds,
): readonly [category: string, confidence: number] | undefined {
  if (isMissing(claim.numbers, whole.numbers, whole.spoken)) return ['unsupported-number', 0.8];
  if (isMissing(claim.addresses, whole.addresses)) return ['unsupported-address', 0.8];
  if (isMissing(claim.names, whole.words)) return ['unsupported-name', 0.7];
  const count = claim.words.size;
  if (count >= STATEMENT_WORDS_MIN && shareIn(claim.words, whole.words) < COVERAGE_MIN) {
    return ['unsupported-statement', 0.6];
  }
  if (count < OPPOSITE_WORDS_MIN) return undefined;
  const same = sentences.filter(({ words }) => shareIn(claim.words, words) >= SAME_COVERAGE);
  if (same.length > 0 && same.every(({ negated }) => negated !== claim.negated))
    return ['contradiction', 0.6];
  return undefined;
}

function find(text: JudgedText, grounds: Grounds): readonly Finding[] {
  const view = text.plain;
  const findings: Finding[] = [];
  for (const { start, end } of sentencesOf(view.text)) {
    const sentence = view.text.slice(start, end);
    const fault = faultOf(factsOf(sentence.replace(ITEM_NUMBER, ' ')), grounds);
    if (fault === undefined) continue;
    const from = start + (sentence.length - sentence.trimStart().length);
    const to = start + sentence.trimEnd().length;
    findings.push({ category: fault[0], ...view.toRaw(from, to), confidence: fault[1] });
  }
  return findings;
}

/** The last sentence may still grow. */
function openFrom(text: JudgedText): number {
  const view = text.plain;
  const start = sentencesOf(view.text).at(-1)?.start ?? 0;
  return view.text === '' ? 0 : view.toRaw(start, start + 1).start;
}

export const ungroundedDetector: Detector = {
  flag: 'ungrounded',
  surfaces: ['response'],
  prepare: () => {
    // The windows of one stream come with the same context: its facts are gathered once.
    let last = groundsOf('');
    return {
      find: (text) => {
        if (text.context.trim() === '') return [];
        if (text.context !== last.context) last = groundsOf(text.context);
        return find(text, last);
      },
      openFrom: (text) => (text.context.trim() === '' ? text.raw.length : openFrom(text)),
    };
  },
};
