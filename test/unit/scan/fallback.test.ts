/** The fallback to the embedded engine: an outage is covered, nothing else is. */
import { describe, expect, it } from 'vitest';
import type { ScanCall, ScanReply, ScanService } from '../../../src/core/scan-service.ts';
import { withFallback } from '../../../src/scan/fallback.ts';
import { fakeScanService } from '../../support/fake-scan-service.ts';

const CALL: ScanCall = { side: 'prompt', partial: false, request: { contents: [{ prompt: 'hello' }] } };
const failing = (failure: 'unavailable' | 'invalid' | 'misconfigured'): ScanService =>
  fakeScanService(() => ({ outcome: 'failed', failure, reason: failure, note: 'remote' }));

describe('withFallback', () => {
  it('asks the engine where the remote service is unavailable', async () => {
    const embedded = fakeScanService();
    expect(await withFallback(failing('unavailable'), embedded).scan(CALL)).toMatchObject({
      outcome: 'answered',
    });
    expect(embedded.calls).toEqual([CALL]);
  });
  it.each(['invalid', 'misconfigured'] as const)('never covers %s', async (failure) => {
    const embedded = fakeScanService();
    expect(await withFallback(failing(failure), embedded).scan(CALL)).toMatchObject({ failure });
    expect(embedded.calls).toEqual([]);
  });
  it('does not ask the engine where the remote service answers', async () => {
    const embedded = fakeScanService();
    await withFallback(fakeScanService(), embedded).scan(CALL);
    expect(embedded.calls).toEqual([]);
  });
  it('fails as the engine fails', async () => {
    const reply: ScanReply = await withFallback(failing('unavailable'), failing('misconfigured')).scan(CALL);
    expect(reply).toMatchObject({ failure: 'misconfigured' });
  });
  it('keeps nothing that either service forbids to keep', () => {
    const once = { ...fakeScanService(), clearable: false };
    expect(withFallback(once, fakeScanService()).clearable).toBe(false);
    expect(withFallback(fakeScanService(), once).clearable).toBe(false);
    expect(withFallback(fakeScanService(), fakeScanService()).clearable).toBe(true);
  });
  it('looks back as far as either service must, and changes its revision with either', () => {
    const other = { ...fakeScanService(), overlapChars: 9000, revisionOf: () => 'r2' };
    const both = withFallback(fakeScanService(), other);
    expect(both.overlapChars).toBe(9000);
    expect(withFallback(other, fakeScanService()).overlapChars).toBe(9000);
    expect(both.revisionOf('default')).toBe('r1 r2');
  });
});
