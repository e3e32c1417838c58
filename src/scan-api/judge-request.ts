/** Asks the scan service about one request within the profile's time; what nobody judged is told as such. */
import type { DetectorFinding, Policy } from '../core/policy.ts';
import type { ScanService } from '../core/scan-service.ts';
import type { ScanRequest, ScanResponse } from '../core/scan-wire.ts';
import type { SecondStageNote } from '../core/second-stage.ts';
import { unjudged } from '../core/unjudged.ts';
import { completeResponse } from '../scan/complete-response.ts';

export interface JudgeTools {
  readonly service: ScanService;
  /** Makes UUIDs of version 4, lower case. */
  readonly newUuid: () => string;
  /** Wall clock, Unix milliseconds. */
  readonly unixMs: () => number;
}

/** A whole answer with what was found; or `busy`: nothing was judged, and later it may be. */
export type JudgedRequest =
  | {
      readonly outcome: string;
      readonly response: ScanResponse;
      readonly findings: readonly DetectorFinding[];
      readonly secondStage: readonly SecondStageNote[];
    }
  | { readonly outcome: 'busy'; readonly retryAfterSeconds: number };

/** The engine minds its time itself: this is for what holds it up, as a queue of large texts. */
const GRACE_MS = 250;

/** Never rejects. A fault of ours is `error: true` and blocks; too late goes by the profile's `onTimeout`. */
export async function judgeRequest(
  request: ScanRequest,
  policy: Policy,
  tools: JudgeTools,
  signal?: AbortSignal,
): Promise<JudgedRequest> {
  const startedMs = tools.unixMs();
  const late = new AbortController();
  const stop = (): void => late.abort();
  signal?.addEventListener('abort', stop, { once: true });
  const side = request.contents.at(-1)?.response ? 'response' : 'prompt';
  const scanning = tools.service.scan({ request, side, partial: false, policy, signal: late.signal });
  const reply = await within(policy.profile.latency.maxInlineMs + GRACE_MS, scanning);
  stop();
  signal?.removeEventListener('abort', stop);
  if (reply?.outcome === 'answered') {
    const { response, findings = [], secondStage = [] } = reply;
    return { outcome: response.action, response, findings, secondStage };
  }
  if (reply?.overload === true) return { outcome: 'busy', retryAfterSeconds: reply.retryAfterSeconds ?? 1 };
  const status = reply === undefined ? 'timeout' : 'error';
  const judgement = unjudged(request.contents.at(-1) ?? {}, policy.profile, status);
  const facts = { request, profile: policy.profile, newUuid: tools.newUuid, startedMs };
  const response = completeResponse(judgement, { ...facts, completedMs: tools.unixMs() });
  return { outcome: reply?.failure ?? 'timeout', response, findings: [], secondStage: [] };
}

/** What was scanned in time; undefined: the time was over first. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
