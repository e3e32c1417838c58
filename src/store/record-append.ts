/** Appends records to the chain within one transaction: their numbers follow the commits without a gap. */
import { sql } from 'kysely';
import { type ChainEnd, type NewRecord, rowsAfter } from './record-rows.ts';
import type { Db } from './schema.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/** Within a transaction of the caller: the head's row is taken first. */
export async function insertRecords(
  db: Db,
  kind: Store['kind'],
  key: string,
  records: readonly NewRecord[],
): Promise<ChainEnd> {
  const count = records.length;
  const { rows: heads } = await sql<{ seq: number; mac: string }>`
    update record_head set seq = seq + ${count} returning seq, mac`.execute(db);
  const head = heads[0];
  if (head === undefined) throw new StoreError('foreign', 'the chain of records has no head');
  const { rows, end } = rowsAfter({ seq: head.seq - count, chain: head.mac }, key, records);
  await INSERT[kind](JSON.stringify(rows)).execute(db);
  await db.updateTable('record_head').set({ mac: end.chain }).execute();
  return end;
}

/** One statement of one parameter: it costs the same for one record and for many. */
const INSERT = {
  sqlite: (rows: string) => sql`
    insert into records (seq, at, tr_id, kind, project, outcome, body, mac)
    select value ->> 'seq', value ->> 'at', value ->> 'tr_id', value ->> 'kind', value ->> 'project',
      value ->> 'outcome', value ->> 'body', value ->> 'mac' from json_each(${rows})`,
  postgres: (rows: string) => sql`
    insert into records (seq, at, tr_id, kind, project, outcome, body, mac)
    select seq, at, tr_id, kind, project, outcome, body, mac from json_to_recordset(${rows}::json)
    as r (seq bigint, at bigint, tr_id text, kind text, project text, outcome text, body text, mac text)`,
};
