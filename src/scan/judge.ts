/** Asks an OpenAI-compatible language model what scanners in natural language say of a text (DESIGN §8). */
import { type LanguageJudge, LanguageJudgeError, type LanguageQuestion } from '../core/language-judge.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';
import { readVerdict, writeQuestion } from './judge-wording.ts';
import { KnownVerdicts } from './known-verdicts.ts';
import { createHttp, type Http } from './prisma-airs-http.ts';

export interface JudgeOptions {
  /** Base URL; `/v1/chat/completions` is appended to its path. */
  readonly url: URL;
  readonly model: string;
  /** Sent as a bearer. */
  readonly key?: string;
  /** For one question, within what is left of the scan's time. */
  readonly timeoutMs: number;
  /** Questions at once; as many again may wait for each. */
  readonly concurrency: number;
  readonly deterministic: boolean;
  /** Longer texts are judged in pieces that overlap. */
  readonly textCharsMax: number;
  readonly breaker: BreakerOptions;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unguessable, new each time; hexadecimal. */
  readonly newMark: () => string;
  /** A question had no answer: why, for the operator. No text. */
  readonly onFault?: (note: string) => void;
}

export interface ClosableJudge extends LanguageJudge {
  close(): Promise<void>;
}

const ANSWER_BYTES_MAX = 262_144;
const CONNECT_MS = 3_000;
const OVERLAP_CHARS = 512;
const WAITING_SHARE = 8;

/** Verdicts are kept for an hour under a keyed hash; what had no answer is asked again. */
export function createJudge(options: JudgeOptions): ClosableJudge {
  return new Judge(options);
}

class Judge implements ClosableJudge {
  readonly #options: JudgeOptions;
  readonly #http: Http;
  readonly #breaker: Breaker;
  readonly #known: KnownVerdicts;
  #open = 0;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#http = createHttp({
      origin: options.url.origin,
      connections: options.concurrency,
      connectMs: CONNECT_MS,
    });
    this.#breaker = new Breaker(options.breaker);
    this.#known = new KnownVerdicts({ secret: options.newMark(), now: options.now });
  }

  async ask(question: LanguageQuestion, deadlineMs: number): Promise<boolean> {
    const pieces = piecesOf(question.text, this.#options.textCharsMax);
    const answers = pieces.map((text) => this.#askOnce({ ...question, text }, deadlineMs));
    // One piece that is what the rule describes decides, whatever became of the others.
    const settled = await Promise.allSettled(answers);
    if (settled.some((answer) => answer.status === 'fulfilled' && answer.value)) return true;
    for (const answer of settled) if (answer.status === 'rejected') throw answer.reason;
    return false;
  }

  #askOnce(question: LanguageQuestion, deadlineMs: number): Promise<boolean> {
    const { model } = this.#options;
    const { rule, side, earlier, text } = question;
    return this.#known.get([model, rule, side, earlier, text], () => this.#call(question, deadlineMs));
  }

  async #call(question: LanguageQuestion, deadlineMs: number): Promise<boolean> {
    const { concurrency, now, timeoutMs } = this.#options;
    if (this.#open >= concurrency * (1 + WAITING_SHARE)) throw this.#fault('busy', 'too many questions wait');
    const permit = this.#breaker.ask(now());
    if ('waitMs' in permit) throw new LanguageJudgeError('unreachable');
    this.#open += 1;
    let outcome: 'answered' | 'failed' = 'failed';
    try {
      const verdict = await this.#post(question, Math.max(1, Math.min(deadlineMs, timeoutMs)));
      outcome = 'answered';
      return verdict;
    } finally {
      this.#open -= 1;
      this.#breaker.report(permit, outcome, now());
    }
  }

  async #post(question: LanguageQuestion, waitMs: number): Promise<boolean> {
    const { url, model, key, deterministic, newMark } = this.#options;
    const signal = AbortSignal.timeout(waitMs);
    const answer = await this.#http.post({
      path: `${url.pathname.replace(/\/+$/, '')}/v1/chat/completions`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: Buffer.from(writeQuestion(question, { mark: newMark(), model, deterministic })),
      answerBytesMax: ANSWER_BYTES_MAX,
      signal,
    });
    if (signal.aborted && (answer.type === 'fault' || answer.end !== 'whole'))
      throw this.#fault('timeout', `no answer within ${waitMs} ms`);
    if (answer.type === 'fault') throw this.#fault('unreachable', 'no connection', answer.cause);
    if (answer.status !== 200) {
      const isTheirs = answer.status >= 500 || answer.status === 429;
      throw this.#fault(isTheirs ? 'unreachable' : 'invalid', `status ${answer.status}`);
    }
    const verdict = answer.end === 'whole' ? readVerdict(answer.body.toString('utf8')) : undefined;
    if (verdict === undefined) throw this.#fault('invalid', 'the answer is not the JSON that was asked for');
    return verdict;
  }

  #fault(fault: LanguageJudgeError['fault'], note: string, cause?: unknown): LanguageJudgeError {
    this.#options.onFault?.(`${fault}: ${note}`);
    return new LanguageJudgeError(fault, { cause });
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}

/** A text in pieces of at most so many characters; none begins or ends within a surrogate pair. */
export function piecesOf(text: string, charsMax: number): readonly string[] {
  if (text.length <= charsMax) return [text];
  const pieces: string[] = [];
  for (let from = 0; from < text.length; from += charsMax - OVERLAP_CHARS) {
    pieces.push(text.slice(from, from + charsMax).toWellFormed());
    if (from + charsMax >= text.length) break;
  }
  return pieces;
}
