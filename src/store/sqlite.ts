/** The embedded database: one file, a write-ahead log, a writing and a reading connection (DESIGN §10). */
import { resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Listeners } from './listeners.ts';
import { migrate } from './migrations.ts';
import { Mutex } from './mutex.ts';
import type { ChainEnd, NewRecord } from './record-rows.ts';
import type { ResultRow } from './scan-result-rows.ts';
import type { Db, Schema } from './schema.ts';
import { openFile, type SqliteOptions, sqliteFault } from './sqlite-file.ts';
import { SqliteRecorder } from './sqlite-recorder.ts';
import type { Store } from './store.ts';
import { runTransaction } from './transaction.ts';

/**
 * Opens the file and brings it to this version.
 * @throws StoreError
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const writer = openFile(options, false);
  const writes = writesOf(options.file);
  try {
    await writes.run(() => runTransaction(builderOver(writer), WRITING, (db) => migrate(db, asStrict)));
    const recorder = new SqliteRecorder(options);
    return new SqliteStore(writer, openFile(options, true), writes, recorder);
  } catch (cause) {
    writer.close();
    throw sqliteFault(cause);
  }
}

/**
 * The writers of one file within this process take turns here: the database's own waiting would block the
 * very thread that is to end the other's transaction.
 */
const writesOf = (file: string): Mutex => {
  const path = resolve(file);
  const known = MUTEXES.get(path) ?? new Mutex();
  MUTEXES.set(path, known);
  return known;
};
const MUTEXES = new Map<string, Mutex>();

/** SQLite's own types, and tables that hold to them. */
const asStrict = (statement: string): string => {
  const typed = statement.replaceAll(/\bbigint\b/g, 'integer');
  return typed.startsWith('create table') ? `${typed} strict` : typed;
};

/** The driver's own transactions begin without the write lock: a write within one could find it taken. */
const WRITING = 'begin immediate';

const builderOver = (database: Database.Database): Db =>
  new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });

class SqliteStore implements Store {
  readonly kind = 'sqlite';
  readonly #writer: Database.Database;
  readonly #reader: Database.Database;
  readonly #writing: Db;
  readonly #reading: Db;
  readonly #writes: Mutex;
  readonly #recorder: SqliteRecorder;
  readonly #reads = new Mutex();
  readonly #listeners = new Listeners();

  constructor(writer: Database.Database, reader: Database.Database, writes: Mutex, recorder: SqliteRecorder) {
    this.#recorder = recorder;
    this.#writer = writer;
    this.#reader = reader;
    this.#writing = builderOver(writer);
    this.#reading = builderOver(reader);
    this.#writes = writes;
  }

  read<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#reads.run(() => runTransaction(this.#reading, 'begin', work)).catch(rethrow);
  }

  async write<T>(work: (db: Db) => Promise<T>, options: { readonly announce?: boolean } = {}): Promise<T> {
    const result = await this.#writes.run(() => runTransaction(this.#writing, WRITING, work)).catch(rethrow);
    if (options.announce === true) this.#listeners.call();
    return result;
  }

  appendRecords(key: string, records: readonly NewRecord[]): Promise<ChainEnd> {
    return this.#recorder.append({ key, records });
  }

  putResults(rows: readonly ResultRow[]): Promise<void> {
    return this.#recorder.putResults(rows);
  }

  /** Other processes that share the file are found by polling. */
  onAnnounced(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async check(): Promise<void> {
    await this.read((db) => db.selectFrom('policy_head').select('revision').execute());
  }

  async close(): Promise<void> {
    await this.#recorder.close();
    // The last to close writes the log back into the file, which the reader may not.
    await this.#reads.run(async () => this.#reader.close());
    await this.#writes.run(async () => this.#writer.close());
  }
}

const rethrow = (cause: unknown): never => {
  throw sqliteFault(cause);
};
