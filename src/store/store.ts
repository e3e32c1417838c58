/** The one interface of every database (DESIGN §10): transactions, announcements of changes, health. */
import type { ChainEnd, NewRecord } from './record-rows.ts';
import type { ResultRow } from './scan-result-rows.ts';
import type { Db } from './schema.ts';

export interface WriteOptions {
  /** Every process that shares the database is told once the transaction is committed. */
  readonly announce?: boolean;
}

export interface Store {
  readonly kind: 'sqlite' | 'postgres';
  /**
   * One state of the database: all queries of `work` see the same. Nothing may be written.
   * @throws StoreError
   */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * One transaction: all of it is committed, durably, or nothing. It may run again where the database asks
   * for it, so `work` does nothing but queries, and waits for nothing else.
   * @throws StoreError, or what `work` throws, after which nothing was changed
   */
  write<T>(work: (db: Db) => Promise<T>, options?: WriteOptions): Promise<T>;
  /**
   * Appends to the chain of records in one transaction; resolves once it is on the disk.
   * @throws StoreError; nothing was appended then
   */
  appendRecords(key: string, records: readonly NewRecord[]): Promise<ChainEnd>;
  /**
   * Puts kept results in one transaction, each in the place of an earlier one of its scan; resolves once
   * they are on the disk.
   * @throws StoreError; none was put then
   */
  putResults(rows: readonly ResultRow[]): Promise<void>;
  /** Calls back after a change was announced, by this process or another. Returns how to end that. */
  onAnnounced(listener: () => void): () => void;
  /** @throws StoreError where the database does not answer */
  check(): Promise<void>;
  close(): Promise<void>;
}
