/** Sends texts that would hold up other requests to worker threads; the verdict is the same one. */
import { type LanguageJudge, LanguageJudgeError } from '../core/language-judge.ts';
import {
  EngineBusyError,
  type Policy,
  type PolicyResult,
  type PolicyScanOptions,
  type PolicySource,
} from '../core/policy.ts';
import type { ScanRequest } from '../core/scan-wire.ts';
import { type SecondJudge, type SecondStage, SecondStageError } from '../core/second-stage.ts';
import { unjudged, unjudgedRules } from '../core/unjudged.ts';
import { PoolError } from './pool-error.ts';
import {
  type LanguageAsk,
  type LanguageAskReply,
  SCAN_THREAD,
  SCAN_THREAD_NAME,
  type ScanJob,
  type ScanThreadData,
  type SecondAsk,
  type SecondAskReply,
} from './scan-thread.ts';
import { WorkerPool } from './worker-pool.ts';

export interface LargeTextOptions {
  /** Longer texts go to a thread. */
  readonly largeTextChars: number;
  readonly threadsMax: number;
  /** Texts that may wait for a thread. */
  readonly waitingMax: number;
  /** What a thread may take beyond the profile's own time before it is taken for stuck; default 5 s. */
  readonly overrunMs?: number;
  /** What each thread is started with. */
  readonly thread: Omit<ScanThreadData, 'asksLanguageJudge' | 'secondStage'>;
  /** Answer what threads ask back. */
  readonly languageJudge?: LanguageJudge;
  readonly secondStage?: SecondStage;
}

export interface LargeTexts {
  /** The same policies; their scans of large texts run in threads. */
  over(source: PolicySource): PolicySource;
  close(): Promise<void>;
}

/** Policies that one thread keeps; those of older revisions go first. */
const POLICIES_MAX = 64;
const OVERRUN_MS = 5_000;
/** A text of so many characters for each regex takes about as long as one of `largeTextChars` without. */
const REGEX_SHARE = 8;

/** Characters that are judged. */
export function judgedChars(request: ScanRequest, opaque = ''): number {
  const { prompt, response, code_prompt, code_response, tool_event } = request.contents.at(-1) ?? {};
  const texts = [prompt, response, code_prompt, code_response, tool_event?.input, tool_event?.output, opaque];
  return texts.reduce<number>((sum, text) => sum + (text?.length ?? 0), 0);
}

export function createLargeTexts(options: LargeTextOptions): LargeTexts {
  const { languageJudge, secondStage } = options;
  const pool = new WorkerPool({
    name: SCAN_THREAD_NAME,
    entry: SCAN_THREAD,
    data: {
      ...options.thread,
      asksLanguageJudge: languageJudge !== undefined,
      ...(secondStage === undefined ? {} : { secondStage: secondStage.settings }),
    } satisfies ScanThreadData,
    threadsMax: options.threadsMax,
    waitingMax: options.waitingMax,
    answer: (body) => answerAny(options, body as LanguageAsk | SecondAsk),
  });
  const known = new WeakMap<object, Set<string>>();
  const wrapped = new WeakMap<Policy, Policy>();
  const wrap = (policy: Policy): Policy => {
    const before = wrapped.get(policy);
    if (before !== undefined) return before;
    const made = new Offloaded(policy, options, pool, known);
    wrapped.set(policy, made);
    return made;
  };
  const wrapFound = (policy: Policy | undefined): Policy | undefined =>
    policy === undefined ? undefined : wrap(policy);
  return {
    over: (source) => ({
      byName: (name) => wrapFound(source.byName(name)),
      byId: (id) => wrapFound(source.byId(id)),
    }),
    close: () => pool.close(),
  };
}

/** @throws where nobody is there to be asked: the thread is told so */
async function answerAny(
  { languageJudge, secondStage }: LargeTextOptions,
  asked: LanguageAsk | SecondAsk,
): Promise<LanguageAskReply | SecondAskReply> {
  if ('second' in asked && secondStage !== undefined) return answerSecond(secondStage.judge, asked);
  if ('question' in asked && languageJudge !== undefined) return answerAsk(languageJudge, asked);
  throw new PoolError('failed');
}

async function answerSecond(judge: SecondJudge, asked: SecondAsk): Promise<SecondAskReply> {
  try {
    return { matches: await judge.ask(asked.second, asked.deadlineMs) };
  } catch (cause) {
    return { fault: cause instanceof SecondStageError ? cause.fault : 'invalid' };
  }
}

async function answerAsk(judge: LanguageJudge, asked: LanguageAsk): Promise<LanguageAskReply> {
  try {
    return { matches: await judge.ask(asked.question, asked.deadlineMs) };
  } catch (cause) {
    return { fault: cause instanceof LanguageJudgeError ? cause.fault : 'invalid' };
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A policy whose large texts are judged elsewhere, by the same revision. */
class Offloaded implements Policy {
  readonly profile: Policy['profile'];
  readonly #policy: Policy;
  readonly #pool: WorkerPool;
  readonly #known: WeakMap<object, Set<string>>;
  readonly #charsMax: number;
  readonly #overrunMs: number;
  readonly #key: string;

  constructor(
    policy: Policy,
    { largeTextChars, overrunMs = OVERRUN_MS }: LargeTextOptions,
    pool: WorkerPool,
    known: WeakMap<object, Set<string>>,
  ) {
    this.profile = policy.profile;
    this.#policy = policy;
    this.#pool = pool;
    this.#known = known;
    this.#overrunMs = overrunMs;
    const regexes = policy.profile.scanners.filter((scanner) => scanner.type === 'regex').length;
    this.#charsMax = Math.floor(largeTextChars / (1 + regexes / REGEX_SHARE));
    this.#key = `${policy.profile.id} ${policy.profile.revision}`;
  }

  async scan(request: ScanRequest, options: PolicyScanOptions = {}): Promise<PolicyResult> {
    if (judgedChars(request, options.opaque) <= this.#charsMax) return this.#policy.scan(request, options);
    const { signal, ...rest } = options;
    const { maxInlineMs } = this.profile.latency;
    try {
      // Writing a long text, reading what comes back and going on with it have a turn each.
      await nextTurn();
      const result = await this.#pool.run((thread) => this.#write(thread, request, rest), {
        deadlineMs: maxInlineMs + this.#overrunMs,
        waitMs: maxInlineMs,
        ...(signal === undefined ? {} : { signal }),
      });
      await nextTurn();
      return result as PolicyResult;
    } catch (cause) {
      if (!(cause instanceof PoolError)) throw cause;
      if (cause.fault === 'busy') throw new EngineBusyError({ cause });
      if (cause.fault === 'deadline') return this.#late(request, options);
      throw cause;
    }
  }

  /** As where no rule had any time left. Of a growing text nothing new is let go: its end is judged again. */
  #late(request: ScanRequest, { partial, judgedTo = 0 }: PolicyScanOptions): PolicyResult {
    const content = request.contents.at(-1) ?? {};
    return {
      judgement: unjudged(content, this.profile, 'timeout'),
      findings: [],
      faults: unjudgedRules(content, this.profile, 'timeout'),
      openFrom: partial ? judgedTo : judgedChars(request),
    };
  }

  #write(thread: object, request: ScanRequest, options: ScanJob['options']): ScanJob {
    const job = { key: this.#key, request, options };
    const known = this.#known.get(thread) ?? new Set<string>();
    this.#known.set(thread, known);
    if (known.delete(this.#key)) {
      known.add(this.#key);
      return { ...job, forget: [] };
    }
    known.add(this.#key);
    const forget = [...known].slice(0, Math.max(0, known.size - POLICIES_MAX));
    for (const key of forget) known.delete(key);
    return { ...job, profile: this.profile, forget };
  }
}
