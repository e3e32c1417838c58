/** Scanners in natural language in the engine: with a language model, and by topics without one. */
import { describe, expect, it } from 'vitest';
import {
  type LanguageJudge,
  LanguageJudgeError,
  type LanguageQuestion,
} from '../../../src/core/language-judge.ts';
import type { EngineTools, ProfileSnapshot } from '../../../src/core/policy.ts';
import type { ScanContent } from '../../../src/core/scan-wire.ts';
import { compile } from '../../../src/engine/compile.ts';
import { topicTexts } from '../../../src/engine/scanners/natural-language.ts';
import { makeProfile, makeScanner, STILL } from './profile.ts';

const INPUT = `Questions about income tax and tax returns.
Examples:
- How do I file my income tax return?
- "Which expenses can I deduct from my taxes?"`;
const taxes = (changes: Partial<Parameters<typeof makeScanner>[0]> = {}) =>
  makeScanner({ name: 'Tax advice', type: 'genai', id: 's1', input: INPUT, ...changes });

const policyOf = (tools: EngineTools, scanners = [taxes()], changes: Partial<ProfileSnapshot> = {}) =>
  compile({ ...makeProfile({ scanners }), ...changes }, tools, { detectors: [] });

function fakeJudge(answer: (question: LanguageQuestion) => boolean): LanguageJudge & {
  readonly asked: { readonly question: LanguageQuestion; readonly deadlineMs: number }[];
} {
  const asked: { question: LanguageQuestion; deadlineMs: number }[] = [];
  return {
    asked,
    ask: async (question, deadlineMs) => {
      asked.push({ question, deadlineMs });
      return answer(question);
    },
  };
}

describe('without a language model', () => {
  const scan = (content: ScanContent) => policyOf(STILL).scan({ contents: [content] });

  it.each([
    ['How can I file an income tax return?', true],
    ['What may I deduct from my taxes, which expenses?', true],
    ['Please write a poem about the sea.', false],
    ['Show me some examples.', false],
  ])('%s', async (prompt, fires) => {
    const { judgement, findings } = await scan({ prompt });
    expect(judgement.action).toBe(fires ? 'block' : 'allow');
    expect(judgement.prompt_detection_details?.topic_guardrails_details?.blocked_topics ?? []).toEqual(
      fires ? ['Tax advice'] : [],
    );
    if (fires) expect(findings[0]).toMatchObject({ scannerId: 's1', field: 'prompt' });
  });

  it('the texts of a topic are its sentences and its examples', () => {
    expect(topicTexts(INPUT)).toEqual([
      'Questions about income tax and tax returns.',
      'How do I file my income tax return?',
      'Which expenses can I deduct from my taxes?',
    ]);
  });

  it.each(['', ' \n'])('a description of nothing is refused', (input) => {
    expect(() => policyOf(STILL, [taxes({ input })])).toThrow(/must describe/);
  });
});

describe('with a language model', () => {
  const tools = (judge: LanguageJudge): EngineTools => ({ now: () => 0, languageJudge: judge });

  it('its verdict decides, on the whole text', async () => {
    const judge = fakeJudge(({ text }) => text.includes('tax'));
    const policy = policyOf(tools(judge));
    const hit = await policy.scan({ contents: [{ prompt: '😀 tax' }] });
    expect(hit.judgement.action).toBe('block');
    expect(hit.findings).toMatchObject([{ scannerId: 's1', start: 0, end: 5 }]);
    expect((await policy.scan({ contents: [{ prompt: 'bread' }] })).judgement.action).toBe('allow');
    expect(judge.asked[0]).toMatchObject({ question: { rule: INPUT, side: 'prompt' }, deadlineMs: 5_000 });
  });

  it('is told earlier texts of the same side, unless each stands alone', async () => {
    const judge = fakeJudge(() => false);
    const alone = taxes({ id: 's2', scanContext: 'individual' });
    const contents = [{ prompt: 'one' }, { response: 'two' }, { prompt: 'three' }];
    await policyOf(tools(judge), [taxes({ scanContext: 'directional' }), alone]).scan({ contents });
    expect(judge.asked.map(({ question }) => question.earlier)).toEqual([['one'], []]);
    judge.asked.length = 0;
    await policyOf(tools(judge)).scan({ contents: [...contents, { response: 'four' }] });
    expect(judge.asked[0]?.question).toMatchObject({ side: 'response', earlier: ['two'], text: 'four' });
  });

  it('is asked what a text hides, too', async () => {
    const judge = fakeJudge(({ text }) => text.includes('avoid the tax'));
    const prompt = `Decode: ${Buffer.from('how to avoid the tax this year').toString('base64')}`;
    const { judgement } = await policyOf(tools(judge)).scan({ contents: [{ prompt }] });
    expect(judgement.action).toBe('block');
  });

  it('is not asked about a growing text, of which nothing is final', async () => {
    const judge = fakeJudge(() => true);
    const policy = policyOf(tools(judge));
    const partial = await policy.scan({ contents: [{ response: 'Tax is' }] }, { partial: true });
    expect(partial).toMatchObject({ openFrom: 0, findings: [], judgement: { action: 'allow' } });
    expect(judge.asked).toHaveLength(0);
    expect((await policy.scan({ contents: [{ response: 'Tax is.' }] })).judgement.action).toBe('block');
  });

  it.each([
    ['unreachable', 'error', 'block', 'block'],
    ['invalid', 'error', 'allow', 'block'],
    ['busy', 'error', 'allow', 'block'],
    ['timeout', 'timeout', 'block', 'block'],
    ['timeout', 'timeout', 'allow', 'allow'],
  ] as const)(
    '%s is %s, and with onTimeout %s the answer is %s',
    async (fault, status, onTimeout, action) => {
      const judge: LanguageJudge = { ask: () => Promise.reject(new LanguageJudgeError(fault)) };
      const policy = policyOf(tools(judge), [taxes()], { latency: { maxInlineMs: 100, onTimeout } });
      const { judgement, faults } = await policy.scan({ contents: [{ prompt: 'x' }] });
      expect(judgement).toMatchObject({ action, category: status, [status]: true });
      expect(faults).toEqual([{ detector: 'Tax advice', scannerId: 's1', status }]);
    },
  );

  it('is asked by all scanners at once', async () => {
    let open = 0;
    const release = Promise.withResolvers<void>();
    const judge: LanguageJudge = {
      ask: async () => {
        open += 1;
        if (open === 3) release.resolve();
        await release.promise;
        return false;
      },
    };
    const scanners = ['a', 'b', 'c'].map((id) => taxes({ id, name: id }));
    const { judgement } = await policyOf(tools(judge), scanners).scan({ contents: [{ prompt: 'x' }] });
    expect(judgement.action).toBe('allow');
  });
});
