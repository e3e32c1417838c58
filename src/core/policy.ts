/** A profile as the engine compiles it, and the compiled policy that judges scan requests (DESIGN §8). */
import type { IsolatedRegex } from './isolated-regex.ts';
import type { LanguageJudge } from './language-judge.ts';
import type { ModelFiles } from './model-file.ts';
import type { Role, Side } from './part.ts';
import type { DetectorFlag, Judgement, ScanRequest } from './scan-wire.ts';
import type { SecondStage, SecondStageNote } from './second-stage.ts';

export type Action = 'block' | 'mask' | 'alert' | 'off';

/** Which version of a scanner runs. */
export interface VersionRef {
  readonly id: string;
  readonly name: string;
}

/** A person's rule in a profile. */
export interface ScannerSnapshot {
  /** Of a scanner of the registry. */
  readonly id?: string;
  readonly version?: VersionRef;
  readonly name: string;
  readonly type: 'keyword' | 'regex' | 'genai';
  /** Only of keyword scanners. */
  readonly words?: readonly string[];
  /** Only of regex scanners; Python-flavoured, case is ignored. */
  readonly pattern?: string;
  /** Only of genai scanners: what is looked for, in natural language. */
  readonly input?: string;
  readonly scanContext?: 'individual' | 'directional';
  readonly side: Side | 'both';
  readonly action: 'block' | 'mask' | 'alert';
  /** What its author tells those whom it stops. */
  readonly flagMessage?: string;
  /** Runs in every project, whatever a project or a call says. */
  readonly forced?: true;
  /** The tag `dlp` makes a firing regex set the dlp flag instead of topic_violation. */
  readonly tags: readonly string[];
}

/** A built-in detector on one side, as a scanner of the registry. */
export interface BuiltInSnapshot {
  readonly id: string;
  readonly version: VersionRef;
  readonly name: string;
  readonly detector: DetectorFlag;
  /** Of `dlp`: which of its two settings. */
  readonly setting?: 'secrets' | 'personal';
  readonly side: Side;
  readonly flagMessage?: string;
  readonly forced?: true;
}

export interface TopicSnapshot {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly action: 'block' | 'allow';
}

/** Actions of the built-in detectors on one side. `dlp` has two settings. */
export interface DetectorActions {
  readonly injection: Action;
  readonly agent: Action;
  readonly url_cats: Action;
  readonly dlp: { readonly secrets: Action; readonly personal: Action };
  readonly toxic_content: Action;
  readonly malicious_code: Action;
  readonly db_security: Action;
  readonly topic_violation: Action;
  readonly ungrounded: Action;
  readonly source_code: Action;
}

/** Nothing built in is looked for. */
export const NO_ACTIONS: DetectorActions = {
  injection: 'off',
  agent: 'off',
  url_cats: 'off',
  dlp: { secrets: 'off', personal: 'off' },
  toxic_content: 'off',
  malicious_code: 'off',
  db_security: 'off',
  topic_violation: 'off',
  ungrounded: 'off',
  source_code: 'off',
};

/** One immutable state of a profile (project). */
export interface ProfileSnapshot {
  readonly name: string;
  /** UUID; stable for a name. */
  readonly id: string;
  /** Changes whenever anything of the profile changes. */
  readonly revision: string;
  readonly actions: Readonly<Record<Side, DetectorActions>>;
  readonly latency: { readonly maxInlineMs: number; readonly onTimeout: 'block' | 'allow' };
  readonly trustedRoles: readonly Role[];
  readonly maskOnBlock: boolean;
  readonly topics: readonly TopicSnapshot[];
  readonly scanners: readonly ScannerSnapshot[];
  /** Built-in detectors as scanners of the registry: which of them run, in which versions. */
  readonly builtIns?: readonly BuiltInSnapshot[];
  /** Lines of the operator's URL feed, already read. */
  readonly urlFeed: readonly string[];
}

export interface PolicyScanOptions {
  /** See `ScanCall.opaque`: judged by keyword and checksummed rules only; a mask there becomes a block. */
  readonly opaque?: string;
  readonly partial?: boolean;
  readonly judgedTo?: number;
  /** Of findings nothing is asked but whose they are: places need not be told, and nor need all of them. */
  readonly briefly?: boolean;
  /** The caller has left: the scan may be given up. */
  readonly signal?: AbortSignal;
}

/**
 * One thing found, for reports and for people; spans are code points of the judged text, half-open. No
 * matched text.
 */
export interface DetectorFinding {
  /** The detector's flag or the scanner's name. */
  readonly detector: string;
  /** Of a scanner of the registry; several may have one name. */
  readonly scannerId?: string;
  /** Of a keyword scanner: the word as it is configured. */
  readonly word?: string;
  /** Which of dlp's two settings decided. */
  readonly setting?: 'secrets' | 'personal';
  /** Detector's category or the pattern's display name, e.g. `Credit Card Number`. */
  readonly category: string;
  readonly field:
    | 'prompt'
    | 'response'
    | 'code_prompt'
    | 'code_response'
    | 'tool_input'
    | 'tool_output'
    | 'opaque';
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
  readonly action: Action;
  /** Of a scanner: the flag that it sets. */
  readonly flag?: DetectorFlag;
  /** Told in reports only, without being held against the text. */
  readonly noted?: true;
  /** What the detector tells besides, for reports: plain JSON, no matched text. */
  readonly detail?: FindingDetail;
}

/** Plain JSON, e.g. the language of a piece of code. */
export type FindingDetail = Readonly<Record<string, unknown>>;

/** A detector or scanner that could not look: it failed, or its time was over. */
export interface RuleFault {
  readonly detector: string;
  readonly scannerId?: string;
  readonly status: 'error' | 'timeout';
}

export interface PolicyResult {
  readonly judgement: Judgement;
  readonly findings: readonly DetectorFinding[];
  readonly faults: readonly RuleFault[];
  /** See `ScanReply.openFrom`. */
  readonly openFrom: number;
  /** What a second stage was asked; absent where none was. */
  readonly secondStage?: readonly SecondStageNote[];
}

/** A compiled profile. Pure: same request, same result. */
export interface Policy {
  readonly profile: ProfileSnapshot;
  /**
   * Judges the last element of `contents`. A detector that throws is an error finding, never an exception.
   */
  scan(request: ScanRequest, options?: PolicyScanOptions): Promise<PolicyResult>;
}

/** What the engine is handed from outside: it has no clock of its own. */
export interface EngineTools {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Trained models; without them detectors go by their rules alone. The program always hands them in. */
  readonly models?: ModelFiles;
  /** For patterns beyond RE2; without it they are refused. */
  readonly isolatedRegex?: IsolatedRegex;
  /** For scanners in natural language; without it topics are compared. */
  readonly languageJudge?: LanguageJudge;
  /** For detectors that are not sure; without it they decide alone. */
  readonly secondStage?: SecondStage;
}

/** @throws PolicyError for a scanner that cannot be compiled. */
export type CompilePolicy = (profile: ProfileSnapshot, tools: EngineTools) => Policy;

/**
 * Runs a profile's isolated patterns on hostile texts, before it is taken into use.
 * @returns a fault for each pattern that does not end in time, or fails
 */
export type ProbeProfile = (profile: ProfileSnapshot, tools: EngineTools) => Promise<readonly PolicyError[]>;

/** The policies that stand now; swapped whole, so a request sees one state. */
export interface PolicySource {
  byName(name: string): Policy | undefined;
  byId(id: string): Policy | undefined;
}

/** Too much is being judged already: nothing was, and nothing may pass. */
export class EngineBusyError extends Error {
  constructor(options?: ErrorOptions) {
    super('too much is being judged at once', options);
    this.name = 'EngineBusyError';
  }
}

/** A profile that cannot be compiled; `path` names the setting, the message says why. */
export class PolicyError extends Error {
  readonly path: string;
  constructor(path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PolicyError';
    this.path = path;
  }
}
