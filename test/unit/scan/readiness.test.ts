/** Readiness of a remote service: red while it is misconfigured, green again by a probe or by traffic. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScanCall, ScanFailureClass } from '../../../src/core/scan-service.ts';
import { type WatchedService, watchReadiness } from '../../../src/scan/readiness.ts';
import { type FakeScanService, fakeScanService } from '../../support/fake-scan-service.ts';

let failure: ScanFailureClass | undefined;
let notes: string[];
let service: FakeScanService;
let watched: WatchedService;

const callFor = (profile: string): ScanCall => ({
  side: 'prompt',
  partial: false,
  request: { ai_profile: { profile_name: profile }, contents: [{ prompt: 'hello' }] },
});

beforeEach(() => {
  vi.useFakeTimers();
  failure = undefined;
  notes = [];
  service = fakeScanService((call) => {
    if (failure === undefined || call.request.ai_profile?.profile_name === 'good') return undefined;
    return { outcome: 'failed', failure, reason: failure, note: `mend ${failure}` };
  });
  watched = watchReadiness({
    service,
    profile: 'default',
    newUuid: randomUUID,
    onMisconfigured: (note) => notes.push(note),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('readiness', () => {
  it.each(['unavailable', 'invalid'] as const)('stays green on %s', async (kind) => {
    failure = kind;
    await watched.service.scan(callFor('default'));
    expect(watched.reason()).toBeUndefined();
  });
  it('turns red by traffic, tells it once, and goes on trying', async () => {
    failure = 'misconfigured';
    await watched.service.scan(callFor('default'));
    await watched.service.scan(callFor('default'));
    expect([watched.reason(), notes]).toEqual(['mend misconfigured', ['mend misconfigured']]);
    expect(service.calls).toHaveLength(2);
  });
  it('turns green by traffic', async () => {
    failure = 'misconfigured';
    await watched.service.scan(callFor('default'));
    failure = undefined;
    await watched.service.scan(callFor('default'));
    expect(watched.reason()).toBeUndefined();
  });
  it('is not turned green by the traffic of another profile', async () => {
    failure = 'misconfigured';
    await watched.service.scan(callFor('default'));
    await watched.service.scan(callFor('good'));
    expect(watched.reason()).toBe('mend misconfigured');
  });
  it('is probed at the start and every 30 seconds while it is red', async () => {
    failure = 'misconfigured';
    const stop = watched.watch();
    await vi.advanceTimersByTimeAsync(0);
    expect(watched.reason()).toBe('mend misconfigured');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(service.calls).toHaveLength(2);
    failure = undefined;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(watched.reason()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(90_000);
    expect(service.calls).toHaveLength(3);
    stop();
  });
  it('probes nothing once it is stopped', async () => {
    failure = 'misconfigured';
    watched.watch()();
    await vi.advanceTimersByTimeAsync(90_000);
    expect(service.calls).toHaveLength(1);
  });
});
