/** The commands `records verify` and `records export`: what stands in the chain, and whether it is whole. */
import type { CliStreams } from './cli-streams.ts';
import { checkpointFileOf, recordKey } from './compose-records.ts';
import { openStore } from './compose-store.ts';
import type { LoadedConfig } from './config.ts';
import { readCheckpoints } from './store/record-checkpoints.ts';
import { selectRecords } from './store/record-log.ts';
import { verifyRecords } from './store/record-verify.ts';
import type { Store } from './store/store.ts';

const EXIT_WHOLE = 0;
const EXIT_FOUND = 3;
const PAGE = 500;

/** Unix milliseconds, from and up to but not including. */
export interface RecordRange {
  readonly since?: number;
  readonly until?: number;
}

/**
 * Checks the whole chain against its key and its checkpoints.
 * @returns 0 where it is whole, 3 where anything was found
 */
export function runVerify(settings: LoadedConfig, streams: CliStreams): Promise<number> {
  return withStore(settings, async (store) => {
    const key = await recordKey(settings.config, store);
    const checkpoints = readCheckpoints(checkpointFileOf(settings.config));
    const report = await verifyRecords(store, key, checkpoints);
    for (const { fault, seq, note } of report.findings) streams.out(`${fault} at ${seq}: ${note}`);
    const range = report.first === undefined ? '' : ` (${report.first} to ${report.last})`;
    const end = report.findings.length === 0 ? 'the chain is whole' : `${report.findings.length} findings`;
    streams.out(`${report.records} records${range}, ${checkpoints.length} checkpoints: ${end}`);
    return report.findings.length === 0 ? EXIT_WHOLE : EXIT_FOUND;
  });
}

/** One JSON document a line, in the order of the chain. */
export function runExport(settings: LoadedConfig, range: RecordRange, streams: CliStreams): Promise<number> {
  return withStore(settings, async (store) => {
    let afterSeq = 0;
    for (;;) {
      const rows = await store.read((db) => selectRecords(db, { ...range, afterSeq, limit: PAGE }));
      for (const row of rows) streams.out(row.body);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return EXIT_WHOLE;
      afterSeq = last.seq;
    }
  });
}

async function withStore(settings: LoadedConfig, work: (store: Store) => Promise<number>): Promise<number> {
  const store = await openStore(settings.config);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Unix milliseconds of `7d`, `12h`, `30m` before now, or of an ISO time; undefined for anything else. */
export function readTime(text: string, now: number): number | undefined {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
