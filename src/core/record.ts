/** The stored account of one decision, and what keeps it (DESIGN §10). */
import type { Side } from './part.ts';
import type { SecondStageNote } from './second-stage.ts';

/** A scanner or detector that fired. */
export interface FiredScanner {
  readonly name: string;
  /** Of a scanner of the registry. */
  readonly id?: string;
  readonly version?: { readonly id: string; readonly name: string };
}

/** One scan that took part. */
export interface RecordedScan {
  readonly service: string;
  readonly scanId: string | null;
  readonly action: string | null;
  readonly category: string | null;
  readonly detected: readonly string[];
  readonly fired: readonly FiredScanner[];
  readonly secondStage: readonly SecondStageNote[];
  /** Digest of the policy that judged; its versions stand in the store under it. */
  readonly revision: string | null;
  readonly ms: number;
}

/** The same members whatever happened: what is not known is null. */
export interface RecordEntry {
  readonly kind: Side;
  /** Unix milliseconds. */
  readonly at: number;
  readonly trId: string;
  readonly requestId: string | null;
  readonly session: string | null;
  readonly client: string | null;
  readonly upstream: string | null;
  /** The profile's name, and the project's id behind it. */
  readonly profile: string | null;
  readonly project: string | null;
  readonly operation: string | null;
  readonly model: string | null;
  readonly stream: boolean;
  /** Verdict class; null where nothing was judged. */
  readonly verdict: string | null;
  /** The side's note as in the header, e.g. `scanned`, `unscanned;reason=timeout`. */
  readonly note: string;
  readonly outcome: string;
  readonly error: string | null;
  readonly scans: readonly RecordedScan[];
  readonly status: number | null;
  readonly upstreamStatus: number | null;
  readonly upstreamMs: number | null;
  readonly totalMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The judged texts as `records.content` says; null where they are not kept or were never judged. */
  readonly content: readonly RecordedText[] | null;
}

export interface RecordedText {
  readonly text: string;
  /** The text was longer. */
  readonly cut: boolean;
}

/** A record that is in the store. */
export interface StoredRecord {
  readonly seq: number;
  readonly at: number;
  readonly trId: string;
  readonly kind: string;
  readonly outcome: string;
  readonly entry: RecordEntry;
}

export interface RecordQuery {
  readonly trId?: string;
  /** Unix milliseconds, from and up to but not including. */
  readonly since?: number;
  readonly until?: number;
  /** Records after this one. */
  readonly afterSeq?: number;
  readonly limit: number;
}

export interface RecordStore {
  /**
   * Resolves once the record is on the disk; rejects where it cannot be: what it tells of must not happen
   * then.
   */
  append(entry: RecordEntry): Promise<void>;
  /** In the order of the chain. */
  read(query: RecordQuery): Promise<readonly StoredRecord[]>;
}
