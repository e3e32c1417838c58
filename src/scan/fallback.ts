/** Falls back to the embedded engine where the remote service is unavailable (`onUnavailable: embedded`). */
import type { ScanService } from '../core/scan-service.ts';

/**
 * The remote service, with the embedded engine behind it. Only `unavailable` is covered: an invalid answer
 * or a wrong configuration is no outage, and blocks.
 */
export function withFallback(remote: ScanService, embedded: ScanService): ScanService {
  return {
    name: remote.name,
    requestBytesMax: remote.requestBytesMax,
    overlapChars: Math.max(remote.overlapChars, embedded.overlapChars),
    clearable: remote.clearable && embedded.clearable,
    revisionOf: (profile, policy) => `${remote.revisionOf(profile)} ${embedded.revisionOf(profile, policy)}`,
    scan: async (call) => {
      const reply = await remote.scan(call);
      if (reply.outcome === 'answered' || reply.failure !== 'unavailable') return reply;
      return embedded.scan(call);
    },
  };
}
