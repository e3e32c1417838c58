/** The second stage of a configuration: its judges, and the check that they can judge. */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { StartError } from './compose-start-error.ts';
import type { Config } from './config-schema.ts';
import type { LanguageJudge } from './core/language-judge.ts';
import type { ModelFiles } from './core/model-file.ts';
import {
  SECOND_STAGE_DETECTORS,
  type SecondStage,
  type SecondStageDetector,
  type SecondStageRule,
} from './core/second-stage.ts';
import { modelsOf } from './engine/models/models.ts';
import { BREAKER } from './scan/breaker.ts';
import { createLanguageSecondJudge, guardSecondJudge, routeSecondJudges } from './scan/second-stage.ts';
import { createOnnxJudge, type OnnxJudge } from './workers/onnx-judge.ts';
import { OnnxModelError, type OnnxModelFiles, pinFile } from './workers/onnx-model.ts';

export interface SecondStageParts {
  readonly stage: SecondStage;
  /** Loads the models. @throws StartError where they cannot judge */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface SecondStageTools {
  readonly models: ModelFiles;
  readonly languageJudge: LanguageJudge | undefined;
  /** A question had no answer: why, for the operator. No text. */
  readonly onFault: (note: string) => void;
}

type Detectors = Config['secondStage']['detectors'];
type DetectorConfig = NonNullable<Detectors[SecondStageDetector]>;

/** Beside the folder of the program's code: the classifier for `injection` that comes with it. */
const SHIPPED = join(import.meta.dirname, '../models');
/** The head of the text model that grades for a detector. */
const HEADS: Readonly<Record<SecondStageDetector, string>> = {
  injection: 'injection',
  toxic_content: 'toxic',
};
const THRESHOLD = 0.5;
const TOKENS = 512;

/**
 * Undefined where no detector has one.
 * @throws StartError
 */
export function secondStageOf(config: Config, tools: SecondStageTools): SecondStageParts | undefined {
  const { detectors, deadlineMs, onFailure } = config.secondStage;
  const named = SECOND_STAGE_DETECTORS.flatMap((name) => {
    const entry = detectors[name];
    return entry === undefined ? [] : [{ name, entry }];
  });
  if (named.length === 0) return undefined;
  for (const { name, entry } of named) checkBand(name, entry.band, tools.models);
  const rules = named.map(({ name, entry: { judge, band } }): [string, SecondStageRule] => [
    name,
    { judge, band },
  ]);
  const settings = { detectors: Object.fromEntries(rules), deadlineMs, onFailure };
  const onnx = onnxOf(config, named);
  const judge = routeSecondJudges(settings, {
    ...(onnx === undefined ? {} : { onnx: guarded(onnx, tools.onFault) }),
    ...(tools.languageJudge === undefined ? {} : { llm: createLanguageSecondJudge(tools.languageJudge) }),
  });
  return {
    stage: { settings, judge },
    async check() {
      const fault = await onnx?.judge.check();
      if (fault !== undefined) throw new StartError(fault);
    },
    close: async () => onnx?.judge.close(),
  };
}

/** Outside of its band a detector decides alone: a band beside its threshold would turn that round. */
function checkBand(name: SecondStageDetector, [from, to]: DetectorConfig['band'], models: ModelFiles): void {
  const { text } = modelsOf(models);
  const head = text.indexOf(HEADS[name]);
  const alone = text.grade(head, text.headAt(head).threshold);
  if (from <= alone && alone <= to) return;
  const told = alone.toFixed(3);
  throw new StartError(`secondStage.detectors.${name}.band: must hold ${told}, from where it finds alone`);
}

interface Onnx {
  readonly judge: OnnxJudge;
  readonly models: readonly OnnxModelFiles[];
}

function onnxOf(
  { secondStage: { threads, cores, waiting } }: Config,
  named: readonly { readonly name: SecondStageDetector; readonly entry: DetectorConfig }[],
): Onnx | undefined {
  const own = named.filter(({ entry }) => entry.judge === 'onnx');
  if (own.length === 0) return undefined;
  const models = own.map(({ name, entry }) => filesOf(name, entry));
  const thresholds = new Map(own.map(({ name, entry }) => [name, entry.threshold ?? THRESHOLD]));
  return { models, judge: createOnnxJudge({ models, thresholds, threads, cores, waitingMax: waiting }) };
}

/** @throws StartError where a file cannot be read */
function filesOf(name: SecondStageDetector, entry: DetectorConfig): OnnxModelFiles {
  const { model, tokenizer, label = 1, tokens = TOKENS } = entry;
  const place = `secondStage.detectors.${name}`;
  try {
    return {
      name,
      model: pinFile(resolve(model ?? join(SHIPPED, 'second-stage.onnx')), `${place}.model`),
      tokenizer: pinFile(
        resolve(tokenizer ?? join(SHIPPED, 'second-stage.tokenizer.json')),
        `${place}.tokenizer`,
      ),
      label,
      tokensMax: tokens,
    };
  } catch (cause) {
    if (cause instanceof OnnxModelError) throw new StartError(cause.message, { cause });
    throw cause;
  }
}

function guarded({ judge, models }: Onnx, onFault: (note: string) => void): SecondStage['judge'] {
  const hashes = new Map<string, string>(models.map(({ name, model }) => [name, model.sha256]));
  return guardSecondJudge(judge, {
    modelOf: (detector) => hashes.get(detector) ?? '',
    breaker: BREAKER,
    now: () => performance.now(),
    secret: randomBytes(16).toString('hex'),
    onFault,
  });
}
