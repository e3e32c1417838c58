/** A detector with a second stage: what it is not sure about alone is decided by a slower judge. */
import type { EngineTools } from '../../core/policy.ts';
import {
  SECOND_STAGE_DETECTORS,
  type SecondStage,
  type SecondStageDetector,
  SecondStageError,
  type SecondStageFault,
  type SecondStageRule,
} from '../../core/second-stage.ts';
import type { ApartCall, Doubt, Finding, Graded, Probe } from '../detectors/detector.ts';
import type { JudgedText } from '../judged-text.ts';
import { type DoubtfulPassage, passagesOf } from './passages.ts';

/** Of one text; what stands further behind has no verdict. */
const PASSAGES_MAX = 16;

type Answer = 'found' | 'cleared' | SecondStageFault;

/** The probe, with a second stage where one is set up for this detector. */
export function withSecondStage(flag: string, probe: Probe, { secondStage: stage, now }: EngineTools): Probe {
  const detector = SECOND_STAGE_DETECTORS.find((name) => name === flag);
  const rule = detector === undefined ? undefined : stage?.settings.detectors[detector];
  if (detector === undefined || rule === undefined || stage === undefined || probe.graded === undefined)
    return probe;
  return new SecondStageProbe(probe, probe.graded, { detector, rule, stage, now });
}

interface SecondStageParts {
  readonly detector: SecondStageDetector;
  readonly rule: SecondStageRule;
  readonly stage: SecondStage;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

class SecondStageProbe implements Probe {
  readonly wholeOnly = true;
  readonly decidesLate = true;
  readonly #probe: Probe;
  readonly #graded: Graded;
  readonly #parts: SecondStageParts;
  /** Of texts that are being judged. */
  readonly #known = new WeakMap<JudgedText, readonly Doubt[]>();

  constructor(probe: Probe, graded: Graded, parts: SecondStageParts) {
    this.#probe = probe;
    this.#graded = graded;
    this.#parts = parts;
  }

  /** What is beyond doubt. */
  find(text: JudgedText): readonly Finding[] {
    return this.#graded.find(text, this.#parts.rule.band[1]);
  }

  /** A text that is found anyway is not asked about. */
  async findApart(text: JudgedText, call: ApartCall): Promise<readonly Finding[]> {
    const doubts = this.#doubts(text, call.judgedTo);
    if (doubts.length === 0 || this.find(text).some(({ end }) => end > call.judgedTo)) return [];
    const passages = passagesOf(doubts, call.surface);
    const answers = await this.#askAll(passages, call);
    if (answers.some(isFault) && this.#parts.stage.settings.onFailure === 'block')
      throw new SecondStageError('invalid');
    const best = (answer: (it: Answer) => boolean, from: number): readonly Finding[] =>
      passages.flatMap(({ doubts: own }, at) =>
        answer(answers[at] ?? 'invalid') ? bestOf(own.filter(({ grade }) => grade >= from)) : [],
      );
    const alone = best(isFault, this.#graded.threshold);
    return [...best((it) => it === 'found', 0), ...(this.#graded.alone?.(text, alone) ?? alone)];
  }

  /** From the first doubt on a growing text is held until it ends. */
  openFrom(text: JudgedText, judgedTo: number): number {
    const starts = this.#doubts(text, judgedTo).map(({ view, start, end }) => view.toRaw(start, end).start);
    return starts.reduce((open, start) => Math.min(open, start), this.#probe.openFrom(text, judgedTo));
  }

  /** What ends before `judgedTo` was judged with an earlier window. */
  #doubts(text: JudgedText, judgedTo: number): readonly Doubt[] {
    const doubts = this.#known.get(text) ?? this.#graded.doubts(text, ...this.#parts.rule.band);
    this.#known.set(text, doubts);
    return judgedTo <= 0
      ? doubts
      : doubts.filter(({ view, start, end }) => view.toRaw(start, end).end > judgedTo);
  }

  async #askAll(passages: readonly DoubtfulPassage[], call: ApartCall): Promise<readonly Answer[]> {
    const { detector, rule, stage, now } = this.#parts;
    const startedMs = now();
    const deadlineMs = Math.min(stage.settings.deadlineMs, call.leftMs);
    const answers = await Promise.all(
      passages.map((passage, at) =>
        at < PASSAGES_MAX ? this.#ask(passage.text, call, deadlineMs) : Promise.resolve<Answer>('busy'),
      ),
    );
    const count = (answer: Answer): number => answers.filter((it) => it === answer).length;
    const [found, cleared] = [count('found'), count('cleared')];
    const fault = answers.find(isFault);
    call.tell({
      detector,
      judge: rule.judge,
      found,
      cleared,
      failed: answers.length - found - cleared,
      ...(fault === undefined ? {} : { fault }),
      ms: now() - startedMs,
    });
    return answers;
  }

  async #ask(text: string, call: ApartCall, deadlineMs: number): Promise<Answer> {
    if (deadlineMs <= 0) return 'timeout';
    const { detector, stage } = this.#parts;
    const side = call.surface === 'response' ? 'response' : 'prompt';
    try {
      return (await stage.judge.ask({ detector, side, text }, deadlineMs)) ? 'found' : 'cleared';
    } catch (cause) {
      return cause instanceof SecondStageError ? cause.fault : 'invalid';
    }
  }
}

const isFault = (answer: Answer): answer is SecondStageFault => answer !== 'found' && answer !== 'cleared';

function bestOf(doubts: readonly Doubt[]): readonly Finding[] {
  let best: Doubt | undefined;
  for (const doubt of doubts) if (best === undefined || doubt.grade > best.grade) best = doubt;
  return best === undefined ? [] : [best.finding()];
}
