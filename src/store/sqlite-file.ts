/** Opens the file of the embedded database the one way in which commits are safe, and names its faults. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from './store-error.ts';

export interface SqliteOptions {
  /** Path of the database file; its folder is made. */
  readonly file: string;
  /** How long another process may hold the file, which blocks this one. */
  readonly busyMs?: number;
  /** Bound of the file, for those who have no other; in pages of 4096 bytes. */
  readonly pagesMax?: number;
}

const BUSY_MS = 5_000;

/** @throws StoreError */
export function openFile(
  { file, busyMs = BUSY_MS, pagesMax }: SqliteOptions,
  readonly: boolean,
): Database.Database {
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

/** A fault of the database in the words of all databases; anything else as it is. */
export function sqliteFault(cause: unknown): unknown {
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
