/** A scan service for the tests of the data plane: blocks, masks and fails on words, at once and by the contract. */
import type { ScanCall, ScanReply, ScanService } from '../../src/core/scan-service.ts';
import type { ScanContent, ScanResponse } from '../../src/core/scan-wire.ts';

/** A text with this word is blocked. */
export const BLOCKED_WORD = 'FORBIDDEN';
/** A text with this word cannot be scanned. */
export const FAILING_WORD = 'SCANDOWN';
/** This number is masked. */
export const CARD = '4111 1111 1111 1111';
const HOLDBACK_CHARS = 24;

export interface WordScanService extends ScanService {
  readonly calls: readonly ScanCall[];
}

export function createWordScanService(): WordScanService {
  const calls: ScanCall[] = [];
  return {
    name: 'embedded',
    requestBytesMax: 2_000_000,
    overlapChars: 256,
    clearable: true,
    calls,
    revisionOf: () => 'r1',
    scan(call) {
      calls.push(call);
      return Promise.resolve(judge(call));
    },
  };
}

const textOf = (content: ScanContent | undefined): string =>
  content?.response ?? content?.prompt ?? content?.tool_event?.output ?? content?.tool_event?.input ?? '';

const judge = (call: ScanCall): ScanReply => {
  const text = textOf(call.request.contents.at(-1));
  const all = `${text}\n${call.opaque ?? ''}`;
  if (all.includes(FAILING_WORD)) {
    return {
      outcome: 'failed',
      failure: 'unavailable',
      reason: 'timeout',
      note: 'test',
      retryAfterSeconds: 7,
    };
  }
  const isBlocked = all.includes(BLOCKED_WORD);
  const masked = text.replaceAll(CARD, (found) => 'X'.repeat(found.length));
  const detected = { ...(isBlocked ? { injection: true } : {}), ...(masked === text ? {} : { dlp: true }) };
  const response: ScanResponse = {
    action: isBlocked ? 'block' : 'allow',
    category: isBlocked || masked !== text ? 'malicious' : 'benign',
    scan_id: 'scan-1',
    report_id: 'Rscan-1',
    transaction_id: call.request.transaction_id ?? undefined,
    [`${call.side}_detected`]: detected,
    ...(masked === text ? {} : { [`${call.side}_masked_data`]: { data: masked, pattern_detections: [] } }),
  };
  const openFrom = call.partial ? Math.max(0, text.length - HOLDBACK_CHARS) : text.length;
  return { outcome: 'answered', response, openFrom, revision: 'r1' };
};
