/** The embedded service: which profile judges, what a failing engine means. */
import { describe, expect, it } from 'vitest';
import type { ScanCall, ScanService } from '../../../src/core/scan-service.ts';
import type { ScanRequest } from '../../../src/core/scan-wire.ts';
import { createEmbeddedService } from '../../../src/scan/embedded.ts';
import { type FakePolicy, fakePolicy, sourceOf } from '../../support/fake-policy.ts';

const ONE = '0e3f9c70-6f3a-4d0b-9f43-2b8a7c55d901';
const TWO = '0e3f9c70-6f3a-4d0b-9f43-2b8a7c55d902';

const serviceOf = (...policies: readonly FakePolicy[]): ScanService =>
  createEmbeddedService({ policies: sourceOf(...policies), newUuid: () => ONE, unixMs: () => 0 });

const callFor = (profile: ScanRequest['ai_profile'], more: Partial<ScanCall> = {}): ScanCall => ({
  side: 'prompt',
  partial: false,
  request: { ai_profile: profile, contents: [{ prompt: 'hello' }] },
  ...more,
});

describe('the profile', () => {
  const one = fakePolicy(undefined, { name: 'one', id: ONE, revision: 'r-one' });
  const two = fakePolicy(undefined, { name: 'two', id: TWO, revision: 'r-two' });
  const service = serviceOf(one, two);

  it.each([
    [{ profile_name: 'one' }, 'r-one'],
    [{ profile_id: TWO }, 'r-two'],
    [{ profile_id: TWO, profile_name: 'one' }, 'r-two'],
    [{ profile_id: null, profile_name: 'one' }, 'r-one'],
  ])('%j', async (profile, revision) => {
    expect(await service.scan(callFor(profile))).toMatchObject({ outcome: 'answered', revision });
  });

  it.each([
    [{ profile_name: 'three' }, 'profile not found: three'],
    [{ profile_id: ONE.replace('9', '0'), profile_name: 'one' }, 'profile not found'],
    [{}, 'profile required'],
    [undefined, 'profile required'],
  ])('%j is misconfigured', async (profile, note) => {
    const reply = await service.scan(callFor(profile));
    expect(reply).toMatchObject({ failure: 'misconfigured', reason: 'misconfigured' });
    expect(reply.outcome === 'failed' && reply.note).toContain(note);
  });

  it('tells the revision that is part of a clearance', () => {
    expect([service.revisionOf('one'), service.revisionOf('three')]).toEqual(['r-one', '']);
  });
});

describe('a scan', () => {
  it('hands everything to the policy and its offset back', async () => {
    const policy = fakePolicy(() => ({ openFrom: 7 }));
    const call = callFor({ profile_name: 'default' }, { partial: true, opaque: 'sig', judgedTo: 3 });
    expect(await serviceOf(policy).scan(call)).toMatchObject({ openFrom: 7 });
    expect(policy.asked).toEqual([
      { request: call.request, options: { partial: true, opaque: 'sig', judgedTo: 3 } },
    ]);
  });
  it('that the engine fails is invalid, so that nothing lets it through', async () => {
    const cause = new Error('boom');
    const policy = fakePolicy(() => {
      throw cause;
    });
    expect(await serviceOf(policy).scan(callFor({ profile_name: 'default' }))).toMatchObject({
      failure: 'invalid',
      cause,
    });
  });
  it('is given up when the client has left', async () => {
    const policy = fakePolicy();
    const call = callFor({ profile_name: 'default' }, { signal: AbortSignal.abort() });
    expect(await serviceOf(policy).scan(call)).toMatchObject({ failure: 'invalid' });
    expect(policy.asked).toEqual([]);
  });
});
