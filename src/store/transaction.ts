/** One transaction on one connection, begun the way that the database needs it. */
import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** Commits what `work` did, or undoes it and throws what it threw. */
export async function runTransaction<T>(db: Db, begin: string, work: (db: Db) => Promise<T>): Promise<T> {
  await sql.raw(begin).execute(db);
  try {
    const result = await work(db);
    await sql.raw('commit').execute(db);
    return result;
  } catch (cause) {
    // A full disk or a lost connection has undone it already.
    await sql
      .raw('rollback')
      .execute(db)
      .catch(() => undefined);
    throw cause;
  }
}
