/** Judges batches behind the receipt, one request after the other, within bounds on what waits. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Policy } from '../core/policy.ts';
import type { ScanResultStore } from '../core/scan-results.ts';
import type { ScanRequest } from '../core/scan-wire.ts';
import { type JudgeTools, judgeRequest } from './judge-request.ts';
import { keptScan, writeRequest } from './kept-rows.ts';
import { LimitError } from './limit-error.ts';
import { reportOf } from './report.ts';

export interface BatchRequest {
  readonly req_id: number;
  readonly request: ScanRequest;
  /** All requests of a batch are judged by the policies that stood at its receipt. */
  readonly policy: Policy;
}

export interface Batch {
  readonly scanId: string;
  readonly owner: string;
  readonly at: number;
  readonly bytes: number;
  readonly requests: readonly BatchRequest[];
}

export interface BatchTools extends JudgeTools {
  readonly results: ScanResultStore;
  /** A judged batch could not be kept. */
  readonly onNotKept: (cause: unknown) => void;
  readonly onJudged?: (owner: string, scanId: string, outcomes: readonly string[]) => void;
}

/** Of all keys, and of one: a busy key leaves room for the others. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
const OWNER_BYTES_MAX = 32 * 1024 * 1024;
const OWNER_BATCHES_MAX = 500;
const CLOSE_MS = 20_000;
const BUSY_MS = 250;
const BUSY_TIMES_MAX = 40;

export interface Batches {
  /**
   * Resolves once the batch is kept as pending: then its receipt may be given.
   * @throws LimitError where too much waits; what the store throws
   */
  take(batch: Batch): Promise<void>;
  /** Takes no more, and waits for what is there, within bounds: the rest is told as failed later. */
  close(): Promise<void>;
}

export function createBatches(tools: BatchTools): Batches {
  const waiting: Batch[] = [];
  const held = new Map<string, { bytes: number; batches: number }>();
  let heldBytes = 0;
  let working: Promise<void> | undefined;
  let closed = false;

  const hold = ({ owner, bytes }: Batch, sign: 1 | -1): void => {
    const own = held.get(owner) ?? { bytes: 0, batches: 0 };
    const next = { bytes: own.bytes + sign * bytes, batches: own.batches + sign };
    if (next.batches === 0) held.delete(owner);
    else held.set(owner, next);
    heldBytes += sign * bytes;
  };
  const work = async (): Promise<void> => {
    for (let batch = takeNext(waiting, ''); batch !== undefined; batch = takeNext(waiting, batch.owner)) {
      await judgeBatch(batch, tools).catch(tools.onNotKept);
      hold(batch, -1);
    }
    working = undefined;
  };
  return {
    async take(batch) {
      const own = held.get(batch.owner) ?? { bytes: 0, batches: 0 };
      const tooMuch =
        heldBytes + batch.bytes > WAITING_BYTES_MAX ||
        own.bytes + batch.bytes > OWNER_BYTES_MAX ||
        own.batches >= OWNER_BATCHES_MAX;
      if (closed || tooMuch) throw new LimitError(1);
      hold(batch, 1);
      try {
        const pending = batch.requests.map(({ req_id }) => writeRequest(req_id));
        await tools.results.keep(keptScan(batch.scanId, batch.owner, batch.at, pending));
      } catch (cause) {
        hold(batch, -1);
        throw cause;
      }
      waiting.push(batch);
      working ??= work();
    },
    async close() {
      closed = true;
      const over = new AbortController();
      const late = setTimeout(CLOSE_MS, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([working, late]);
      over.abort();
    },
  };
}

/** The oldest batch of another key than the last one's, so that keys take turns; else the oldest. */
function takeNext(waiting: Batch[], lastOwner: string): Batch | undefined {
  const other = waiting.findIndex((batch) => batch.owner !== lastOwner);
  return waiting.splice(Math.max(0, other), 1)[0];
}

async function judgeBatch(batch: Batch, tools: BatchTools): Promise<void> {
  const { scanId, owner, at } = batch;
  const judged: string[] = [];
  const outcomes: string[] = [];
  for (const entry of batch.requests) {
    const { outcome, kept } = await judgeEntry(entry, scanId, tools);
    judged.push(kept);
    outcomes.push(outcome);
    // Other requests of the process come in between.
    await setImmediate();
  }
  try {
    await tools.results.keep(keptScan(scanId, owner, at, judged));
    tools.onJudged?.(owner, scanId, outcomes);
  } catch (cause) {
    tools.onNotKept(cause);
  }
}

async function judgeEntry(
  { req_id, request, policy }: BatchRequest,
  scanId: string,
  tools: BatchTools,
): Promise<{ readonly outcome: string; readonly kept: string }> {
  let answer = await judgeRequest(request, policy, tools);
  for (let times = 1; answer.outcome === 'busy' && times < BUSY_TIMES_MAX; times++) {
    await setTimeout(BUSY_MS);
    answer = await judgeRequest(request, policy, tools);
  }
  // It is pending for good then, which is told as a failed scan when its time is over.
  if (!('response' in answer)) return { outcome: 'busy', kept: writeRequest(req_id) };
  const response = { ...answer.response, scan_id: scanId, report_id: `R${scanId}` };
  const report = reportOf(request.contents.at(-1) ?? {}, response, answer.findings, answer.secondStage);
  // Each of these takes its time where texts are long.
  await setImmediate();
  const written = JSON.stringify(response);
  await setImmediate();
  return { outcome: answer.outcome, kept: writeRequest(req_id, written, report) };
}
