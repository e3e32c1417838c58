/** Verdicts on one side of an exchange, and what the `x-sallyport-scan` header says of it (DESIGN §3, §6). */
import type { Side } from './part.ts';
import type { FiredScanner } from './record.ts';
import type { ScanFailureReason } from './scan-service.ts';
import type { SecondStageNote } from './second-stage.ts';

export type VerdictClass = 'allow' | 'block' | 'unavailable' | 'invalid' | 'misconfigured' | 'uninspectable';

/** Why a side was not scanned; the words of the header. */
export type UnscannedReason = ScanFailureReason | 'uninspectable' | 'route' | 'client-abort';

/** What became of one side; written as a structured-field item (RFC 8941 §3.3). */
export type SideNote =
  | { readonly state: 'none' | 'scanned' | 'masked' | 'blocked' | 'streamed' }
  | { readonly state: 'unscanned'; readonly reason: UnscannedReason }
  | { readonly state: 'partial'; readonly skipped: string };

/** One note as a structured-field item. */
export const writeNote = (note: SideNote): string => {
  if (note.state === 'unscanned') return `unscanned;reason=${note.reason}`;
  if (note.state === 'partial') return `partial;skipped=${note.skipped}`;
  return note.state;
};

/** The value of `x-sallyport-scan`: a structured-field dictionary with both sides. */
export function writeScanHeader(prompt: SideNote, response: SideNote): string {
  return `prompt=${writeNote(prompt)}, response=${writeNote(response)}`;
}

/** The SSE comment's text that tells a streamed answer's result: `sallyport response=scanned`. */
export function writeStreamNote(response: SideNote): string {
  return `sallyport response=${writeNote(response)}`;
}

/** One scan that took part in a verdict, for log and record. */
export interface ScanTrace {
  readonly side: Side;
  readonly service: string;
  readonly scanId?: string;
  readonly action?: string;
  readonly category?: string;
  /** Flags that fired, e.g. `dlp`. */
  readonly detected: readonly string[];
  readonly revision?: string;
  readonly ms: number;
  /** Scanners and detectors that fired, where the service tells. */
  readonly fired?: readonly FiredScanner[];
  /** What a second stage was asked, where one was. */
  readonly secondStage?: readonly SecondStageNote[];
  /** For the record alone, as its setting says; the log copies listed fields, of which this is none. */
  readonly judged?: JudgedText;
}

/** A text that was judged, and what it became where something in it was hidden. */
export interface JudgedText {
  readonly text: string;
  readonly masked?: string;
}
