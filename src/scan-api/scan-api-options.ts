/** What the scan API is made with, and what its endpoints are. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PolicySource } from '../core/policy.ts';
import type { ScanResultStore } from '../core/scan-results.ts';
import type { SecondStageNote } from '../core/second-stage.ts';
import type { JudgeTools } from './judge-request.ts';
import type { Credentials, ScanApiKey } from './keys.ts';
import type { PayloadHashState } from './payload-hash.ts';

export type Compatibility = 'n8n' | 'internal-health';

export interface ScanApiOptions extends JudgeTools {
  /** The profiles of the API, as they stand. */
  readonly policies: PolicySource;
  /** Keeps results and reports. */
  readonly results: ScanResultStore;
  readonly keys: readonly ScanApiKey[];
  /** `strict`: a POST without or with a wrong `x-payload-hash` is a 403. */
  readonly payloadHash: 'lenient' | 'strict';
  /** Calls of results and reports a minute for each key; 0: no bound. */
  readonly resultsPerMinute: number;
  readonly compatibility: readonly Compatibility[];
  /** Of the program, for the API's description. */
  readonly version: string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Longest time for a request's body. */
  readonly bodyTimeoutMs?: number;
  /** A call was answered; no text, no key. */
  readonly onScan?: (line: ScanLine) => void;
  /** A result could not be kept, or not read. */
  readonly onStoreFault?: (cause: unknown) => void;
}

/** What is told of one answered call. */
export interface ScanLine {
  readonly key: string;
  readonly endpoint: 'sync' | 'async' | 'batch';
  readonly payload_hash?: PayloadHashState;
  readonly outcome: string;
  readonly scan_id?: string;
  readonly requests?: number;
  /** Passages that a second stage was asked about, those it found something in, those it did not judge. */
  readonly second_stage_asked?: number;
  readonly second_stage_found?: number;
  readonly second_stage_failed?: number;
  readonly second_stage_ms?: number;
}

/** Nothing where no second stage was asked. */
export function secondStageLine(notes: readonly SecondStageNote[]): Partial<ScanLine> {
  if (notes.length === 0) return {};
  const sum = (of: (note: SecondStageNote) => number): number => notes.reduce((all, it) => all + of(it), 0);
  return {
    second_stage_asked: sum(({ found, cleared, failed }) => found + cleared + failed),
    second_stage_found: sum(({ found }) => found),
    second_stage_failed: sum(({ failed }) => failed),
    second_stage_ms: Math.round(sum(({ ms }) => ms) * 100) / 100,
  };
}

/** An authenticated call. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly credentials: Credentials;
}
export interface Route {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly answer: (call: Call) => Promise<void>;
}
