/** Writes records: those that come while a commit is under way are one commit, in the chain's order. */
import type { RecordEntry, RecordQuery, RecordStore, StoredRecord } from '../core/record.ts';
import { type ChainEnd, type NewRecord, newRecordOf } from './record-rows.ts';
import type { Db, Row } from './schema.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

export interface RecordLogOptions {
  readonly store: Store;
  /** Key of the chain. */
  readonly key: string;
  /** Called after each commit with the chain's new end. */
  readonly onCommitted?: (end: ChainEnd) => void;
}

/** Records that wait; above that nothing more is taken. */
const WAITING_MAX = 20_000;
/** Records of one commit. */
const BATCH_MAX = 256;

interface Waiting {
  readonly record: NewRecord;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export class RecordLog implements RecordStore {
  readonly #options: RecordLogOptions;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: RecordLogOptions) {
    this.#options = options;
  }

  append(entry: RecordEntry): Promise<void> {
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new StoreError('unavailable', 'too many records wait for the database'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record: newRecordOf(entry), resolve, reject });
      this.#writing ??= nextTurn().then(() => this.#writeAll());
    });
  }

  async #writeAll(): Promise<void> {
    const { store, key, onCommitted } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      try {
        const records = batch.map((waiting) => waiting.record);
        const end = await store.appendRecords(key, records);
        for (const { resolve } of batch) resolve();
        onCommitted?.(end);
      } catch (cause) {
        for (const { reject } of batch) reject(cause);
      }
    }
    this.#writing = undefined;
  }

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  read(query: RecordQuery): Promise<readonly StoredRecord[]> {
    return this.#options.store.read(async (db) => (await selectRecords(db, query)).map(recordOf));
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function selectRecords(db: Db, query: RecordQuery): Promise<Row<'records'>[]> {
  let rows = db.selectFrom('records').selectAll();
  if (query.trId !== undefined) rows = rows.where('tr_id', '=', query.trId);
  if (query.since !== undefined) rows = rows.where('at', '>=', query.since);
  if (query.until !== undefined) rows = rows.where('at', '<', query.until);
  if (query.afterSeq !== undefined) rows = rows.where('seq', '>', query.afterSeq);
  return rows.orderBy('seq').limit(query.limit).execute();
}

const recordOf = (row: Row<'records'>): StoredRecord => ({
  seq: row.seq,
  at: row.at,
  trId: row.tr_id,
  kind: row.kind,
  outcome: row.outcome,
  entry: JSON.parse(row.body),
});
