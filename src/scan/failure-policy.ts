/** The one failure policy: what a scan that could not be done means for the text it was asked about (DESIGN §6). */
import { type ErrorCode, GatewayError } from '../core/errors.ts';
import type { ScanFailureClass, ScanReply } from '../core/scan-service.ts';
import type { SideNote, VerdictClass } from '../core/verdict.ts';

export type FailedReply = Extract<ScanReply, { outcome: 'failed' }>;
export type OnUnavailable = 'block' | 'allow' | 'embedded';

export type FailureDecision =
  | { readonly kind: 'pass'; readonly note: SideNote }
  | {
      readonly kind: 'stop';
      readonly class: VerdictClass;
      readonly error: GatewayError;
      readonly note: SideNote;
    };

const CODES: Readonly<Record<ScanFailureClass, ErrorCode>> = {
  unavailable: 'scan_unavailable',
  invalid: 'scan_invalid',
  misconfigured: 'scan_misconfigured',
};
/** When the service names no time. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Only `unavailable` may pass, and only where the operator chose `allow`; then header and record say so.
 * `embedded` has already asked the engine by now: a failure that is left blocks.
 */
export function decideFailure(reply: FailedReply, onUnavailable: OnUnavailable): FailureDecision {
  const note: SideNote = { state: 'unscanned', reason: reply.reason };
  if (reply.failure === 'unavailable' && onUnavailable === 'allow') return { kind: 'pass', note };
  const retryAfter = String(Math.max(1, Math.ceil(reply.retryAfterSeconds ?? RETRY_AFTER_SECONDS)));
  const error = new GatewayError(CODES[reply.failure], {
    cause: reply.cause ?? reply.note,
    ...(reply.failure === 'unavailable' ? { headers: { 'retry-after': retryAfter } } : {}),
  });
  return { kind: 'stop', class: reply.failure, error, note };
}
