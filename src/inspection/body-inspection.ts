/**
 * Decides on a whole body: its parts become scan requests, the replies one verdict and the masks to write.
 */
import { GatewayError } from '../core/errors.ts';
import type { Part, Side, Unscannable } from '../core/part.ts';
import type { ScanCall, ScanReply, ScanService } from '../core/scan-service.ts';
import type { ScanContent } from '../core/scan-wire.ts';
import type { ScanTrace, SideNote } from '../core/verdict.ts';
import type { Clearance } from './clearance.ts';
import { findMaskSpans, type MaskSpan, moveSpan } from './edits.ts';
import { groupParts, joinExact, judgedRuns } from './groups.ts';
import type { BodyVerdict, ExchangeContext, InspectionSettings } from './inspection.ts';
import { type Decision, decide, rulesOf, stop, traceReply } from './judge.ts';
import { joinParts, type Passage, placeMasks } from './passage.ts';
import { earlierTurns, judgedContent, responseContents, writeScanRequest } from './scan-request.ts';
import { splitText } from './split.ts';

export interface BodyInspectionOptions {
  readonly service: ScanService;
  readonly settings: InspectionSettings;
  readonly clearance: Clearance;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** One text to ask about, with how to ask. */
interface Question {
  readonly passage: Passage;
  readonly trusted: boolean;
  /** Parts that a plain allow clears. */
  readonly fresh: readonly Part[];
  readonly contents: (text: string) => readonly ScanContent[];
  readonly exact: string;
}

interface Answer {
  readonly question: Question;
  readonly decision: Decision;
  readonly spans: readonly MaskSpan[];
}

const STOP_ORDER = ['block', 'misconfigured', 'invalid', 'unavailable', 'uninspectable', 'allow'];

/** Asks about all parts of one body and combines the answers: all must allow. */
export class BodyInspection {
  readonly #options: BodyInspectionOptions;
  readonly #context: ExchangeContext;
  readonly #side: Side;
  readonly #traces: ScanTrace[] = [];

  constructor(options: BodyInspectionOptions, side: Side, context: ExchangeContext) {
    this.#options = options;
    this.#context = context;
    this.#side = side;
  }

  /** Groups, clears and asks about a request's parts. */
  request(parts: readonly Part[], source: string): Promise<BodyVerdict> {
    const { settings, clearance, service } = this.#options;
    const rules = rulesOf(this.#context, settings);
    const mayClear = settings.scanOnce && service.clearable;
    const scope = {
      profile: this.#context.profile,
      revision: service.revisionOf(this.#context.profile, this.#context.policy),
    };
    const isCleared = (part: Part): boolean => mayClear && !part.newest && clearance.has(scope, part);
    let exact = joinExact(parts);
    const questions: Question[] = [];
    for (const group of groupParts(parts, rules.trustedRoles)) {
      for (const run of judgedRuns(group.parts, isCleared)) {
        const before = group.kind === 'untrusted' ? earlierTurns(group.parts.slice(0, run.at)) : [];
        questions.push({
          passage: run.passage,
          trusted: group.kind === 'trusted',
          fresh: run.fresh,
          contents: (text) => [...before, judgedContent(group, text, this.#context)],
          exact: group.kind === 'trusted' ? '' : exact,
        });
        if (group.kind !== 'trusted') exact = '';
      }
    }
    if (exact !== '') questions.push(exactQuestion(exact, (text) => [{ prompt: text }]));
    return this.#decide(questions, source, (asked) => {
      if (mayClear) clearance.add(scope, asked.fresh);
    });
  }

  /** Asks about a response's parts as one text. */
  response(parts: readonly Part[], prompt: string, source: string): Promise<BodyVerdict> {
    const exact = joinExact(parts);
    const texts = parts.filter(
      (part) => part.kind !== 'opaque' && part.kind !== 'number' && part.text !== '',
    );
    const contents = (text: string): readonly ScanContent[] => responseContents(prompt, text);
    const questions: Question[] = [];
    if (texts.length > 0) {
      questions.push({ passage: joinParts(texts), trusted: false, fresh: [], contents, exact });
    } else if (exact !== '') {
      questions.push(exactQuestion(exact, contents));
    }
    return this.#decide(questions, source, () => undefined);
  }

  async #decide(
    asked: readonly Question[],
    source: string,
    onPlain: (question: Question) => void,
  ): Promise<BodyVerdict> {
    const questions = asked.filter((question) => question.passage.text.trim() !== '');
    const answers = (await Promise.all(questions.map((question) => this.#ask(question)))).flat();
    const stopped = worstStop(answers);
    if (stopped) return this.#refuse(stopped);
    const spans = answers.map((answer) => ({ passage: answer.question.passage, spans: answer.spans }));
    const edits = spans.some((entry) => entry.spans.length > 0) ? placeMasks(spans, source) : [];
    if (edits === undefined) return this.#refuse(stop('unmaskable', this.#options.settings, ['dlp']));
    for (const { question, decision } of answers) {
      if (decision.kind === 'pass' && decision.plain) onPlain(question);
    }
    return { class: 'allow', note: noteOf(answers, edits.length > 0), edits, traces: this.#traces };
  }

  #refuse(decision: Extract<Decision, { kind: 'stop' }>): BodyVerdict {
    const { note, error, category } = decision;
    return {
      class: decision.class,
      note,
      edits: [],
      error,
      traces: this.#traces,
      ...(category === undefined ? {} : { category }),
    };
  }

  /**
   * One question is one scan, or several where the text is over the service's limit: all pieces must allow.
   */
  async #ask(question: Question): Promise<readonly Answer[]> {
    const { settings, service } = this.#options;
    const pieces = splitText(question.passage.text, service.requestBytesMax);
    const rules = rulesOf(this.#context, settings);
    return Promise.all(
      pieces.map(async ({ text, at }, index) => {
        const reply = await this.#scan(question, text, index === 0 ? question.exact : '');
        const scope = { trusted: question.trusted, rules, settings, chars: text.length };
        const decision = decide(reply, scope);
        const masked = decision.kind === 'pass' ? decision.masked : undefined;
        const spans = masked === undefined ? [] : findMaskSpans(text, masked);
        if (spans === undefined) {
          return { question, decision: stop('unmaskable', settings, ['dlp']), spans: [] };
        }
        const moved = spans.map((span) => moveSpan(span, at));
        // A piece of a longer text clears nothing: its question is plain only where every piece is.
        const whole =
          decision.kind === 'pass' && pieces.length > 1 ? { ...decision, plain: false } : decision;
        return { question, decision: whole, spans: moved };
      }),
    );
  }

  async #scan(question: Question, text: string, exact: string): Promise<ScanReply> {
    const { service, now } = this.#options;
    const call: ScanCall = {
      request: writeScanRequest(question.contents(text), this.#context),
      side: this.#side,
      partial: false,
      briefly: true,
      signal: this.#context.signal,
      ...(this.#context.policy === undefined ? {} : { policy: this.#context.policy }),
      ...(exact === '' ? {} : { opaque: exact }),
    };
    const started = now();
    const reply = await service.scan(call);
    this.#traces.push(traceReply(reply, this.#side, service.name, now() - started, text));
    return reply;
  }
}

const exactQuestion = (exact: string, contents: (text: string) => readonly ScanContent[]): Question => ({
  passage: { text: exact, segments: [] },
  trusted: false,
  fresh: [],
  contents,
  exact: '',
});

const worstStop = (answers: readonly Answer[]): Extract<Decision, { kind: 'stop' }> | undefined => {
  let worst: Extract<Decision, { kind: 'stop' }> | undefined;
  for (const { decision } of answers) {
    if (decision.kind !== 'stop') continue;
    if (!worst || STOP_ORDER.indexOf(decision.class) < STOP_ORDER.indexOf(worst.class)) worst = decision;
  }
  return worst;
};

const noteOf = (answers: readonly Answer[], masked: boolean): SideNote => {
  for (const { decision } of answers) {
    if (decision.kind === 'pass' && decision.unscanned) return decision.unscanned;
  }
  if (answers.length === 0) return { state: 'none' };
  return { state: masked ? 'masked' : 'scanned' };
};

/**
 * The refusal of a body for what cannot be scanned as text, or undefined. Token ids are never let through:
 * they are text that nobody can read here.
 */
export function refuseUnscannable(
  found: readonly Unscannable[],
  allowed: boolean,
  code: 'binary_refused' | 'state_refused' | 'upstream_invalid',
): BodyVerdict | undefined {
  const refused = found.find((item) => !allowed || item.what === 'tokens');
  if (refused === undefined) return undefined;
  return {
    class: 'uninspectable',
    note: { state: 'unscanned', reason: 'uninspectable' },
    edits: [],
    error: new GatewayError(code, { detail: `${refused.place} (${refused.what}).` }),
    traces: [],
  };
}
