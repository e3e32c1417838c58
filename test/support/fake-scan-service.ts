/** A scan service with two rules whose right answers are easy to know: `FORBIDDEN` blocks, six digits are masked. */
import type { ScanCall, ScanReply, ScanService } from '../../src/core/scan-service.ts';
import type { ScanContent } from '../../src/core/scan-wire.ts';

const DIGITS = /(?<![0-9])[0-9]{6}(?![0-9])/g;
const WORD = 'FORBIDDEN';

/** The text that a call asks about. */
export function judgedText(call: ScanCall): string {
  const last: ScanContent | undefined = call.request.contents.at(-1);
  return last?.response ?? last?.prompt ?? last?.tool_event?.output ?? '';
}

/** The whole text as the service would mask it. */
export function maskDigits(text: string): string {
  return text.replaceAll(DIGITS, (found) => 'X'.repeat(found.length));
}

const openFrom = (text: string): number => {
  const digits = /[0-9]+$/.exec(text)?.index ?? text.length;
  for (let size = Math.min(WORD.length, text.length); size > 0; size -= 1) {
    if (WORD.startsWith(text.slice(-size))) return Math.min(digits, text.length - size);
  }
  return digits;
};

export interface FakeScanService extends ScanService {
  readonly calls: ScanCall[];
}

/** @param answer replaces the answer of a call; undefined keeps the rule's */
export function fakeScanService(answer?: (call: ScanCall) => ScanReply | undefined): FakeScanService {
  const calls: ScanCall[] = [];
  return {
    calls,
    name: 'embedded',
    requestBytesMax: 2_000_000,
    overlapChars: 512,
    clearable: true,
    revisionOf: () => 'r1',
    scan: async (call) => {
      calls.push(call);
      return answer?.(call) ?? judge(call);
    },
  };
}

const judge = (call: ScanCall): ScanReply => {
  const text = judgedText(call);
  const masked = maskDigits(text);
  const blocked = text.includes(WORD) || (call.opaque ?? '').includes(WORD);
  const side = call.side === 'prompt' ? 'prompt' : 'response';
  return {
    outcome: 'answered',
    openFrom: call.partial ? openFrom(text) : text.length,
    revision: 'r1',
    response: {
      action: blocked ? 'block' : 'allow',
      category: blocked || masked !== text ? 'malicious' : 'benign',
      [`${side}_detected`]: { dlp: masked !== text, topic_violation: blocked },
      ...(masked === text ? {} : { [`${side}_masked_data`]: { data: masked, pattern_detections: [] } }),
    },
  };
};
