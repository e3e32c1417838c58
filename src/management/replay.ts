/** Replay: which stored exchanges would have another outcome with another version of a scanner. */
import type { Side } from '../core/part.ts';
import { NO_ACTIONS, type Policy, type ProfileSnapshot } from '../core/policy.ts';
import type { RecordStore, StoredRecord } from '../core/record.ts';
import type { PromptOutcome } from '../core/scan-log.ts';
import type { Version } from '../registry/model.ts';
import type { ScannerInProject } from '../registry/replaced-version.ts';
import { outcomeOf } from './scan-outcome.ts';
import { judgedBy } from './scan-results.ts';

export interface ReplayTools {
  readonly records: RecordStore;
  /** @throws PolicyError */
  readonly compile: (profile: ProfileSnapshot) => Policy;
  /** No language model is set up. */
  readonly topicsCompared: boolean;
}

export interface ReplayAsked {
  readonly version: Version;
  /** The projects whose records are looked at, as they stand and with the version in place. */
  readonly projects: readonly ScannerInProject[];
  /** Unix milliseconds. */
  readonly since: number;
  readonly until?: number;
  /** Most records that are read. */
  readonly recordsMax: number;
  readonly signal?: AbortSignal;
}

/** One side of an exchange whose outcome would change. */
export interface ReplayChange {
  readonly seq: number;
  readonly trId: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly side: Side;
  readonly project: string;
  /** By the versions that are active now; what was decided then is in the record. */
  readonly before: PromptOutcome;
  readonly after: PromptOutcome;
}

export interface ReplayReport {
  readonly recordsRead: number;
  readonly recordsJudged: number;
  /**
   * Of other projects; without kept texts; of texts longer than a record keeps; of texts in which what the
   * scanner found then was hidden, so that nothing can be told of it now.
   */
  readonly skipped: Readonly<Record<'project' | 'content' | 'cut' | 'hidden', number>>;
  /** There were more records than may be read. */
  readonly isPartial: boolean;
  readonly changed: number;
  /** The first of them. */
  readonly changes: readonly ReplayChange[];
  /** Names of the versions that are active now, by project. */
  readonly activeVersions: Readonly<Record<string, string | null>>;
  readonly caveats: readonly string[];
}

const PAGE = 200;
const CHANGES_TOLD = 1_000;

export const CAVEATS: readonly string[] = [
  'With records.content masked, what rules hid then cannot be found again: such texts are counted as hidden.',
  'A text is judged alone, without the conversation around it.',
];

/** A project's two policies: with the active version, and with the other. */
interface Pair {
  readonly project: string;
  readonly scannerId: string;
  readonly before: Policy;
  readonly after: Policy;
  /** The scanner alone, to see quickly that nothing changes. */
  readonly alone: readonly [Policy, Policy];
}

/** @throws PolicyError for a version that does not compile; StoreError */
export async function replay(tools: ReplayTools, asked: ReplayAsked): Promise<ReplayReport> {
  const pairs = new Map(asked.projects.map((entry) => [entry.before.id, pairOf(tools, entry)]));
  const skipped = { project: 0, content: 0, cut: 0, hidden: 0 };
  const changes: ReplayChange[] = [];
  let [read, judged, changed] = [0, 0, 0];
  for await (const record of recordsOf(tools.records, asked)) {
    read += 1;
    const pair = pairs.get(record.entry.project ?? '');
    const { content } = record.entry;
    if (pair === undefined) skipped.project += 1;
    else if (!content?.length) skipped.content += 1;
    else if (content.some((text) => text.cut)) skipped.cut += 1;
    else {
      const change = await changeOf(tools, pair, record);
      if (change === 'hidden') skipped.hidden += 1;
      else judged += 1;
      if (change === undefined || change === 'hidden') continue;
      changed += 1;
      if (changes.length < CHANGES_TOLD) changes.push(change);
    }
  }
  return {
    recordsRead: read,
    recordsJudged: judged,
    skipped,
    isPartial: read >= asked.recordsMax,
    changed,
    changes,
    activeVersions: Object.fromEntries(
      asked.projects.map(({ before, active }) => [before.name, active?.name ?? null]),
    ),
    caveats: CAVEATS,
  };
}

function pairOf({ compile }: ReplayTools, { before, after, scannerId }: ScannerInProject): Pair {
  const only = (profile: ProfileSnapshot): ProfileSnapshot => ({
    ...profile,
    actions: { prompt: NO_ACTIONS, response: NO_ACTIONS },
    builtIns: [],
    topics: [],
    scanners: profile.scanners.filter((scanner) => scanner.id === scannerId),
    revision: `${profile.revision}-alone`,
  });
  return {
    project: before.name,
    scannerId,
    before: compile(before),
    after: compile(after),
    alone: [compile(only(before)), compile(only(after))],
  };
}

async function* recordsOf(records: RecordStore, asked: ReplayAsked): AsyncGenerator<StoredRecord> {
  const { since, until, recordsMax, signal } = asked;
  let afterSeq = 0;
  let left = recordsMax;
  while (left > 0 && signal?.aborted !== true) {
    const range = { since, afterSeq, ...(until === undefined ? {} : { until }) };
    const page = await records.read({ ...range, limit: Math.min(PAGE, left) });
    yield* page.filter((record) => record.kind === 'prompt' || record.kind === 'response');
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
    left -= page.length;
  }
}

async function changeOf(
  tools: ReplayTools,
  pair: Pair,
  { seq, trId, at, entry }: StoredRecord,
): Promise<ReplayChange | 'hidden' | undefined> {
  const side = entry.kind;
  const texts = (entry.content ?? []).map(({ text }) => text);
  const told = (policy: Policy): Promise<PromptOutcome> => outcomeOfTexts(tools, policy, side, texts);
  const [aloneBefore, aloneAfter] = [await told(pair.alone[0]), await told(pair.alone[1])];
  const firedThen = entry.scans.some((scan) => scan.fired.some(({ id }) => id === pair.scannerId));
  if (firedThen && aloneBefore === 'cleared') return 'hidden';
  if (aloneBefore === aloneAfter) return undefined;
  const [before, after] = [await told(pair.before), await told(pair.after)];
  return before === after ? undefined : { seq, trId, at, side, project: pair.project, before, after };
}

async function outcomeOfTexts(
  { topicsCompared }: ReplayTools,
  policy: Policy,
  side: Side,
  texts: readonly string[],
): Promise<PromptOutcome> {
  const triggered = [];
  for (const text of texts) {
    const content = side === 'response' ? { response: text } : { prompt: text };
    const result = await policy.scan({ contents: [content] });
    const { results } = judgedBy(policy.profile, side, result, topicsCompared);
    triggered.push(...results.filter((it) => it.triggered));
  }
  return outcomeOf(triggered, { flagOnly: false });
}
