/** The scans and prompts of the management API, kept so that each can be read again by its id. */

export type LoggedType = 'scan' | 'prompt' | 'test';
export type PromptOutcome = 'cleared' | 'flagged' | 'redacted' | 'blocked';

export interface LoggedScan {
  /** Time-ordered UUID. */
  readonly id: string;
  /** Unix microseconds. */
  readonly at: number;
  readonly type: LoggedType;
  readonly projectId: string;
  /** Empty for tokens that are no user's. */
  readonly userId: string;
  /** Id of the provider that was asked. */
  readonly providerId: string | null;
  readonly outcome: PromptOutcome;
  /** Is kept when its time is over. */
  readonly preserve: boolean;
  /** As the records' setting says: masked, whole, or empty. */
  readonly input: string;
  readonly externalMetadata: Readonly<Record<string, string>> | null;
  /** The result as it was answered; JSON. */
  readonly result: unknown;
}

export interface ScanLogQuery {
  readonly types?: readonly LoggedType[] | undefined;
  readonly outcomes?: readonly PromptOutcome[] | undefined;
  readonly projectIds?: readonly string[] | undefined;
  readonly providerIds?: readonly string[] | undefined;
  readonly userIds?: readonly string[] | undefined;
  /** Unix microseconds. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  /** Each of these pairs is in the metadata. */
  readonly externalMetadata?: Readonly<Record<string, string>> | undefined;
  /** Any part of the input, case ignored. */
  readonly search?: string | undefined;
  readonly ascending: boolean;
  readonly offset: number;
  readonly limit: number;
}

export interface ScanLog {
  /** Resolves once it is on the disk. */
  append(scan: LoggedScan): Promise<void>;
  get(id: string): Promise<LoggedScan | undefined>;
  list(query: ScanLogQuery): Promise<{ readonly items: readonly LoggedScan[]; readonly hasMore: boolean }>;
  preserve(id: string, preserve: boolean): Promise<void>;
}
