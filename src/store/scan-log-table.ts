/** The scans and prompts of the management API in the store. */
import { sql } from 'kysely';
import type { LoggedScan, LoggedType, PromptOutcome, ScanLog, ScanLogQuery } from '../core/scan-log.ts';
import type { Db, Row } from './schema.ts';
import type { Store } from './store.ts';

export function createScanLog(store: Store): ScanLog {
  return {
    append: (scan) =>
      store.write(async (db) => {
        await db.insertInto('scan_requests').values(rowOf(scan)).execute();
      }),
    get: async (id) => {
      const row = await store.read((db) =>
        db.selectFrom('scan_requests').selectAll().where('id', '=', id).executeTakeFirst(),
      );
      return row === undefined ? undefined : scanOf(row);
    },
    list: async (query) => {
      const rows = await store.read((db) => selectScans(db, query));
      return { items: rows.slice(0, query.limit).map(scanOf), hasMore: rows.length > query.limit };
    },
    preserve: (id, preserve) =>
      store.write(async (db) => {
        await db
          .updateTable('scan_requests')
          .set({ preserve: preserve ? 1 : 0 })
          .where('id', '=', id)
          .execute();
      }),
  };
}

/** Removes what is older and not to be preserved. @param before Unix microseconds */
export const pruneScans = (store: Store, before: number): Promise<number> =>
  store.write(async (db) => {
    const { numDeletedRows } = await db
      .deleteFrom('scan_requests')
      .where('at', '<', before)
      .where('preserve', '=', 0)
      .executeTakeFirst();
    return Number(numDeletedRows);
  });

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, (it) => `\\${it}`);

function selectScans(db: Db, query: ScanLogQuery): Promise<Row<'scan_requests'>[]> {
  const { types, outcomes, projectIds, providerIds, userIds, before, after, search } = query;
  let rows = db.selectFrom('scan_requests').selectAll();
  if (types !== undefined) rows = rows.where('type', 'in', ['', ...types]);
  if (outcomes !== undefined) rows = rows.where('outcome', 'in', ['', ...outcomes]);
  if (projectIds !== undefined) rows = rows.where('project_id', 'in', ['', ...projectIds]);
  if (providerIds !== undefined) rows = rows.where('provider_id', 'in', ['', ...providerIds]);
  if (userIds !== undefined) rows = rows.where('user_id', 'in', [...userIds]);
  if (before !== undefined) rows = rows.where('at', '<', before);
  if (after !== undefined) rows = rows.where('at', '>', after);
  if (search !== undefined) {
    const pattern = `%${escapeLike(JSON.stringify(search.toLowerCase()).slice(1, -1))}%`;
    rows = rows.where(sql<boolean>`lower(input) like ${pattern} escape '\\'`);
  }
  // In JSON a quotation mark of a text is escaped, so that no text can look like a pair.
  for (const [key, value] of Object.entries(query.externalMetadata ?? {})) {
    const pair = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    rows = rows.where(sql<boolean>`replace(external_metadata, ${pair}, '') <> external_metadata`);
  }
  const order = query.ascending ? 'asc' : 'desc';
  return rows
    .orderBy('at', order)
    .orderBy('id', order)
    .offset(query.offset)
    .limit(query.limit + 1)
    .execute();
}

const rowOf = (scan: LoggedScan): Row<'scan_requests'> => ({
  id: scan.id,
  at: scan.at,
  type: scan.type,
  project_id: scan.projectId,
  user_id: scan.userId,
  provider_id: scan.providerId,
  outcome: scan.outcome,
  preserve: scan.preserve ? 1 : 0,
  // JSON can hold what a text of the database cannot: U+0000 and halves of pairs.
  input: JSON.stringify(scan.input),
  external_metadata: scan.externalMetadata === null ? null : JSON.stringify(scan.externalMetadata),
  result: JSON.stringify(scan.result),
});

const scanOf = (row: Row<'scan_requests'>): LoggedScan => ({
  id: row.id,
  at: row.at,
  type: row.type as LoggedType,
  projectId: row.project_id,
  userId: row.user_id,
  providerId: row.provider_id,
  outcome: row.outcome as PromptOutcome,
  preserve: row.preserve === 1,
  input: JSON.parse(row.input),
  externalMetadata: row.external_metadata === null ? null : JSON.parse(row.external_metadata),
  result: JSON.parse(row.result),
});
