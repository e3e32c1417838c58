/** No pattern of a person stalls the gateway or is passed over, whatever the text (THREATS P1, P2, P3). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy, ProfileSnapshot } from '../../../src/core/policy.ts';
import { compile } from '../../../src/engine/compile.ts';
import { probePatterns } from '../../../src/engine/scanners/probe-patterns.ts';
import { createIsolatedRegex } from '../../../src/workers/isolated-regex.ts';
import { createLargeTexts } from '../../../src/workers/large-texts.ts';
import { makeProfile, makeScanner } from '../engine/profile.ts';
import { EVIL_CASES } from './evil-patterns.ts';

const CHARS = 2_000_000;
const REGEX_MS = 100;
const TICK_MS = 10;
/** 50 ms on a quiet machine; room for one where other programs hold the processor. */
const STALL_MS_MAX = 1_000;

const QUIET = {
  injection: 'off',
  agent: 'off',
  url_cats: 'off',
  dlp: { secrets: 'off', personal: 'off' },
  toxic_content: 'off',
  malicious_code: 'off',
} as const;
const isolatedRegex = createIsolatedRegex({ deadlineMs: REGEX_MS, threadsMax: 1 });
const tools = { now: () => performance.now(), isolatedRegex };
const large = createLargeTexts({
  largeTextChars: 65_536,
  threadsMax: 1,
  waitingMax: 4,
  thread: { holdbackChars: 256, regexDeadlineMs: REGEX_MS },
});

const profileOf = (pattern: string): ProfileSnapshot => ({
  ...makeProfile({ prompt: QUIET, scanners: [makeScanner({ name: 'evil', type: 'regex', pattern })] }),
  latency: { maxInlineMs: 60_000, onTimeout: 'block' },
  revision: pattern,
});
const overThreads = (policy: Policy): Policy | undefined =>
  large.over({ byName: () => policy, byId: () => policy }).byName('default');

describe('evil patterns over 2 MB', () => {
  let lastMs = 0;
  let stallMs = 0;
  let ticks: NodeJS.Timeout;
  const measure = (): void => {
    const nowMs = performance.now();
    stallMs = Math.max(stallMs, nowMs - lastMs - TICK_MS);
    lastMs = nowMs;
  };
  beforeAll(() => {
    lastMs = performance.now();
    ticks = setInterval(measure, TICK_MS);
  });
  afterAll(async () => {
    clearInterval(ticks);
    await Promise.all([large.close(), isolatedRegex.close()]);
  });

  it('are many, and no two the same', () => {
    expect(new Set(EVIL_CASES.map(({ pattern }) => pattern)).size).toBeGreaterThanOrEqual(60);
  });

  it.each(EVIL_CASES)(
    '$pattern is refused, found, or an error',
    async ({ pattern, unit, ending }) => {
      const profile = profileOf(pattern);
      const refusals = await probePatterns(profile, tools);
      const prompt = unit.repeat(Math.ceil(CHARS / unit.length)) + ending;
      measure();
      stallMs = 0;
      // Refused or not: what was stored by other means is judged all the same.
      const reply = await overThreads(compile(profile, tools))?.scan({ contents: [{ prompt }] });
      measure();
      expect(stallMs).toBeLessThan(STALL_MS_MAX);
      const found = reply?.findings.some((finding) => finding.detector === 'evil') ?? false;
      expect(found || reply?.judgement.error).toBe(true);
      expect(reply?.judgement.action).toBe('block');
      for (const refusal of refusals) expect(refusal.path).toBe('scanners[0].pattern');
    },
    60_000,
  );
});
