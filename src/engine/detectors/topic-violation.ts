/** `topic_violation`: sentences near to a blocked topic, and texts that are near to no allowed one. */
import type { ProfileSnapshot, TopicSnapshot } from '../../core/policy.ts';
import type { JudgedText } from '../judged-text.ts';
import { lastSentenceFrom, Sentences, type Topic, toTopic } from '../topics/topic-match.ts';
import type { Detector, Finding } from './detector.ts';

/** What a text that touches no allowed topic is told as. */
export const NO_ALLOWED_TOPIC = 'no-allowed-topic';

const topicOf = ({ name, description, examples }: TopicSnapshot): Topic =>
  toTopic(name, [name, description, ...examples]);

/** In the order of the text. */
function find(text: JudgedText, blocked: readonly Topic[], allowed: readonly Topic[]): readonly Finding[] {
  const view = text.plain;
  const sentences = Sentences.of(text);
  const findings = blocked
    .flatMap((topic) => sentences.near(topic).map((near) => ({ ...near, category: topic.name })))
    .toSorted((a, b) => a.start - b.start)
    .map(
      ({ category, start, end, score }): Finding => ({
        category,
        ...view.toRaw(start, end),
        confidence: score,
      }),
    );
  const isAllowed = allowed.length === 0 || allowed.some((topic) => sentences.near(topic).length > 0);
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
