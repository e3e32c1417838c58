/** The thread that judges large texts: compiles the profiles it is told, and scans with the same engine. */
import { IsolatedRegexError } from '../core/isolated-regex.ts';
import { type LanguageFault, LanguageJudgeError, type LanguageQuestion } from '../core/language-judge.ts';
import type { ModelFiles } from '../core/model-file.ts';
import type { EngineTools, Policy, PolicyScanOptions, ProfileSnapshot } from '../core/policy.ts';
import type { ScanRequest } from '../core/scan-wire.ts';
import {
  type SecondQuestion,
  SecondStageError,
  type SecondStageFault,
  type SecondStageSettings,
} from '../core/second-stage.ts';
import { compile } from '../engine/compile.ts';
import { createIsolatedRegex } from './isolated-regex.ts';
import { type AskBack, serveThread } from './thread.ts';
import { toldBriefly, toldFindings } from './told-findings.ts';

/** What a thread of this kind is started with. */
export interface ScanThreadData {
  readonly holdbackChars: number;
  readonly regexDeadlineMs: number;
  /** The main thread answers what language models are asked. */
  readonly asksLanguageJudge: boolean;
  /** Its judge answers in the main thread, too. */
  readonly secondStage?: SecondStageSettings;
  /** Over shared memory: no thread has a copy. */
  readonly models?: ModelFiles;
}

/** What the thread asks back, and how that is answered. */
export interface LanguageAsk {
  readonly question: LanguageQuestion;
  readonly deadlineMs: number;
}
export type LanguageAskReply = { readonly matches: boolean } | { readonly fault: LanguageFault };
export interface SecondAsk {
  readonly second: SecondQuestion;
  readonly deadlineMs: number;
}
export type SecondAskReply = { readonly matches: boolean } | { readonly fault: SecondStageFault };

/** One text to judge. A profile comes with the first text of its revision, until it is forgotten. */
export interface ScanJob {
  readonly key: string;
  readonly profile?: ProfileSnapshot;
  readonly forget: readonly string[];
  readonly request: ScanRequest;
  readonly options: Omit<PolicyScanOptions, 'signal'>;
}

/** Where the thread's code stands. */
export const SCAN_THREAD = new URL(import.meta.url);
export const SCAN_THREAD_NAME = 'scan';

function createScanner(data: ScanThreadData, ask: AskBack): (job: ScanJob) => Promise<unknown> {
  const policies = new Map<string, Policy>();
  const tools: EngineTools = {
    now: () => performance.now(),
    ...(data.models === undefined ? {} : { models: data.models }),
    isolatedRegex: createIsolatedRegex({ deadlineMs: data.regexDeadlineMs, threadsMax: 1 }),
    ...(data.asksLanguageJudge
      ? { languageJudge: { ask: (question, deadlineMs) => askBack(ask, { question, deadlineMs }) } }
      : {}),
    ...(data.secondStage === undefined
      ? {}
      : {
          secondStage: {
            settings: data.secondStage,
            judge: { ask: (second, deadlineMs) => askSecond(ask, { second, deadlineMs }) },
          },
        }),
  };
  return async (job) => {
    for (const key of job.forget) policies.delete(key);
    if (job.profile !== undefined) {
      policies.set(job.key, compile(job.profile, tools, { holdbackChars: data.holdbackChars }));
    }
    const policy = policies.get(job.key);
    if (policy === undefined) throw new IsolatedRegexError('failed');
    const result = await policy.scan(job.request, job.options);
    return job.options.briefly === true
      ? toldBriefly(result)
      : { ...result, findings: toldFindings(result.findings) };
  };
}

async function askBack(ask: AskBack, asked: LanguageAsk): Promise<boolean> {
  const reply = (await ask(asked)) as LanguageAskReply;
  if ('fault' in reply) throw new LanguageJudgeError(reply.fault);
  return reply.matches;
}

async function askSecond(ask: AskBack, asked: SecondAsk): Promise<boolean> {
  const reply = (await ask(asked)) as SecondAskReply;
  if ('fault' in reply) throw new SecondStageError(reply.fault);
  return reply.matches;
}

const startThread = (data: unknown, ask: AskBack): ((body: unknown) => Promise<unknown>) => {
  const scan = createScanner(data as ScanThreadData, ask);
  return (body) => scan(body as ScanJob);
};

serveThread(SCAN_THREAD_NAME, startThread);
