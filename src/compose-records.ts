/** Starts the records over a store: key, chain, checkpoints, retention. */
import { join, resolve } from 'node:path';
import { StartError } from './compose-start-error.ts';
import { provideToken } from './compose-tokens.ts';
import type { Config } from './config-schema.ts';
import type { RecordStore } from './core/record.ts';
import { fingerprintOf } from './store/record-chain.ts';
import { CheckpointWriter } from './store/record-checkpoints.ts';
import { RecordLog } from './store/record-log.ts';
import { pruneRecords } from './store/record-pruning.ts';
import { pruneScans } from './store/scan-log-table.ts';
import type { Store } from './store/store.ts';
import type { Log } from './telemetry/logger.ts';

export interface RecordParts {
  readonly records: RecordStore;
  readonly close: () => Promise<void>;
}

export const CHECKPOINT_FILE = 'records-checkpoints.jsonl';
const PRUNE_MS = 3_600_000;
const DAY_MS = 86_400_000;
const FINGERPRINT = 'records-key';

export const checkpointFileOf = (config: Config): string => join(resolve(config.dataDir), CHECKPOINT_FILE);

/**
 * The key of the chain, which must be the one that the database's records were made with.
 * @throws StartError
 */
export async function recordKey(config: Config, store: Store): Promise<string> {
  const { value: key } = provideToken('records-key', config.records.key, config.dataDir);
  const print = fingerprintOf(key);
  const known = await store.write(async (db) => {
    await db
      .insertInto('settings')
      .values({ name: FINGERPRINT, value: print })
      .onConflict((clash) => clash.column('name').doNothing())
      .execute();
    return db
      .selectFrom('settings')
      .select('value')
      .where('name', '=', FINGERPRINT)
      .executeTakeFirstOrThrow();
  });
  if (known.value === print) return key;
  throw new StartError(
    "the database's records were made with another key: set records.key (SALLYPORT_RECORDS_KEY) to that one",
  );
}

async function pruneAll(store: Store, key: string, before: number): Promise<number> {
  await pruneScans(store, before * 1_000);
  return pruneRecords(store, key, before, Date.now());
}

/** @throws StartError, StoreError */
export async function startRecords(config: Config, store: Store, log: Log): Promise<RecordParts> {
  const key = await recordKey(config, store);
  const checkpoints = new CheckpointWriter({
    file: checkpointFileOf(config),
    key,
    now: Date.now,
    onFault: (code) => log.note({ event: 'checkpoint_not_written', note: code }),
  });
  const records = new RecordLog({ store, key, onCommitted: (end) => checkpoints.note(end) });
  let pruning: Promise<void> = Promise.resolve();
  const prune = (): void => {
    const before = Date.now() - config.records.retentionDays * DAY_MS;
    pruning = pruneAll(store, key, before).then(
      (count) => {
        if (count > 0) log.info('records_pruned', { records: count });
      },
      (cause: unknown) => {
        log.note({
          event: 'records_not_pruned',
          note: cause instanceof Error ? cause.name : 'unknown fault',
        });
      },
    );
  };
  prune();
  const timer = setInterval(prune, PRUNE_MS);
  timer.unref();
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await pruning;
    await records.settle();
    await checkpoints.close();
  };
  return { records, close };
}
