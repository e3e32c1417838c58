/** Runs the golden hits and near-misses of every detector, and shows that every detector has both. */
import { describe, expect, it } from 'vitest';
import { readModels } from '../../../src/compose-models.ts';
import { compile } from '../../../src/engine/compile.ts';
import { DETECTORS } from '../../../src/engine/detectors/index.ts';
import { makeProfile, STILL } from '../../unit/engine/profile.ts';
import { type GoldenCase, readCases } from './cases.ts';

const FEED = ['evil-feed.example', 'https://files.example/drop'];

const TOPICS = [
  {
    name: 'Competitor prices',
    description: 'Prices of other shops',
    examples: ['What does the other shop charge?', 'How much is it at your competitor?'],
    action: 'block',
  },
] as const;

const TOOLS = { ...STILL, models: readModels() };

const ALL = {
  injection: 'block',
  agent: 'block',
  url_cats: 'block',
  dlp: { secrets: 'block', personal: 'mask' },
  toxic_content: 'block',
  malicious_code: 'block',
  db_security: 'block',
  topic_violation: 'block',
  ungrounded: 'block',
  source_code: 'block',
} as const;

const policyOf = (flag: string) => {
  const detectors = DETECTORS.filter((detector) => detector.flag === flag);
  return compile(makeProfile({ prompt: ALL, response: ALL, urlFeed: FEED, topics: TOPICS }), TOOLS, { detectors });
};
/** A detector that does not look at prompts is shown answers. */
const fieldOf = (flag: string): 'prompt' | 'response' =>
  DETECTORS.some((detector) => detector.flag === flag && detector.surfaces.includes('prompt'))
    ? 'prompt'
    : 'response';

describe.each(DETECTORS.map((detector) => detector.flag))('%s', (flag) => {
  const policy = policyOf(flag);
  const scan = async ({ text, context }: GoldenCase) => {
    const grounds = context === undefined ? {} : { context };
    const { judgement, findings } = await policy.scan({ contents: [{ [fieldOf(flag)]: text, ...grounds }] });
    const fired = findings.filter((finding) => finding.action !== 'off');
    return { judgement, categories: fired.map((finding) => finding.category) };
  };

  it.each(readCases(flag, 'hits'))('finds: $name', async (given) => {
    const { judgement, categories } = await scan(given);
    expect(categories).toEqual(expect.arrayContaining([...(given.categories ?? [])]));
    expect(judgement.error).toBe(false);
    expect(judgement.category).toBe('malicious');
    if (given.masked !== undefined) expect(judgement.prompt_masked_data?.data).toBe(given.masked);
  });

  it.each(readCases(flag, 'near-misses'))('passes: $name', async (given) => {
    const { judgement, categories } = await scan(given);
    expect(categories.filter((c) => given.not === undefined || given.not.includes(c))).toEqual([]);
    expect(judgement.error).toBe(false);
  });
});
