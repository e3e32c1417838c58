/**
 * The failure policy: what a scan that gave no verdict means for the text that was asked about (DESIGN §6).
 */
import { type ErrorCode, GatewayError } from '../core/errors.ts';
import type { ScanFailureClass, ScanReply } from '../core/scan-service.ts';
import type { SideNote } from '../core/verdict.ts';

export type FailedReply = Extract<ScanReply, { outcome: 'failed' }>;

/** `embedded` means: the embedded engine was asked already, and failed as well. */
export type OnUnavailable = 'block' | 'allow' | 'embedded';

export type FailureDecision =
  /** The text goes on unscanned, and the header says so. */
  | { readonly kind: 'pass'; readonly note: SideNote }
  | {
      readonly kind: 'stop';
      readonly class: ScanFailureClass;
      readonly error: GatewayError;
      readonly note: SideNote;
    };

const CODES: Readonly<Record<ScanFailureClass, ErrorCode>> = {
  unavailable: 'scan_unavailable',
  invalid: 'scan_invalid',
  misconfigured: 'scan_misconfigured',
};

/** Told to clients where the service named no time: the breaker asks again after as long. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Decides on a failed scan. Only `unavailable` can be let through, and only where the operator said
 * `allow`: a service that answers wrongly, or that is set up wrongly, always blocks, and so does our own
 * engine where clients ask too much of it at once.
 * @returns `scan_unavailable` 503 with Retry-After, `scan_invalid` 502 or `scan_misconfigured` 500 on a stop
 */
export function decideFailure(reply: FailedReply, onUnavailable: OnUnavailable): FailureDecision {
  const note: SideNote = { state: 'unscanned', reason: reply.reason };
  if (reply.failure === 'unavailable' && onUnavailable === 'allow' && !reply.overload)
    return { kind: 'pass', note };
  const error = new GatewayError(CODES[reply.failure], {
    cause: reply.cause ?? new Error(reply.note),
    ...(reply.failure === 'unavailable' ? { headers: retryAfter(reply) } : {}),
  });
  return { kind: 'stop', class: reply.failure, error, note };
}

const retryAfter = (reply: FailedReply): Readonly<Record<string, string>> => ({
  'Retry-After': `${Math.max(1, Math.ceil(reply.retryAfterSeconds ?? RETRY_AFTER_SECONDS))}`,
});
