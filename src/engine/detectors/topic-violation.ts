/** `topic_violation`: sentences near to a blocked topic, and texts that are near to no allowed one. */
import type { ProfileSnapshot, TopicSnapshot } from '../../core/policy.ts';
import type { JudgedText } from '../judged-text.ts';
import {
  lastSentenceFrom,
  NEAR,
  type Sentence,
  scoreOf,
  sentencesOf,
  type Topic,
  toTopic,
} from '../topics/topic-match.ts';
import type { Detector, Finding } from './detector.ts';

/** What a text that touches no allowed topic is told as. */
export const NO_ALLOWED_TOPIC = 'no-allowed-topic';

const topicOf = ({ name, description, examples }: TopicSnapshot): Topic =>
  toTopic(name, [name, description, ...examples]);

function find(text: JudgedText, blocked: readonly Topic[], allowed: readonly Topic[]): readonly Finding[] {
  const view = text.plain;
  const findings: Finding[] = [];
  let isAllowed = allowed.length === 0;
  const isNear = ({ vector }: Sentence, topic: Topic): boolean => scoreOf(vector, topic) >= NEAR;
  for (const sentence of sentencesOf(view.text)) {
    for (const topic of blocked) {
      const confidence = scoreOf(sentence.vector, topic);
      if (confidence < NEAR) continue;
      findings.push({ category: topic.name, ...view.toRaw(sentence.start, sentence.end), confidence });
    }
    isAllowed ||= allowed.some((topic) => isNear(sentence, topic));
  }
  if (isAllowed || text.raw.trim() === '') return findings;
  return [...findings, { category: NO_ALLOWED_TOPIC, start: 0, end: text.raw.length, confidence: 0.6 }];
}

export const topicViolationDetector: Detector = {
  flag: 'topic_violation',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: (profile: ProfileSnapshot) => {
    if (profile.topics.length === 0) return undefined;
    const blocked = profile.topics.filter((topic) => topic.action === 'block').map(topicOf);
    const allowed = profile.topics.filter((topic) => topic.action === 'allow').map(topicOf);
    return {
      find: (text) => find(text, blocked, allowed),
      // With allowed topics every later sentence counts too.
      openFrom: (text) => (allowed.length > 0 ? 0 : lastSentenceFrom(text)),
    };
  },
};
