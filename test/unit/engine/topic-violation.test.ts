/** `topic_violation`: blocked topics by sentence, allowed topics by the whole text, told by name. */
import { describe, expect, it } from 'vitest';
import type { TopicSnapshot } from '../../../src/core/policy.ts';
import { compile } from '../../../src/engine/compile.ts';
import { makeProfile, STILL } from './profile.ts';

const topic = (name: string, action: 'block' | 'allow', examples: readonly string[]): TopicSnapshot => ({
  name,
  description: name,
  examples,
  action,
});
const policyOf = (topics: readonly TopicSnapshot[]) =>
  compile(
    makeProfile({ topics, prompt: { topic_violation: 'block' }, response: { topic_violation: 'block' } }),
    STILL,
  );
const WEATHER = topic('Weather', 'allow', ['Will it rain tomorrow?', 'How warm is it in Lisbon?']);
const PRICES = topic('Prices', 'block', ['What does the other shop charge?']);

describe('topic_violation', () => {
  it('names the blocked topic and points at the sentence', async () => {
    const prompt = '👩‍🚀 Hello. What does the other shop charge? Bye.';
    const { judgement, findings } = await policyOf([PRICES]).scan({ contents: [{ prompt }] });
    expect(judgement).toMatchObject({
      action: 'block',
      prompt_detected: { topic_violation: true },
      prompt_detection_details: { topic_guardrails_details: { blocked_topics: ['Prices'] } },
    });
    const [finding] = findings;
    expect([...prompt].slice(finding?.start, finding?.end).join('')).toBe('What does the other shop charge?');
  });

  it('passes an allowed topic and nothing else where topics are allowed', async () => {
    const policy = policyOf([WEATHER]);
    const rain = await policy.scan({ contents: [{ prompt: 'Will it rain in Lisbon tomorrow?' }] });
    expect(rain.judgement.action).toBe('allow');
    const poem = await policy.scan({ contents: [{ prompt: 'Write a poem about a carpenter.' }] });
    expect(poem.judgement.action).toBe('block');
  });

  it('shows no flag without topics', async () => {
    const { judgement } = await policyOf([]).scan({
      contents: [{ prompt: 'What does the other shop charge?' }],
    });
    expect(judgement.prompt_detected).not.toHaveProperty('topic_violation');
  });

  it('holds a growing text from its last sentence, and whole where topics are allowed', async () => {
    const response = 'The sun is out today. What does the oth';
    const blocked = await policyOf([PRICES]).scan({ contents: [{ response }] }, { partial: true });
    expect(response.slice(0, blocked.openFrom)).toBe('The sun is out today. ');
    const allowed = await policyOf([WEATHER]).scan({ contents: [{ response }] }, { partial: true });
    expect(allowed.openFrom).toBe(0);
  });
});
