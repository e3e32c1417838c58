/** The one interface of every scan service, embedded or remote (DESIGN §5). */

import type { Side } from './part.ts';
import type { DetectorFinding, Policy } from './policy.ts';
import type { FiredScanner } from './record.ts';
import type { ScanRequest, ScanResponse } from './scan-wire.ts';
import type { SecondStageNote } from './second-stage.ts';

/** One scan request with what the wire does not carry. */
export interface ScanCall {
  readonly request: ScanRequest;
  readonly side: Side;
  /**
   * Strings that must come back byte for byte, and long numbers, joined by newlines: they meet keyword and
   * checksummed rules only. A remote service, which knows no such rule, is sent them with the judged text.
   */
  readonly opaque?: string;
  /** The judged text may still grow: the reply then says up to where its findings are final. */
  readonly partial: boolean;
  /**
   * Findings that end at or before this UTF-16 offset of the judged text were judged by an earlier window.
   */
  readonly judgedTo?: number;
  /** Of findings only `fired` is asked: their places need not be told. Masked texts are whole. */
  readonly briefly?: boolean;
  /** The client has left: the scan may be given up. */
  readonly signal?: AbortSignal;
  /** The policy that judges the whole exchange; without it the one that stands now. */
  readonly policy?: Policy;
}

/** `unavailable`, `invalid`, `misconfigured`: the classes of DESIGN §6. */
export type ScanFailureClass = 'unavailable' | 'invalid' | 'misconfigured';
/** The words of `unscanned;reason=…` in the header. */
export type ScanFailureReason = 'timeout' | 'unavailable' | 'misconfigured' | 'invalid';

export type ScanReply =
  | {
      readonly outcome: 'answered';
      readonly response: ScanResponse;
      /** UTF-16 offset of the judged text before which findings are final; its length where not partial. */
      readonly openFrom: number;
      /** Revision of the policy that judged; undefined where the service does not tell. */
      readonly revision?: string;
      /** Scanners and detectors that fired, where the service tells. */
      readonly fired?: readonly FiredScanner[];
      /** What was found and where, for reports, where the service tells. */
      readonly findings?: readonly DetectorFinding[];
      /** What a second stage was asked, where one was. */
      readonly secondStage?: readonly SecondStageNote[];
    }
  | {
      readonly outcome: 'failed';
      readonly failure: ScanFailureClass;
      readonly reason: ScanFailureReason;
      /** For the log of the operator: what happened and how to mend it. No text, no key. */
      readonly note: string;
      readonly retryAfterSeconds?: number;
      /** Our own engine is at its limit, which a client can bring about: never let through. */
      readonly overload?: true;
      readonly cause?: unknown;
    };

/** Answers scan requests. Never throws and never rejects: every fault is a `failed` reply. */
export interface ScanService {
  readonly name: 'embedded' | 'prisma-airs';
  /** Most bytes of one judged text in UTF-8, JSON-encoded; longer texts are split by the caller. */
  readonly requestBytesMax: number;
  /** How much of the judged text goes before a window's new text, in UTF-16 units. */
  readonly overlapChars: number;
  /** The policy can only change with `revisionOf`: allow-verdicts may be kept (DESIGN §5, scan once). */
  readonly clearable: boolean;
  /** Revision of the profile's policy, of `policy` where it is given; part of the clearance key. */
  revisionOf(profile: string, policy?: Policy): string;
  scan(call: ScanCall): Promise<ScanReply>;
}
