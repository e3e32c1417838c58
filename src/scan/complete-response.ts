/**
 * Completes the engine's judgement to an answer of the scan API: ids, profile, times (contract §1.3, §1.6).
 */
import type { ProfileSnapshot } from '../core/policy.ts';
import type { Judgement, ScanRequest, ScanResponse } from '../core/scan-wire.ts';

export interface CompletionFacts {
  readonly request: Pick<ScanRequest, 'tr_id' | 'session_id' | 'transaction_id'>;
  readonly profile: Pick<ProfileSnapshot, 'id' | 'name'>;
  /** Makes UUIDs of version 4, lower case. */
  readonly newUuid: () => string;
  /** Unix milliseconds when the scan began and when it was over. */
  readonly startedMs: number;
  readonly completedMs: number;
}

export interface CorrelationIds {
  readonly transaction_id: string;
  readonly session_id: string;
  readonly tr_id: string;
}

/**
 * The ids of an answer, by the live rules of contract §1.6: `tr_id` is the legacy mirror of `session_id`
 * and never feeds `transaction_id`; what was not sent is made up as `pan_<uuid>`.
 */
export function correlate(request: CompletionFacts['request'], newUuid: () => string): CorrelationIds {
  const session = request.session_id || request.tr_id || `pan_${newUuid()}`;
  return {
    transaction_id: request.transaction_id || `pan_${newUuid()}`,
    session_id: session,
    tr_id: session,
  };
}

/** A whole answer; it never holds a null. */
export function completeResponse(judgement: Judgement, facts: CompletionFacts): ScanResponse {
  const scanId = facts.newUuid();
  return {
    source: 'AI-Runtime-API',
    scan_id: scanId,
    report_id: `R${scanId}`,
    ...correlate(facts.request, facts.newUuid),
    profile_id: facts.profile.id,
    profile_name: facts.profile.name,
    ...judgement,
    created_at: new Date(facts.startedMs).toISOString(),
    completed_at: new Date(facts.completedMs).toISOString(),
  };
}
