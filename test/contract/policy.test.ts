/** One suite over both ways to judge: on the main thread, and in a worker thread. The verdict is the same. */
import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type LanguageJudge, LanguageJudgeError } from '../../src/core/language-judge.ts';
import type { Policy, PolicyScanOptions, ProfileSnapshot } from '../../src/core/policy.ts';
import type { ScanContent } from '../../src/core/scan-wire.ts';
import { compile } from '../../src/engine/compile.ts';
import { createIsolatedRegex } from '../../src/workers/isolated-regex.ts';
import { createLargeTexts } from '../../src/workers/large-texts.ts';
import { readCases } from '../golden/detectors/cases.ts';
import { makeProfile, makeScanner } from '../unit/engine/profile.ts';

const isolatedRegex = createIsolatedRegex({ deadlineMs: 5_000, threadsMax: 1 });
const languageJudge: LanguageJudge = {
  ask: async ({ text }) => {
    if (text.includes('nobody knows')) throw new LanguageJudgeError('timeout');
    return text.includes('zebra');
  },
};
const tools = { now: () => performance.now(), isolatedRegex, languageJudge };
const HOLDBACK_CHARS = 64;
const large = createLargeTexts({
  largeTextChars: 0,
  threadsMax: 1,
  waitingMax: 1_000,
  thread: { holdbackChars: HOLDBACK_CHARS, regexDeadlineMs: 5_000 },
  languageJudge,
});
afterAll(() => Promise.all([large.close(), isolatedRegex.close()]));

const PROFILE: ProfileSnapshot = {
  ...makeProfile({
    prompt: { agent: 'block', toxic_content: 'block', malicious_code: 'block' },
    response: { db_security: 'block', toxic_content: 'block' },
    urlFeed: ['evil.example'],
    scanners: [
      makeScanner({ name: 'word', words: ['bluebird'], action: 'mask' }),
      makeScanner({ name: 'linear', type: 'regex', pattern: 'emp-\\d{3}', action: 'mask' }),
      makeScanner({ name: 'told', id: 's4', type: 'genai', input: 'about zebras', side: 'prompt' }),
      makeScanner({ name: 'apart', type: 'regex', pattern: '(\\w{4,}) \\1', action: 'alert' }),
    ],
  }),
  latency: { maxInlineMs: 60_000, onTimeout: 'block' },
};

const inline = (profile: ProfileSnapshot): Policy =>
  compile(profile, tools, { holdbackChars: HOLDBACK_CHARS });
const threaded = (profile: ProfileSnapshot): Policy => {
  const policy = inline(profile);
  const found = large.over({ byName: () => policy, byId: () => policy }).byName('default');
  if (found === undefined) throw new TypeError('the source lost its policy');
  return found;
};
const DETECTORS = readdirSync(new URL('../golden/detectors/', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const judge = (policy: Policy, content: ScanContent, options?: PolicyScanOptions) =>
  policy.scan({ contents: [content] }, options);

describe('a worker thread judges as the main thread does', () => {
  const [here, there] = [inline(PROFILE), threaded(PROFILE)];

  it.each(DETECTORS)('the golden texts of %s', async (detector) => {
    const cases = [...readCases(detector, 'hits'), ...readCases(detector, 'near-misses')];
    expect(cases.length).toBeGreaterThan(5);
    const texts = cases.flatMap(({ text }) => [{ prompt: text }, { response: text }]);
    const replies = await Promise.all(texts.map((content) => judge(there, content)));
    for (const [i, content] of texts.entries()) expect(replies[i]).toEqual(await judge(here, content));
  });

  it.each<[string, ScanContent, PolicyScanOptions | undefined]>([
    ['a mask', { prompt: '😀 the bluebird is emp-123' }, undefined],
    ['an isolated pattern', { prompt: 'word word' }, undefined],
    ['what a language model says', { prompt: 'the zebra' }, undefined],
    ['what it does not say in time', { prompt: 'nobody knows' }, undefined],
    [
      'a growing text',
      { response: 'the bluebird flies away, and no more is known of it yet' },
      { partial: true },
    ],
    ['a later window', { response: 'bluebird and emp-123 here' }, { partial: true, judgedTo: 10 }],
    ['exact strings', { prompt: 'text' }, { opaque: '4111111111111111' }],
    ['exact strings alone', {}, { opaque: 'the bluebird' }],
    ['a tool event', { tool_event: { output: 'see http://evil.example/x' } }, undefined],
    ['nothing', { prompt: '' }, undefined],
  ])('%s', async (_, content, options) => {
    expect(await judge(there, content, options)).toEqual(await judge(here, content, options));
  });

  it('a text of 2 MB with a card at its end', async () => {
    const content = { prompt: `${'All is well here. '.repeat(111_000)} pay with 4111 1111 1111 1111` };
    const [local, remote] = [await judge(here, content), await judge(there, content)];
    expect(remote).toEqual(local);
    expect(remote.judgement.prompt_masked_data?.data.endsWith('pay with XXXXXXXXXXXXXXXXXXX')).toBe(true);
  });

  it('by the revision that was asked, though another is known by then', async () => {
    const changed = (revision: string, word: string): Policy =>
      threaded({ ...PROFILE, revision, scanners: [makeScanner({ name: revision, words: [word] })] });
    const [one, two] = [changed('r1', 'heron'), changed('r2', 'stork')];
    const texts = ['a heron', 'a stork', 'a heron', 'a stork'].map((prompt) => ({ prompt }));
    const actions = await Promise.all(
      texts.flatMap((content) => [one, two].map(async (it) => (await judge(it, content)).judgement.action)),
    );
    const [yes, no] = ['block', 'allow'];
    expect(actions).toEqual([yes, no, no, yes, yes, no, no, yes]);
  });

  it('by more revisions than a thread keeps', async () => {
    const words = Array.from({ length: 70 }, (_, i) => `word${i}x`);
    const policies = words.map((word, i) =>
      threaded({ ...PROFILE, revision: `many-${i}`, scanners: [makeScanner({ name: 'w', words: [word] })] }),
    );
    for (const round of [0, 1]) {
      for (const [i, policy] of policies.entries()) {
        const { judgement } = await judge(policy, { prompt: `${round} ${words[i]}` });
        expect(judgement.action).toBe('block');
      }
    }
  });
});
