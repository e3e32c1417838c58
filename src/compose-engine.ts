/** The engine of a configuration: its compiler, and the threads that it may use. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { readModels } from './compose-models.ts';
import { secondStageOf } from './compose-second-stage.ts';
import type { Config } from './config-schema.ts';
import type { CompilePolicy, EngineTools, PolicySource, ProbeProfile } from './core/policy.ts';
import { compile } from './engine/compile.ts';
import { probePatterns } from './engine/scanners/probe-patterns.ts';
import { BREAKER } from './scan/breaker.ts';
import { type ClosableJudge, createJudge } from './scan/judge.ts';
import { createIsolatedRegex } from './workers/isolated-regex.ts';
import { createLargeTexts } from './workers/large-texts.ts';

export interface Engine {
  readonly compile: CompilePolicy;
  readonly tools: EngineTools;
  /** Tries a profile's isolated patterns on hostile texts. */
  readonly probe: ProbeProfile;
  /** Told why a language model or a second stage gave no answer; no text. */
  onJudgeFault: (note: string) => void;
  /** Loads the models of the second stage. @throws StartError where they cannot judge */
  checkSecondStage(): Promise<void>;
  /** The same policies; texts that would hold up other requests are judged in threads. */
  overThreads(source: PolicySource): PolicySource;
  /** Ends the threads. What is judged in them is rejected. */
  close(): Promise<void>;
}

const THREADS_MAX = 4;

const engines = new WeakMap<Config, Engine>();

/**
 * The one engine of a configuration. No thread is started before it is needed.
 * @throws StartError where a trained model is missing or broken
 */
export function engineOf(config: Config): Engine {
  const made = engines.get(config) ?? createEngine(config);
  engines.set(config, made);
  return made;
}

function judgeOf({ judge }: Config, onFault: (note: string) => void): ClosableJudge | undefined {
  const { url, model, key, timeoutMs, concurrency, textChars, deterministic } = judge;
  if (url === undefined || model === undefined) return undefined;
  return createJudge({
    url: new URL(url),
    model,
    ...(key === undefined ? {} : { key }),
    timeoutMs,
    concurrency,
    deterministic,
    textCharsMax: textChars,
    breaker: BREAKER,
    now: () => performance.now(),
    newMark: () => randomBytes(16).toString('hex'),
    onFault,
  });
}

function createEngine(config: Config): Engine {
  const { engine, gateway } = config;
  const threadsMax = engine.threads || Math.min(THREADS_MAX, Math.max(1, availableParallelism() - 1));
  const { holdbackChars } = gateway;
  const models = readModels();
  const isolatedRegex = createIsolatedRegex({ deadlineMs: engine.regexMs, threadsMax });
  const onFault = (note: string): void => made.onJudgeFault(note);
  const judge = judgeOf(config, onFault);
  const second = secondStageOf(config, { models, languageJudge: judge, onFault });
  const judges = {
    ...(judge === undefined ? {} : { languageJudge: judge }),
    ...(second === undefined ? {} : { secondStage: second.stage }),
  };
  const large = createLargeTexts({
    ...judges,
    largeTextChars: engine.largeTextChars,
    threadsMax,
    waitingMax: engine.waiting,
    thread: { holdbackChars, regexDeadlineMs: engine.regexMs, models },
  });
  const made: Engine = {
    compile: (profile, tools) => compile(profile, tools, { holdbackChars }),
    tools: { now: () => performance.now(), models, isolatedRegex, ...judges },
    probe: probePatterns,
    onJudgeFault: () => undefined,
    checkSecondStage: async () => second?.check(),
    overThreads: large.over,
    async close() {
      await Promise.all([large.close(), isolatedRegex.close(), judge?.close(), second?.close()]);
    },
  };
  return made;
}
