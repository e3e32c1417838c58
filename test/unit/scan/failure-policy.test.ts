/** The failure policy: each kind of failure under each setting. */
import { describe, expect, it } from 'vitest';
import type { ScanFailureClass, ScanFailureReason } from '../../../src/core/scan-service.ts';
import { decideFailure, type FailedReply, type OnUnavailable } from '../../../src/scan/failure-policy.ts';

const failure = (
  kind: ScanFailureClass,
  reason: ScanFailureReason,
  more: Partial<FailedReply> = {},
): FailedReply => ({ outcome: 'failed', failure: kind, reason, note: 'why', ...more });

const SETTINGS: readonly OnUnavailable[] = ['block', 'allow', 'embedded'];

describe('decideFailure', () => {
  const kinds = [
    [failure('invalid', 'invalid'), 'scan_invalid', 502],
    [failure('misconfigured', 'misconfigured'), 'scan_misconfigured', 500],
  ] as const;
  for (const onUnavailable of SETTINGS) {
    it.each(kinds)(`always stops (${onUnavailable}): %j`, (reply, code, status) => {
      const decision = decideFailure(reply, onUnavailable);
      expect(decision).toMatchObject({
        kind: 'stop',
        class: reply.failure,
        error: { code, status },
        note: { state: 'unscanned', reason: reply.reason },
      });
      expect(decision.kind === 'stop' && decision.error.headers).toEqual({});
    });
  }

  it.each(['timeout', 'unavailable'] as const)(
    'an outage (%s) stops unless the operator allows it',
    (reason) => {
      for (const onUnavailable of ['block', 'embedded'] as const) {
        expect(decideFailure(failure('unavailable', reason), onUnavailable)).toMatchObject({
          kind: 'stop',
          class: 'unavailable',
          error: { code: 'scan_unavailable', status: 503, headers: { 'Retry-After': '5' } },
          note: { state: 'unscanned', reason },
        });
      }
      expect(decideFailure(failure('unavailable', reason), 'allow')).toEqual({
        kind: 'pass',
        note: { state: 'unscanned', reason },
      });
    },
  );

  it.each([
    [0, '1'],
    [0.2, '1'],
    [11, '11'],
    [61.5, '62'],
  ])('tells the service’s own time, in whole seconds and at least one: %d', (retryAfterSeconds, header) => {
    const decision = decideFailure(failure('unavailable', 'unavailable', { retryAfterSeconds }), 'block');
    expect(decision.kind === 'stop' && decision.error.headers['Retry-After']).toBe(header);
  });

  it('keeps the cause for the log and out of the message', () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.1');
    const decision = decideFailure(failure('unavailable', 'unavailable', { cause }), 'block');
    expect(decision.kind === 'stop' && decision.error.cause).toBe(cause);
    expect(decision.kind === 'stop' && decision.error.toPublic('tr').message).not.toContain('10.0.0.1');
  });
});
