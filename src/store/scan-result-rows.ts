/** Rows of kept scan results: what is written, and how one replaces another. */
import type { Db, NewRow } from './schema.ts';

export type ResultRow = NewRow<'scan_results'>;

/** In a transaction of the caller's. */
export async function putResults(db: Db, rows: readonly ResultRow[]): Promise<void> {
  for (const row of rows) {
    const { document, bytes } = row;
    await db
      .insertInto('scan_results')
      .values(row)
      .onConflict((clash) => clash.column('scan_id').doUpdateSet({ document, bytes }))
      .execute();
  }
}
