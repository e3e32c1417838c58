/** The records of scans and prompts: what was decided, by which versions, before it is answered. */
import type { RecordEntry, RecordedText, RecordStore } from '../core/record.ts';
import type { PromptOutcome } from '../core/scan-log.ts';
import type { SideJudgement } from './judge-side.ts';

export type ContentSetting = 'none' | 'masked' | 'full';

export interface RecordedCall {
  /** Of the scan or prompt. */
  readonly id: string;
  readonly operation: 'management.scan' | 'management.prompt';
  readonly project: { readonly id: string; readonly friendlyId: string };
  readonly provider: string | null;
  readonly model: string | null;
  readonly judged: SideJudgement;
  readonly outcome: PromptOutcome;
  readonly content: ContentSetting;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** What of a text may be kept: that of a redacted one only as it was redacted. */
export function keptText(
  { text, redacted }: Pick<SideJudgement, 'text' | 'redacted'>,
  outcome: PromptOutcome,
  content: ContentSetting,
): string {
  if (content === 'none') return '';
  return content === 'full' && outcome !== 'redacted' ? text : redacted;
}

/** Longest text that a record keeps of one scan, UTF-16 units. */
const TEXT_CHARS_MAX = 262_144;

const NOTES: Readonly<Record<PromptOutcome, string>> = {
  cleared: 'scanned',
  flagged: 'scanned',
  redacted: 'masked',
  blocked: 'blocked',
};

/** Rejects where the record cannot be written. */
export function recordCall(records: RecordStore, call: RecordedCall): Promise<void> {
  return records.append(entryOf(call));
}

const recordedText = (text: string): RecordedText => ({
  text: text.slice(0, TEXT_CHARS_MAX).toWellFormed(),
  cut: text.length > TEXT_CHARS_MAX,
});

function entryOf(call: RecordedCall): RecordEntry {
  const { judged, outcome, content } = call;
  const fired = judged.results.filter(({ result }) => result.triggered);
  const startedAt = judged.results[0]?.startedAt ?? 0;
  const ms = Math.round(((judged.results[0]?.completedAt ?? 0) - startedAt) / 10) / 100;
  const kept = keptText(judged, outcome, content);
  const isBlocked = outcome === 'blocked';
  return {
    kind: judged.side,
    at: call.atMs,
    trId: call.id,
    requestId: null,
    session: null,
    client: null,
    upstream: call.provider,
    profile: call.project.friendlyId,
    project: call.project.id,
    operation: call.operation,
    model: call.model,
    stream: false,
    verdict: isBlocked ? 'block' : 'allow',
    note: NOTES[outcome],
    outcome: isBlocked ? 'blocked' : 'ok',
    error: isBlocked ? 'blocked' : null,
    scans: [
      {
        service: 'embedded',
        scanId: call.id,
        action: isBlocked ? 'block' : 'allow',
        category: outcome,
        detected: [],
        fired: fired.map(({ result, version }) => ({
          name: result.name,
          id: version?.scannerId ?? result.scannerId,
          ...(version === undefined ? {} : { version: { id: version.id, name: version.name } }),
        })),
        secondStage: judged.secondStage,
        revision: judged.revision,
        ms,
      },
    ],
    status: 200,
    upstreamStatus: null,
    upstreamMs: null,
    totalMs: ms,
    bytesIn: Buffer.byteLength(judged.text),
    bytesOut: 0,
    content: content === 'none' ? null : [recordedText(kept)],
  };
}
