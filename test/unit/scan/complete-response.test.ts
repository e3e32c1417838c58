/** Answers of the scan API: ids, correlation by the live rules, times. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { completeResponse, correlate } from '../../../src/scan/complete-response.ts';
import { BENIGN } from '../../support/fake-policy.ts';

describe('correlate', () => {
  const made = /^pan_[0-9a-f-]{36}$/;
  it.each([
    [{}, made, made],
    [{ tr_id: 't' }, made, 't'],
    [{ session_id: 's' }, made, 's'],
    [{ transaction_id: 'x' }, 'x', made],
    [{ tr_id: 't', session_id: 's' }, made, 's'],
    [{ tr_id: 't', transaction_id: 'x' }, 'x', 't'],
    [{ session_id: 's', transaction_id: 'x' }, 'x', 's'],
    [{ tr_id: 't', session_id: 's', transaction_id: 'x' }, 'x', 's'],
    [{ tr_id: null, session_id: null, transaction_id: null }, made, made],
    [{ tr_id: '', session_id: '', transaction_id: '' }, made, made],
  ])('%j', (request, transaction, session) => {
    const ids = correlate(request, randomUUID);
    expect(ids.transaction_id).toEqual(
      typeof transaction === 'string' ? transaction : expect.stringMatching(transaction),
    );
    expect(ids.session_id).toEqual(typeof session === 'string' ? session : expect.stringMatching(session));
    expect(ids.tr_id).toBe(ids.session_id);
  });
});

describe('completeResponse', () => {
  it('adds ids, profile and times to the judgement', () => {
    const scanId = randomUUID();
    const response = completeResponse(BENIGN, {
      request: { tr_id: 't', transaction_id: 'x' },
      profile: { id: 'id-1', name: 'shop' },
      newUuid: () => scanId,
      startedMs: 0,
      completedMs: 1500,
    });
    expect(response).toEqual({
      ...BENIGN,
      source: 'AI-Runtime-API',
      scan_id: scanId,
      report_id: `R${scanId}`,
      transaction_id: 'x',
      session_id: 't',
      tr_id: 't',
      profile_id: 'id-1',
      profile_name: 'shop',
      created_at: '1970-01-01T00:00:00.000Z',
      completed_at: '1970-01-01T00:00:01.500Z',
    });
  });
});
