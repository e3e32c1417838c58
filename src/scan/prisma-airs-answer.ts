/**
 * Classifies what a remote scan service answered: an answer that can be acted on, or which failure (DESIGN
 * §6, §14).
 */
import { readJson } from '../core/json.ts';
import { type ScanRequest, type ScanResponse, scanResponseSchema } from '../core/scan-wire.ts';
import type { FailedReply } from './failure-policy.ts';
import type { HttpAnswer, HttpFault } from './prisma-airs-http.ts';
import { readRetryAfter } from './retry-after.ts';

export interface AnswerRules {
  readonly request: Pick<ScanRequest, 'tr_id' | 'session_id' | 'transaction_id'>;
  /** Accepts an `allow` although detectors of the service failed or ran out of time. */
  readonly trustPartial: boolean;
  /** Unix milliseconds. */
  readonly unixMs: number;
}

export type ReadAnswer = { readonly outcome: 'answered'; readonly response: ScanResponse } | FailedReply;

const JSON_LIMITS = { depthMax: 64, keysMax: 100_000 };
/** `application/json` in any letter case, with UTF-8 as the only charset. */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?;?$/i;
/** How services name a profile that they do not have (contract §1.9). */
const PROFILE_FAULT = /profile not found|profile required|invalid profile|no default ai profile/i;
const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** A failure in the words of the log. */
export function failed(
  failure: FailedReply['failure'],
  note: string,
  more: { readonly timeout?: boolean; readonly cause?: unknown; readonly retryAfterSeconds?: number } = {},
): FailedReply {
  return {
    outcome: 'failed',
    failure,
    reason: more.timeout === true ? 'timeout' : failure,
    note,
    ...(more.cause === undefined ? {} : { cause: more.cause }),
    ...(more.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: more.retryAfterSeconds }),
  };
}

/** Reads what one request to the service came to. */
export function readResult(result: HttpAnswer | HttpFault, rules: AnswerRules): ReadAnswer {
  return result.type === 'fault' ? readFault(result.cause) : readAnswer(result, rules);
}

function readFault(cause: Error): FailedReply {
  const code = codeOf(cause);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return failed('invalid', "the scan service's answer has too many headers", { cause });
  }
  if (TIMEOUT_CODES.has(code)) {
    const note = 'the scan service did not answer in time: check scan.endpoint and scan.timeoutMs';
    return failed('unavailable', note, { timeout: true, cause });
  }
  const note = `the scan service gave no answer (${code || cause.name}): check scan.endpoint`;
  return failed('unavailable', note, { cause });
}

/** The status decides before anything of the body does. */
function readAnswer(answer: HttpAnswer, rules: AnswerRules): ReadAnswer {
  const { status } = answer;
  if (status === 200) return readVerdict(answer, rules);
  const text = answer.body.toString('utf8');
  if (status === 401 || status === 403) {
    const note = `${status} from the scan service: check PANW_AI_SEC_API_KEY or its region`;
    return failed('misconfigured', note);
  }
  if (status === 429 || status >= 500) {
    const seconds = readRetryAfter(answer.headers['retry-after'], text, rules.unixMs);
    return failed('unavailable', `${status} from the scan service`, {
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    });
  }
  if (status >= 400 && PROFILE_FAULT.test(text)) {
    const note = `${status} from the scan service: it does not know the profile; check SALLYPORT_PROFILE`;
    return failed('misconfigured', note);
  }
  return failed('invalid', `${status} from the scan service: not an answer of the scan API`);
}

function readVerdict(answer: HttpAnswer, rules: AnswerRules): ReadAnswer {
  if (answer.end === 'too-large') {
    return failed('invalid', "the scan service's answer is over scan.answerBytes");
  }
  const type = answer.headers['content-type'];
  if (typeof type !== 'string' || !JSON_TYPE.test(type)) {
    return failed('invalid', "the scan service's answer is not application/json");
  }
  const coding = answer.headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') {
    return failed('invalid', "the scan service's answer is encoded although that was not asked for");
  }
  if (answer.end === 'cut') {
    const timeout = answer.cause !== undefined && TIMEOUT_CODES.has(codeOf(answer.cause));
    const note = "the scan service's answer did not come whole";
    return failed('unavailable', note, { timeout, cause: answer.cause });
  }
  const response = parse(answer.body);
  return response === undefined
    ? failed('invalid', "the scan service's answer is not a valid scan response")
    : judge(response, rules);
}

function parse(body: Buffer): ScanResponse | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    // Refuses what JSON.parse would settle silently: duplicate keys, lone surrogates, endless nesting.
    readJson(text, JSON_LIMITS);
    const parsed = scanResponseSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function judge(response: ScanResponse, rules: AnswerRules): ReadAnswer {
  if (!isOurs(response, rules.request))
    return failed('invalid', "the scan service answered another call's ids");
  if (response.action === 'block') return { outcome: 'answered', response };
  if (response.action !== 'allow') return failed('invalid', 'the scan service answered an unknown action');
  const rows = response.errors;
  const isPartial =
    response.timeout === true || response.error === true || (Array.isArray(rows) && rows.length > 0);
  if (isPartial && !rules.trustPartial) {
    const note = 'detectors of the scan service failed or ran out of time; scan.trustPartial accepts that';
    return failed('unavailable', note, { timeout: response.timeout === true });
  }
  return { outcome: 'answered', response };
}

/**
 * DESIGN §5: judged by `transaction_id`; where the answer has none, by `tr_id`, in which live services mirror
 * the session; where it has neither, it is taken by its connection.
 */
function isOurs(response: ScanResponse, sent: AnswerRules['request']): boolean {
  if (response.transaction_id != null) {
    return !sent.transaction_id || response.transaction_id === sent.transaction_id;
  }
  if (response.tr_id == null || (!sent.tr_id && !sent.session_id)) return true;
  return response.tr_id === sent.tr_id || response.tr_id === sent.session_id;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
