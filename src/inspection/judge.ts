/** Turns one scan reply into a decision: pass (plain, masked or unscanned) or stop (DESIGN §6). */
import { type ErrorCode, GatewayError } from '../core/errors.ts';
import type { Side, Unscannable } from '../core/part.ts';
import type { ScanReply } from '../core/scan-service.ts';
import type { ScanResponse } from '../core/scan-wire.ts';
import type { ScanTrace, SideNote, VerdictClass } from '../core/verdict.ts';
import { decideFailure } from '../scan/failure-policy.ts';
import type { ExchangeContext, InspectionSettings, ProfileRules } from './inspection.ts';

/** What a reply means for the text that was asked about. */
export type Decision =
  | {
      readonly kind: 'pass';
      /** The judged text with its masks, where there are any. */
      readonly masked?: string;
      /** There where the text passes although it was not scanned. */
      readonly unscanned?: SideNote;
      /** Nothing fired, failed or was masked: the text may count as cleared. */
      readonly plain: boolean;
      readonly openFrom: number;
    }
  | {
      readonly kind: 'stop';
      readonly class: VerdictClass;
      readonly error: GatewayError;
      readonly note: SideNote;
      readonly category?: string;
    };

export interface JudgeScope {
  /** The text speaks for the operator: injection and agent findings alone do not block it. */
  readonly trusted: boolean;
  readonly rules: ProfileRules;
  readonly settings: InspectionSettings;
  /** Length of the judged text. */
  readonly chars: number;
}

const LATE: SideNote = { state: 'unscanned', reason: 'timeout' };

/** Decides on one reply. Judges by `action` alone, never by `category`. */
export function decide(reply: ScanReply, scope: JudgeScope): Decision {
  if (reply.outcome === 'failed') {
    const failure = decideFailure(reply, scope.settings.onUnavailable);
    if (failure.kind === 'stop') return failure;
    return { kind: 'pass', unscanned: failure.note, plain: false, openFrom: scope.chars };
  }
  const { response } = reply;
  const detected = detectedFlags(response);
  const masked = maskedText(response);
  const pass = {
    kind: 'pass',
    plain:
      detected.length === 0 &&
      masked === undefined &&
      !response.error &&
      !response.timeout &&
      // What a second stage could not judge is judged again when it comes again.
      !reply.secondStage?.some(({ failed }) => failed > 0),
    openFrom: reply.openFrom,
    ...(masked === undefined ? {} : { masked }),
    // Our own engine's word for a text that had no time, and in which nothing was found till then.
    ...(response.timeout && response.category === 'timeout' ? { unscanned: LATE } : {}),
  } as const;
  if (response.action === 'allow') return pass;
  // What nobody looked for may be what blocks: then what was found does not excuse it.
  if (response.error || response.timeout) return stop('blocked', scope.settings, detected);
  if (scope.trusted && firesOnly(detected, ['injection', 'agent'])) return pass;
  if (scope.rules.maskOnBlock && masked !== undefined && firesOnly(detected, ['dlp'])) return pass;
  return stop('blocked', scope.settings, detected);
}

/** A block by policy; the category reaches the client only where the operator opted in. */
export function stop(
  code: ErrorCode,
  settings: InspectionSettings,
  detected: readonly string[],
): Extract<Decision, { kind: 'stop' }> {
  const category = settings.blockDetail === 'category' ? detected[0] : undefined;
  return {
    kind: 'stop',
    class: 'block',
    error: new GatewayError(code),
    note: { state: 'blocked' },
    ...(category === undefined ? {} : { category }),
  };
}

const firesOnly = (detected: readonly string[], flags: readonly string[]): boolean =>
  detected.length > 0 && detected.every((flag) => flags.includes(flag));

/** Names of the flags that are true on either side or in a tool event. */
export function detectedFlags(response: ScanResponse): readonly string[] {
  const flags = new Set<string>();
  const tool = fieldOf(fieldOf(response.tool_detected, 'summary'), 'detections');
  for (const group of [response.prompt_detected, response.response_detected, tool]) {
    for (const [flag, value] of Object.entries(typeof group === 'object' ? (group ?? {}) : {}))
      if (value === true) flags.add(flag);
  }
  return [...flags];
}

const maskedText = (response: ScanResponse): string | undefined => {
  const data = response.response_masked_data ?? response.prompt_masked_data;
  if (data) return data.data;
  for (const side of ['output_detected', 'input_detected']) {
    const entries = fieldOf(fieldOf(response.tool_detected, side), 'detection_entries');
    for (const entry of Array.isArray(entries) ? entries : []) {
      const masked = fieldOf(fieldOf(entry, 'masked_data'), 'data');
      if (typeof masked === 'string') return masked;
    }
  }
  return undefined;
};

/** A member of what may be anything: a remote service's answer is checked only where we act on it. */
const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

/** The local rules of an exchange: those of the policy that it began with. */
export const rulesOf = (context: ExchangeContext, settings: InspectionSettings): ProfileRules =>
  context.policy?.profile ?? settings.rulesOf(context.profile);

/**
 * What log and record keep of a reply.
 * @param text the judged text, where it is to be recorded; one that nobody judged is not
 */
export function traceReply(
  reply: ScanReply,
  side: Side,
  service: string,
  ms: number,
  text?: string,
): ScanTrace {
  if (reply.outcome === 'failed') {
    return { side, service, action: reply.failure, category: reply.reason, detected: [], ms };
  }
  const { response } = reply;
  const masked = maskedText(response);
  return {
    side,
    service,
    action: response.action,
    detected: detectedFlags(response),
    ms,
    ...(response.scan_id ? { scanId: response.scan_id } : {}),
    ...(response.category ? { category: response.category } : {}),
    ...(reply.revision === undefined ? {} : { revision: reply.revision }),
    ...(reply.fired === undefined ? {} : { fired: reply.fired }),
    ...(reply.secondStage === undefined ? {} : { secondStage: reply.secondStage }),
    ...(text === undefined ? {} : { judged: { text, ...(masked === undefined ? {} : { masked }) } }),
  };
}

/** An answer with content that cannot be scanned as text. */
export const unreadable = ({ place, what }: Unscannable): GatewayError =>
  new GatewayError('upstream_invalid', { detail: `${place} (${what}).` });
