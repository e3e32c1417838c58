/** Which texts go to a thread, and what becomes of those that no thread could judge: never an allow. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  EngineBusyError,
  type Policy,
  type PolicyResult,
  type ProfileSnapshot,
} from '../../../src/core/policy.ts';
import type { ScanCall, ScanService } from '../../../src/core/scan-service.ts';
import { compile } from '../../../src/engine/compile.ts';
import { decide } from '../../../src/inspection/judge.ts';
import { createEmbeddedService } from '../../../src/scan/embedded.ts';
import { decideFailure } from '../../../src/scan/failure-policy.ts';
import {
  createLargeTexts,
  judgedChars,
  type LargeTextOptions,
  type LargeTexts,
} from '../../../src/workers/large-texts.ts';
import { SETTINGS } from '../../support/guard-run.ts';
import { makeProfile, makeScanner } from '../engine/profile.ts';

const made: LargeTexts[] = [];
afterEach(() => Promise.all(made.splice(0).map((large) => large.close())));

/** A policy that tells whether it was asked on this thread. */
function watched(changes: Parameters<typeof makeProfile>[0] = {}, maxInlineMs = 30_000) {
  const profile = { ...makeProfile(changes), latency: { maxInlineMs, onTimeout: 'allow' as const } };
  const policy = compile(profile, { now: () => 0 });
  let here = 0;
  const counting: Policy = {
    profile,
    scan: (request, options): Promise<PolicyResult> => {
      here += 1;
      return policy.scan(request, options);
    },
  };
  return { counting, here: () => here };
}
function over(
  policy: Policy,
  largeTextChars = 100,
  waitingMax = 8,
  more: Pick<LargeTextOptions, 'overrunMs' | 'languageJudge'> = {},
) {
  const thread = { holdbackChars: 256, regexDeadlineMs: 100 };
  const large = createLargeTexts({ largeTextChars, threadsMax: 1, waitingMax, thread, ...more });
  made.push(large);
  const source = large.over({ byName: () => policy, byId: () => policy });
  const service = createEmbeddedService({ policies: source, newUuid: () => 'id', unixMs: () => 0 });
  return { large, source, service };
}
const callOf = (prompt: string, signal?: AbortSignal): ScanCall => ({
  request: { contents: [{ prompt }], ai_profile: { profile_name: 'default' } },
  side: 'prompt',
  partial: false,
  ...(signal === undefined ? {} : { signal }),
});

describe('a text', () => {
  it.each([
    [100, {}, 1],
    [101, {}, 0],
    [51, { scanners: Array.from({ length: 8 }, (_, i) => regexNamed(i)) }, 0],
    [50, { scanners: Array.from({ length: 8 }, (_, i) => regexNamed(i)) }, 1],
  ])('of %d characters is judged here or in a thread', async (chars, changes, here) => {
    const policy = watched(changes);
    const reply = await over(policy.counting).service.scan(callOf('x'.repeat(chars)));
    expect(reply).toMatchObject({ outcome: 'answered', response: { action: 'allow' } });
    expect(policy.here()).toBe(here);
  });

  it('counts with all that is judged of it', () => {
    const contents = [
      { prompt: 'earlier' },
      { prompt: 'ab', code_prompt: 'c', response: null, tool_event: { input: 'de', output: 'f' } },
    ];
    expect(judgedChars({ contents }, 'gh')).toBe(8);
  });
});

describe('a thread that does not come back in time', () => {
  /** A scanner in natural language whose language model never answers. */
  function stuck(latency: Partial<ProfileSnapshot['latency']>, forced = false) {
    const scanner = makeScanner({ name: 'endless', type: 'genai', input: 'anything', words: [] });
    const changed = { ...scanner, ...(forced ? { forced: true as const } : {}) };
    const profile = makeProfile({
      scanners: [changed],
      latency: { maxInlineMs: 10, onTimeout: 'block', ...latency },
    });
    const policy = compile(profile, { now: () => 0 });
    return over(policy, 100, 8, { overrunMs: 0, languageJudge: { ask: () => new Promise(() => undefined) } });
  }
  const ask = (service: ScanService) => service.scan(callOf('x'.repeat(1_000)));

  it.each([
    ['block', false, 'block'],
    ['allow', false, 'allow'],
    ['allow', true, 'block'],
  ] as const)(
    'goes by the action for time-outs: %s, forced scanner %s',
    async (onTimeout, forced, action) => {
      const reply = await ask(stuck({ onTimeout }, forced).service);
      const errors = expect.arrayContaining([
        { content_type: 'prompt', feature: 'injection', status: 'timeout' },
      ]);
      expect(reply).toMatchObject({
        outcome: 'answered',
        openFrom: 1_000,
        response: { action, category: 'timeout', timeout: true, error: false, errors, prompt_detected: {} },
      });
    },
  );

  it('is told of a prompt that goes on as one that was not scanned', async () => {
    const reply = await ask(stuck({ onTimeout: 'allow' }).service);
    const rules = { trustedRoles: [], maskOnBlock: false };
    expect(decide(reply, { trusted: false, rules, settings: SETTINGS, chars: 1_000 })).toMatchObject({
      kind: 'pass',
      plain: false,
      unscanned: { state: 'unscanned', reason: 'timeout' },
    });
  });

  it('lets nothing new of a growing text go, and tells which rules did not look', async () => {
    // A window of half a million characters takes longer than the one millisecond that it has.
    const policy = stuck({ onTimeout: 'allow', maxInlineMs: 1 }).source.byName('default');
    const request = { contents: [{ prompt: 'The ferry leaves at nine. '.repeat(20_000) }] };
    const result = await policy?.scan(request, { partial: true, judgedTo: 40 });
    expect(result).toMatchObject({ openFrom: 40 });
    expect(result?.faults).toContainEqual({ detector: 'injection', status: 'timeout' });
    expect(result?.faults).toContainEqual({ detector: 'endless', status: 'timeout' });
  });
});

function regexNamed(i: number) {
  return makeScanner({ name: `r${i}`, type: 'regex', pattern: `emp-${i}` });
}

describe('a thread that gives no answer', () => {
  it('fails the scan where it ended', async () => {
    const { large, service } = over(watched().counting);
    const reply = service.scan(callOf('x'.repeat(1_000)));
    await large.close();
    expect(await reply).toMatchObject({ outcome: 'failed', failure: 'invalid' });
  });

  it('fails the scan where the profile is one that it cannot compile', async () => {
    const policy = watched();
    const broken: Policy = {
      ...policy.counting,
      profile: { ...policy.counting.profile, scanners: [makeScanner({ name: 'none', words: [] })] },
    };
    const { service } = over(broken);
    for (const _ of [1, 2]) {
      expect(await service.scan(callOf('x'.repeat(1_000)))).toMatchObject({ failure: 'invalid' });
    }
  });

  it('refuses more than may wait with a 503, whatever the operator lets through', async () => {
    const { service } = over(watched().counting, 100, 1);
    const scans = ['a', 'b', 'c', 'd'].map((unit) => service.scan(callOf(unit.repeat(1_000))));
    const replies = await Promise.all(scans);
    const failed = replies.filter((reply) => reply.outcome === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(replies.some((reply) => reply.outcome === 'answered')).toBe(true);
    for (const reply of failed) {
      expect(reply).toMatchObject({ failure: 'unavailable', overload: true });
      const decision = decideFailure(reply, 'allow');
      expect(decision).toMatchObject({
        kind: 'stop',
        error: { status: 503, headers: { 'Retry-After': '1' } },
      });
    }
  });

  it('tells the caller of the policy that too much is asked', async () => {
    const { source } = over(watched().counting, 100, 1);
    const policy = source.byName('default');
    const ask = () => policy?.scan({ contents: [{ prompt: 'x'.repeat(1_000) }] });
    const results = await Promise.allSettled([ask(), ask(), ask()]);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(reasons[0]).toBeInstanceOf(EngineBusyError);
  });

  it('gives a client that left no verdict, and its place to the next', async () => {
    const { service } = over(watched().counting, 100, 1);
    const leaver = new AbortController();
    const first = service.scan(callOf('x'.repeat(1_000)));
    const left = service.scan(callOf('y'.repeat(1_000), leaver.signal));
    leaver.abort();
    expect(await left).toMatchObject({ outcome: 'failed', failure: 'invalid' });
    expect(await service.scan(callOf('z'.repeat(1_000)))).toMatchObject({ outcome: 'answered' });
    expect(await first).toMatchObject({ outcome: 'answered' });
  });
});
