/** The words of the registry: scanners, versions, packages, projects, as everyone outside it sees them. */
import type { DetectorFlag } from '../core/scan-wire.ts';

export type Direction = 'request' | 'response' | 'both';
export type ScanMode = 'block' | 'audit' | 'redact';
export type Source = 'internal' | 'share' | 'zip' | 'vendor' | 'system' | 'remediation';
export type ProjectType = 'app' | 'bot' | 'chat' | 'global' | 'agentic';
export type DeploymentStatus = 'live' | 'draft';

export interface KeywordConfig {
  readonly type: 'keyword';
  readonly words: readonly string[];
}
/** Python-flavoured, case is ignored. */
export interface RegexConfig {
  readonly type: 'regex';
  readonly pattern: string;
}
/** Judged by its description, in natural language. */
export interface GenAiConfig {
  readonly type: 'custom' | 'genai';
  readonly input: string;
  readonly scanContext: 'individual' | 'directional';
}
/** A built-in detector; `setting` is one of the two of `dlp`. */
export interface SystemConfig {
  readonly type: 'system';
  readonly detector: DetectorFlag;
  readonly setting?: 'secrets' | 'personal';
}
export type ScannerConfig = KeywordConfig | RegexConfig | GenAiConfig | SystemConfig;

export interface Availability {
  readonly global: boolean;
  readonly projectIds: readonly string[];
}

/** Times are Unix microseconds everywhere in the registry. */
export interface Version {
  readonly id: string;
  readonly scannerId: string;
  readonly ordinal: number;
  readonly name: string;
  readonly config: ScannerConfig;
  readonly direction: Direction;
  readonly description: string;
  readonly published: boolean;
  readonly createdAt: number;
  readonly createdBy: string | null;
}

export interface Scanner {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly source: Source;
  readonly availability: Availability;
  readonly packageId: string | null;
  readonly vendored: boolean;
  readonly createdAt: number;
  readonly createdBy: string | null;
  readonly updatedAt: number;
  /** The newest one, or the one that was asked for; its config and direction are the scanner's. */
  readonly version: Version;
}

export interface Package {
  readonly id: string;
  readonly name: string;
  readonly source: Source;
  readonly availability: Availability;
  readonly vendored: boolean;
  readonly scannerIds: readonly string[];
  readonly createdAt: number;
  readonly createdBy: string | null;
  readonly updatedAt: number;
}

/** A scanner in a project. */
export interface ProjectScanner {
  readonly scannerId: string;
  readonly enabled: boolean;
  readonly mode: ScanMode;
  /** The active version; null until it is enabled for the first time. */
  readonly versionId: string | null;
  readonly flagMessage: string | null;
  /** Of the global project: runs in every project. */
  readonly forced: boolean;
  readonly addedAt: number;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly type: ProjectType;
  /** The name of the AI profile. */
  readonly friendlyId: string;
  readonly deploymentStatus: DeploymentStatus;
  readonly settings: ProjectSettings;
  readonly adminRoleId: string;
  readonly memberRoleId: string;
  readonly scanners: readonly ProjectScanner[];
  readonly packageIds: readonly string[];
  readonly createdAt: number;
  readonly createdBy: string | null;
  readonly updatedAt: number;
}

/** What of an AI profile no scanner says. */
export interface ProjectSettings {
  readonly latency: { readonly maxInlineMs: number; readonly onTimeout: 'block' | 'allow' };
  readonly trustedRoles: readonly string[];
  readonly maskOnBlock: boolean;
  readonly topics: readonly {
    readonly name: string;
    readonly description: string;
    readonly examples: readonly string[];
    readonly action: 'block' | 'allow';
  }[];
}

/** Who does it; null for global tokens and the program itself. */
export interface Actor {
  readonly userId: string | null;
  readonly requestId?: string;
}

export interface AuditEvent {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly userId: string | null;
  readonly requestId: string | null;
  /** Ids of what was changed, e.g. `scannerId`, `versionId`. */
  readonly subjects: Readonly<Record<string, string>>;
  readonly data: unknown;
}
