/** The embedded database: one file, a write-ahead log, a writing and a reading connection (DESIGN §10). */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Listeners } from './listeners.ts';
import { migrate } from './migrations.ts';
import { Mutex } from './mutex.ts';
import type { Db, Schema } from './schema.ts';
import { type Store, StoreError } from './store.ts';
import { runTransaction } from './transaction.ts';

export interface SqliteOptions {
  /** Path of the database file; its folder is made. */
  readonly file: string;
  /** How long another process may hold the file, which blocks this one. */
  readonly busyMs?: number;
  /** Bound of the file, for those who have no other; in pages of 4096 bytes. */
  readonly pagesMax?: number;
}

const BUSY_MS = 5_000;

/**
 * Opens the file and brings it to this version.
 * @throws StoreError
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const writer = openFile(options, false);
  const writes = writesOf(options.file);
  try {
    await writes.run(() => runTransaction(builderOver(writer), WRITING, (db) => migrate(db, asStrict)));
    return new SqliteStore(writer, openFile(options, true), writes);
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

function openFile({ file, busyMs = BUSY_MS, pagesMax }: SqliteOptions, readonly: boolean): Database.Database {
  try {
    if (!readonly) {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      // Its log and index files get the same mode.
      closeSync(openSync(file, 'a', 0o600));
    }
    const database = new Database(file, { timeout: busyMs, readonly });
    if (!readonly) {
      database.pragma('journal_mode = WAL');
      // Each commit is on the disk before it is acknowledged.
      database.pragma('synchronous = FULL');
      if (pagesMax !== undefined) database.pragma(`max_page_count = ${pagesMax}`);
    }
    database.pragma('foreign_keys = ON');
    database.pragma('trusted_schema = OFF');
    return database;
  } catch (cause) {
    throw sqliteFault(cause);
  }
}

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
  readonly #reads = new Mutex();
  readonly #listeners = new Listeners();

  constructor(writer: Database.Database, reader: Database.Database, writes: Mutex) {
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

  /** Other processes that share the file are found by polling. */
  onAnnounced(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async check(): Promise<void> {
    await this.read((db) => db.selectFrom('policy_head').select('revision').execute());
  }

  async close(): Promise<void> {
    // The last to close writes the log back into the file, which the reader may not.
    await this.#reads.run(async () => this.#reader.close());
    await this.#writes.run(async () => this.#writer.close());
  }
}

const rethrow = (cause: unknown): never => {
  throw sqliteFault(cause);
};

/** A fault of the database in the words of all databases; anything else as it is. */
function sqliteFault(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof StoreError) return cause;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new StoreError('conflict', 'a rule of the tables was broken', { cause });
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StoreError('foreign', 'the file is not a database of ours, or is damaged', { cause });
  }
  const isSystem = /^E[A-Z]+$/.test(code);
  if (code.startsWith('SQLITE_') || isSystem || cause.message === 'The database connection is not open') {
    return new StoreError('unavailable', `the database file cannot be used (${code || 'closed'})`, { cause });
  }
  if (cause.message.startsWith('Cannot open database because the directory')) {
    return new StoreError('unavailable', 'the database file cannot be used (no folder)', { cause });
  }
  return cause;
}
