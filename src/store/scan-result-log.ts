/** Keeps results of the scan API in the database: for a time, and no more than so many bytes of one owner. */
import type { KeptScan, ScanResultStore } from '../core/scan-results.ts';
import type { ResultRow } from './scan-result-rows.ts';
import type { Db } from './schema.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

export interface ScanResultOptions {
  readonly store: Store;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly keepMs: number;
  /** Of the documents of one owner; the oldest go first. */
  readonly ownerBytesMax: number;
}

/** Documents of one commit, and those that may wait. */
const BATCH_MAX = 64;
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** Rows of one deletion: what comes meanwhile does not wait long. */
const ROWS_MAX = 1_000;

interface Waiting {
  readonly scan: KeptScan;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export class ScanResultLog implements ScanResultStore {
  readonly #options: ScanResultOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #unprunedBytes = 0;
  #writing: Promise<void> | undefined;
  #pruning: Promise<void> | undefined;

  constructor(options: ScanResultOptions) {
    this.#options = options;
  }

  keep(scan: KeptScan): Promise<void> {
    const bytes = Buffer.byteLength(scan.document);
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      return Promise.reject(new StoreError('unavailable', 'too many results wait for the database'));
    }
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ scan, bytes, resolve, reject });
      this.#writing ??= nextTurn().then(() => this.#writeAll());
    });
  }

  find(owner: string, scanIds: readonly string[]): Promise<readonly KeptScan[]> {
    const now = this.#options.now();
    return this.#options.store.read(async (db) => {
      const rows = await db
        .selectFrom('scan_results')
        .select(['scan_id', 'at', 'document'])
        .where('scan_id', 'in', scanIds)
        .where('owner', '=', owner)
        .where('expires_at', '>', now)
        .execute();
      return rows.map((row) => ({ scanId: row.scan_id, owner, at: row.at, document: row.document }));
    });
  }

  /** Removes what is too old or too much. @throws StoreError */
  prune(): Promise<void> {
    this.#pruning ??= this.#pruneAll().finally(() => {
      this.#pruning = undefined;
    });
    return this.#pruning;
  }

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    await this.#writing;
    await this.#pruning?.catch(() => undefined);
  }

  async #writeAll(): Promise<void> {
    const { store, keepMs, ownerBytesMax } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      try {
        await store.putResults(batch.map((waiting) => rowOf(waiting, keepMs)));
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        for (const { reject } of batch) reject(cause);
      }
      const bytes = batch.reduce((sum, waiting) => sum + waiting.bytes, 0);
      this.#waitingBytes -= bytes;
      this.#unprunedBytes += bytes;
    }
    this.#writing = undefined;
    // Between two rounds of the clock a busy owner would go beyond the bound.
    if (this.#unprunedBytes > ownerBytesMax / 4) void this.prune().catch(() => undefined);
  }

  async #pruneAll(): Promise<void> {
    const { store, ownerBytesMax, now } = this.#options;
    this.#unprunedBytes = 0;
    while ((await store.write((db) => deleteExpired(db, now()))) === ROWS_MAX);
    const owners = await store.read((db) =>
      db.selectFrom('scan_results').select('owner').distinct().execute(),
    );
    for (const { owner } of owners) {
      const line = await store.read((db) => oldestKept(db, owner, ownerBytesMax));
      if (line === undefined) continue;
      await store.write((db) =>
        db.deleteFrom('scan_results').where('owner', '=', owner).where('at', '<=', line).execute(),
      );
    }
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const rowOf = ({ scan, bytes }: Waiting, keepMs: number): ResultRow => ({
  scan_id: scan.scanId,
  report_id: `R${scan.scanId}`,
  owner: scan.owner,
  at: scan.at,
  expires_at: scan.at + keepMs,
  document: scan.document,
  bytes,
});

async function deleteExpired(db: Db, now: number): Promise<number> {
  const rows = await db
    .selectFrom('scan_results')
    .select('scan_id')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(ROWS_MAX)
    .execute();
  const ids = rows.map((row) => row.scan_id);
  if (ids.length > 0) await db.deleteFrom('scan_results').where('scan_id', 'in', ids).execute();
  return ids.length;
}

/** The time at and before which an owner's documents are too much; undefined where all fit. */
async function oldestKept(db: Db, owner: string, bytesMax: number): Promise<number | undefined> {
  const rows = await db
    .selectFrom('scan_results')
    .select(['at', 'bytes'])
    .where('owner', '=', owner)
    .orderBy('at', 'desc')
    .execute();
  let sum = 0;
  for (const { at, bytes } of rows) {
    sum += bytes;
    if (sum > bytesMax) return at;
  }
  return undefined;
}
