/**
 * The remote scan service: Prisma AIRS, or whatever else speaks its scan API, under one deadline (DESIGN
 * §5, §14).
 */
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScanCall, ScanReply, ScanService } from '../core/scan-service.ts';
import { BREAKER, Breaker, type BreakerOptions } from './breaker.ts';
import type { FailedReply } from './failure-policy.ts';
import { failed, readResult } from './prisma-airs-answer.ts';
import { createHttp, type Http, type HttpAnswer, type HttpFault } from './prisma-airs-http.ts';
import { type PlannedRequest, planRequests, withoutTail } from './prisma-airs-text.ts';
import { readRetryAfter } from './retry-after.ts';
import { RETRY_BUDGET, RetryBudget } from './retry-budget.ts';

export interface PrismaAirsOptions {
  /** Base URL, without `/v1`; a path of it is kept. */
  readonly endpoint: URL;
  /** Sent as `x-pan-token`, and keys the `x-payload-hash`. */
  readonly key?: string;
  /** Sent as bearer. */
  readonly token?: string;
  /** For the whole call, its retry included. */
  readonly timeoutMs: number;
  /** Most bytes of an answer; more is aborted and invalid. */
  readonly answerBytesMax: number;
  /** Most bytes of a request's judged text, JSON-encoded. */
  readonly requestBytesMax: number;
  /** How far back an incomplete match may reach in a growing text. */
  readonly holdbackChars: number;
  /** Accepts an `allow` although detectors of the service failed or ran out of time. */
  readonly trustPartial: boolean;
  /** Allow-verdicts may be kept, although the policy there can change unseen. */
  readonly once: boolean;
  readonly breaker?: BreakerOptions;
  readonly connectionsMax?: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface PrismaAirsService extends ScanService {
  /** Ends the connections. */
  close(): Promise<void>;
}

const OVERLAP_CHARS = 1024;
const CONNECTIONS_MAX = 64;
const CONNECT_MS_MAX = 3000;

export function createPrismaAirsService(options: PrismaAirsOptions): PrismaAirsService {
  const remote = new Remote(options);
  return {
    name: 'prisma-airs',
    requestBytesMax: options.requestBytesMax,
    overlapChars: OVERLAP_CHARS,
    clearable: options.once,
    revisionOf: () => 'remote',
    scan: (call) => remote.scan(call),
    close: () => remote.close(),
  };
}

/** Why a call ends before its answer. */
interface Limits {
  readonly signal: AbortSignal;
  readonly endsMs: number;
}

class Remote {
  readonly #options: PrismaAirsOptions;
  readonly #http: Http;
  readonly #path: string;
  readonly #breaker: Breaker;
  readonly #budget = new RetryBudget(RETRY_BUDGET);

  constructor(options: PrismaAirsOptions) {
    this.#options = options;
    this.#path = `${options.endpoint.pathname.replace(/\/+$/, '')}/v1/scan/sync/request`;
    this.#breaker = new Breaker(options.breaker ?? BREAKER);
    this.#http = createHttp({
      origin: options.endpoint.origin,
      connections: options.connectionsMax ?? CONNECTIONS_MAX,
      connectMs: Math.min(options.timeoutMs, CONNECT_MS_MAX),
    });
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async scan(call: ScanCall): Promise<ScanReply> {
    if (call.signal?.aborted) return GIVEN_UP;
    const { now, timeoutMs } = this.#options;
    const permit = this.#breaker.ask(now());
    if ('waitMs' in permit) {
      const note = 'the scan service keeps failing and is not asked for now';
      return failed('unavailable', note, { retryAfterSeconds: Math.ceil(permit.waitMs / 1000) });
    }
    const ending = new AbortController();
    const leave = (): void => ending.abort();
    const timer = setTimeout(() => ending.abort(new DeadlineError('the deadline is over')), timeoutMs);
    call.signal?.addEventListener('abort', leave, { once: true });
    const limits = { signal: ending.signal, endsMs: now() + timeoutMs };
    let isDown = false;
    try {
      const plans = planRequests(call, this.#options.requestBytesMax);
      const replies = await Promise.all(
        plans.map(async (plan) => {
          const result = await this.#ask(plan, limits);
          isDown ||= showsOutage(result);
          return this.#read(result, plan, call);
        }),
      );
      if (call.signal?.aborted) return GIVEN_UP;
      return worstOf(replies);
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', leave);
      const outcome = call.signal?.aborted ? 'given-up' : isDown ? 'failed' : 'answered';
      this.#breaker.report(permit, outcome, now());
    }
  }

  /** One attempt, and one more where the first cannot have counted or the service asked for it. */
  async #ask(plan: PlannedRequest, limits: Limits): Promise<HttpAnswer | HttpFault> {
    const { now, answerBytesMax } = this.#options;
    const body = Buffer.from(JSON.stringify(plan.request));
    const call = {
      path: this.#path,
      headers: this.#headers(body),
      body,
      answerBytesMax,
      signal: limits.signal,
    };
    this.#budget.countCall(now());
    const first = await this.#http.post(call);
    const waitMs = retryWaitMs(first);
    // What is left must be enough for the wait and as much again for the answer.
    if (waitMs === undefined || limits.signal.aborted || now() + 2 * waitMs >= limits.endsMs) return first;
    if (!this.#budget.take(now())) return first;
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: limits.signal }).catch(() => undefined);
    return limits.signal.aborted ? first : this.#http.post(call);
  }

  #headers(body: Buffer): Readonly<Record<string, string>> {
    const { key, token } = this.#options;
    return {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'sallyport',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'x-pan-token': key, 'x-payload-hash': payloadHash(key, body) }),
    };
  }

  #read(result: HttpAnswer | HttpFault, plan: PlannedRequest, call: ScanCall): ScanReply {
    const { trustPartial, holdbackChars } = this.#options;
    const read = readResult(result, { request: plan.request, trustPartial, unixMs: Date.now() });
    if (read.outcome === 'failed') return read;
    const { text } = plan;
    return {
      outcome: 'answered',
      response: withoutTail(read.response, plan, call.side),
      openFrom: call.partial ? finalUpTo(text, holdbackChars) : text.length,
    };
  }
}

/** The end of a call's time; the code is that of the system's own. */
class DeadlineError extends Error {
  readonly code = 'ETIMEDOUT';
}

/** HMAC-SHA256 of the body's bytes under the key, in hex, as the official clients send it (contract §3.1). */
const payloadHash = (key: string, body: Buffer): string =>
  createHmac('sha256', key).update(body).digest('hex');

/** How long to wait before a second attempt; undefined: there is none. */
function retryWaitMs(result: HttpAnswer | HttpFault): number | undefined {
  if (result.type === 'fault') return result.untouched ? 0 : undefined;
  if (result.status !== 503) return undefined;
  return (readRetryAfter(result.headers['retry-after'], '', Date.now()) ?? 0) * 1000;
}

/**
 * What the breaker counts: the service could not be reached or refused to work. Wrong answers do not count:
 * an open breaker is `unavailable`, which may be let through, and they never may.
 */
const showsOutage = (result: HttpAnswer | HttpFault): boolean =>
  result.type === 'fault' || result.status === 429 || result.status >= 500 || isCutVerdict(result);

const isCutVerdict = (answer: HttpAnswer): boolean => answer.status === 200 && answer.end === 'cut';

/** Never within a character: half of one is no text. */
function finalUpTo(text: string, holdbackChars: number): number {
  const to = Math.max(0, text.length - holdbackChars);
  const unit = text.charCodeAt(to);
  return to > 0 && unit >= 0xdc00 && unit <= 0xdfff ? to - 1 : to;
}

const SEVERITY = ['misconfigured', 'invalid', 'unavailable'];

/**
 * All requests of a call must allow: a block decides, then the gravest failure; else the text's own reply.
 */
function worstOf(replies: readonly ScanReply[]): ScanReply {
  let worst: ScanReply | undefined;
  let grade = SEVERITY.length;
  for (const reply of replies) {
    if (reply.outcome === 'answered') {
      if (reply.response.action === 'block') return reply;
    } else if (SEVERITY.indexOf(reply.failure) < grade) {
      worst = reply;
      grade = SEVERITY.indexOf(reply.failure);
    }
  }
  return worst ?? replies[0] ?? NO_REPLY;
}

const NO_REPLY: FailedReply = failed('invalid', 'nothing was asked');

/** `invalid`, so that `onUnavailable: allow` does not send on what nobody judged. */
const GIVEN_UP: FailedReply = failed('invalid', 'the scan was given up: the client has left');
