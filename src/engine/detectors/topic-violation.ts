/** `topic_violation`: sentences near to a blocked topic, and texts that are near to no allowed one. */
import type { ProfileSnapshot, TopicSnapshot } from '../../core/policy.ts';
import type { JudgedText } from '../judged-text.ts';
import { nearness, vectorOf } from '../topics/topic-vectors.ts';
import type { View } from '../views/view.ts';
import type { Detector, Finding } from './detector.ts';

/** Chosen on CLINC150's validation part: about 1 % of other sentences are this near to a topic. */
const NEAR = 0.35;
/** What a text that touches no allowed topic is told as. */
export const NO_ALLOWED_TOPIC = 'no-allowed-topic';
export const SENTENCE_END = /[.!?]["')\]]{0,2}\s|\n/g;

interface Topic {
  readonly name: string;
  readonly vectors: readonly ReturnType<typeof vectorOf>[];
}

const toTopic = ({ name, description, examples }: TopicSnapshot): Topic => ({
  name,
  vectors: [name, description, ...examples].filter((text) => text.trim() !== '').map(vectorOf),
});

/** Start and end of each sentence by turns. */
function sentencesOf(text: string): readonly (readonly [number, number])[] {
  const sentences: (readonly [number, number])[] = [];
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    sentences.push([start, match.index + 1]);
    start = match.index + match[0].length;
  }
  sentences.push([start, text.length]);
  return sentences.filter(([from, to]) => /[\p{L}\p{N}]/u.test(text.slice(from, to)));
}

function find(text: JudgedText, blocked: readonly Topic[], allowed: readonly Topic[]): readonly Finding[] {
  const view: View = text.plain;
  const findings: Finding[] = [];
  let isAllowed = allowed.length === 0;
  for (const [start, end] of sentencesOf(view.text)) {
    const vector = vectorOf(view.text.slice(start, end));
    const scoreOf = (topic: Topic): number =>
      Math.max(...topic.vectors.map((known) => nearness(vector, known)));
    for (const topic of blocked) {
      const score = scoreOf(topic);
      if (score >= NEAR)
        findings.push({ category: topic.name, ...view.toRaw(start, end), confidence: score });
    }
    isAllowed ||= allowed.some((topic) => scoreOf(topic) >= NEAR);
  }
  if (isAllowed || text.raw.trim() === '') return findings;
  return [...findings, { category: NO_ALLOWED_TOPIC, start: 0, end: text.raw.length, confidence: 0.6 }];
}

/** The last sentence may still grow; with allowed topics every later one counts too. */
function openFrom(text: JudgedText, allowed: readonly Topic[]): number {
  if (allowed.length > 0) return 0;
  const view = text.plain;
  let start = 0;
  for (const match of view.text.matchAll(SENTENCE_END)) start = match.index + match[0].length;
  return start >= view.text.length ? text.raw.length : view.toRaw(start, start + 1).start;
}

export const topicViolationDetector: Detector = {
  flag: 'topic_violation',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: (profile: ProfileSnapshot) => {
    if (profile.topics.length === 0) return undefined;
    const blocked = profile.topics.filter((topic) => topic.action === 'block').map(toTopic);
    const allowed = profile.topics.filter((topic) => topic.action === 'allow').map(toTopic);
    return {
      find: (text) => find(text, blocked, allowed),
      openFrom: (text) => openFrom(text, allowed),
    };
  },
};
