/** Judges one text for the management API: the results of its scanners, and the text with what is hidden. */
import type { Side } from '../core/part.ts';
import type { Policy, ProfileSnapshot } from '../core/policy.ts';
import type { SecondStageNote } from '../core/second-stage.ts';
import type { Version } from '../registry/model.ts';
import type { Triggered } from './scan-outcome.ts';
import { judgedBy, redacted, type ScannerResult } from './scan-results.ts';

export interface JudgeTools {
  /** Compiles the profile of one call. @throws PolicyError */
  readonly compile: (profile: ProfileSnapshot) => Policy;
  readonly getVersions: (ids: readonly string[]) => Promise<ReadonlyMap<string, Version>>;
  /** Unix microseconds. */
  readonly now: () => number;
  /** No language model is set up: scanners in natural language compare. */
  readonly topicsCompared: boolean;
}

/** One scanner's result with the version that ran. */
export interface TimedResult {
  readonly result: ScannerResult;
  readonly version: Version | undefined;
  readonly isCustom: boolean;
  readonly side: Side;
  /** Unix microseconds. */
  readonly startedAt: number;
  readonly completedAt: number;
}

export interface SideJudgement {
  readonly side: Side;
  readonly text: string;
  readonly redacted: string;
  readonly results: readonly TimedResult[];
  readonly triggered: readonly Triggered[];
  /** Of the policy that judged. */
  readonly revision: string;
  readonly secondStage: readonly SecondStageNote[];
}

export interface SideCall {
  readonly policy: Policy;
  readonly side: Side;
  readonly text: string;
  /** Of an answer: the prompt before it. */
  readonly prompt?: string;
  /** Ids of scanners whose configuration is the call's. */
  readonly custom: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** @throws EngineBusyError, and what the engine's defects throw: nothing was judged then */
export async function judgeSide(tools: JudgeTools, call: SideCall): Promise<SideJudgement> {
  const { policy, side, text, prompt, custom, signal } = call;
  const startedAt = tools.now();
  const context = prompt === undefined || prompt === '' ? [] : [{ prompt }];
  const content = side === 'response' ? { response: text } : { prompt: text };
  const scanned = await policy.scan({ contents: [...context, content] }, { signal });
  const completedAt = tools.now();
  const { results, hidden } = judgedBy(policy.profile, side, scanned, tools.topicsCompared);
  const versions = await tools.getVersions(results.map((result) => result.versionId));
  return {
    side,
    text,
    redacted: redacted(text, hidden),
    results: results.map((result) => ({
      result,
      version: versions.get(result.versionId),
      isCustom: custom.has(result.scannerId),
      side,
      startedAt,
      completedAt,
    })),
    triggered: results.filter((result) => result.triggered),
    revision: policy.profile.revision,
    secondStage: scanned.secondStage ?? [],
  };
}
