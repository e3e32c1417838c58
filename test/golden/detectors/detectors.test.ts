/** Runs the golden hits and near-misses of every detector, and shows that every detector has both. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/engine/compile.ts';
import { DETECTORS } from '../../../src/engine/detectors/index.ts';
import { makeProfile, STILL } from '../../unit/engine/profile.ts';
import { readCases } from './cases.ts';

const FEED = ['evil-feed.example', 'https://files.example/drop'];

const policyOf = (flag: string) => {
  const detectors = DETECTORS.filter((detector) => detector.flag === flag);
  return compile(makeProfile({ urlFeed: FEED }), STILL, { detectors });
};

describe.each(DETECTORS.map((detector) => detector.flag))('%s', (flag) => {
  const policy = policyOf(flag);
  const scan = async (prompt: string) => policy.scan({ contents: [{ prompt }] });

  it.each(readCases(flag, 'hits'))('finds: $name', async ({ text, categories, masked }) => {
    const { judgement, findings } = await scan(text);
    expect(findings.map((finding) => finding.category)).toEqual(expect.arrayContaining([...(categories ?? [])]));
    expect(judgement.error).toBe(false);
    expect(judgement.category).toBe('malicious');
    if (masked !== undefined) expect(judgement.prompt_masked_data?.data).toBe(masked);
  });

  it.each(readCases(flag, 'near-misses'))('passes: $name', async ({ text, not }) => {
    const { judgement, findings } = await scan(text);
    const wrong = findings.map((finding) => finding.category).filter((c) => not === undefined || not.includes(c));
    expect(wrong).toEqual([]);
    expect(judgement.error).toBe(false);
  });
});
