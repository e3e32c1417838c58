/** The guard of second-stage judges: verdicts are remembered for a model, and one that fails is left alone. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type LanguageJudge, LanguageJudgeError } from '../../../src/core/language-judge.ts';
import { type SecondQuestion, SecondStageError } from '../../../src/core/second-stage.ts';
import {
  createLanguageSecondJudge,
  guardSecondJudge,
  routeSecondJudges,
} from '../../../src/scan/second-stage.ts';
import { type FakeSecondJudge, fakeSecondJudge } from '../../support/second-judge.ts';

let fake: FakeSecondJudge;
let nowMs = 0;
let model = 'one';
const notes: string[] = [];
beforeEach(() => {
  fake = fakeSecondJudge();
  nowMs = 1;
  model = 'one';
  notes.length = 0;
});
const guarded = () =>
  guardSecondJudge(fake.stage.judge, {
    modelOf: () => model,
    breaker: { failuresInRow: 2, callsMin: 20, windowMs: 10_000, probeMs: 5_000 },
    now: () => nowMs,
    secret: 'for this test',
    onFault: (note) => notes.push(note),
  });
const question = (text: string): SecondQuestion => ({ detector: 'injection', side: 'prompt', text });
const faultOf = (asked: Promise<boolean>): Promise<unknown> =>
  asked.catch((cause: unknown) => (cause instanceof SecondStageError ? cause.fault : cause));

describe('a guarded judge', () => {
  it('is asked once an hour about a text, by model and detector', async () => {
    const judge = guarded();
    fake.answer = ({ text }) => text === 'bad';
    for (const text of ['bad', 'good', 'bad', 'good']) {
      expect(await judge.ask(question(text), 100)).toBe(text === 'bad');
    }
    expect(fake.asked).toHaveLength(2);
    model = 'two';
    await judge.ask(question('bad'), 100);
    await judge.ask({ ...question('bad'), detector: 'toxic_content' }, 100);
    expect(fake.asked).toHaveLength(4);
    nowMs += 3_600_001;
    await judge.ask(question('bad'), 100);
    expect(fake.asked).toHaveLength(5);
  });

  it('that fails is asked again about the same text, then left alone for a while', async () => {
    const judge = guarded();
    fake.answer = () => Promise.reject(new SecondStageError('timeout'));
    expect(await faultOf(judge.ask(question('x'), 100))).toBe('timeout');
    expect(await faultOf(judge.ask(question('x'), 100))).toBe('timeout');
    expect(await faultOf(judge.ask(question('x'), 100))).toBe('unreachable');
    expect(fake.asked).toHaveLength(2);
    fake.answer = () => true;
    nowMs += 5_001;
    expect(await judge.ask(question('x'), 100)).toBe(true);
    expect(notes).toEqual(['second stage of injection: timeout', 'second stage of injection: timeout']);
  });

  it('that is asked too much is not taken for broken', async () => {
    const judge = guarded();
    fake.answer = () => Promise.reject(new SecondStageError('busy'));
    for (let i = 0; i < 5; i++) expect(await faultOf(judge.ask(question('x'), 100))).toBe('busy');
  });
});

describe('a language model as a judge', () => {
  const asked: string[] = [];
  const language: LanguageJudge = {
    ask: async ({ rule, text }) => {
      asked.push(rule);
      if (text === 'slow') throw new LanguageJudgeError('timeout');
      return text === 'bad';
    },
  };

  it('is asked by a rule of each detector', async () => {
    const judge = createLanguageSecondJudge(language);
    expect(await judge.ask(question('bad'), 100)).toBe(true);
    expect(await judge.ask({ ...question('fine'), detector: 'toxic_content' }, 100)).toBe(false);
    expect(asked[0]).toContain('instructions');
    expect(asked[1]).toContain('hateful');
    expect(await faultOf(judge.ask(question('slow'), 100))).toBe('timeout');
  });

  it('is the judge of those detectors alone that name it', async () => {
    const rule = { judge: 'llm', band: [0, 1] } as const;
    const settings = { ...fake.stage.settings, detectors: { injection: rule } };
    const judge = routeSecondJudges(settings, { llm: createLanguageSecondJudge(language) });
    expect(await judge.ask(question('bad'), 100)).toBe(true);
    expect(await faultOf(judge.ask({ ...question('bad'), detector: 'toxic_content' }, 100))).toBe(
      'unreachable',
    );
  });
});
