/** Scans and prompts as they stand on the wire (contract §4). */
import type { LoggedScan, PromptOutcome } from '../core/scan-log.ts';
import type { SideJudgement, TimedResult } from './judge-side.ts';
import { writeTime, writeVersion } from './scanner-wire.ts';

/** One `Scan`. Members without a value are absent, as clients have seen them. */
function writeResult({ result, version, isCustom, side, startedAt, completedAt }: TimedResult) {
  return {
    // A tested version stands under its own id until here.
    scannerId: version?.scannerId ?? result.scannerId,
    ...(version === undefined ? {} : { scannerVersionMeta: writeVersion(version) }),
    outcome: result.triggered ? 'failed' : 'passed',
    data: result.data,
    customConfig: isCustom,
    startedDate: writeTime(startedAt),
    completedDate: writeTime(completedAt),
    scanDirection: side === 'response' ? 'response' : 'request',
    ...(result.message === undefined ? {} : { message: result.message }),
  };
}

export const writeScanResult = (outcome: PromptOutcome, sides: readonly SideJudgement[]) => ({
  outcome,
  scannerResults: sides.flatMap((judged) => judged.results.map(writeResult)),
});

/** A `ScanRequest` or a `Prompt`. */
export function writeLoggedScan(scan: LoggedScan) {
  return {
    id: scan.id,
    input: scan.input,
    projectId: scan.projectId,
    userId: scan.userId,
    receivedAt: writeTime(scan.at),
    result: scan.result,
    type: scan.type,
    preserve: scan.preserve,
    externalMetadata: scan.externalMetadata,
    ...(scan.type === 'prompt' ? { provider: scan.providerId, memory: [], fromTemplate: false } : {}),
  };
}
