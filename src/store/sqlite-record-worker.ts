/** A thread that commits records and results to the embedded database, so that nothing waits for the disk. */
import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { type ChainEnd, type NewRecord, rowsAfter } from './record-rows.ts';
import type { ResultRow } from './scan-result-rows.ts';
import { openFile, type SqliteOptions } from './sqlite-file.ts';

export interface AppendRequest {
  readonly key: string;
  readonly records: readonly NewRecord[];
}

export interface ResultsRequest {
  readonly results: readonly ResultRow[];
}

/** Answers come in the order of the requests. */
export type CommitReply =
  | { readonly end: ChainEnd }
  | { readonly put: true }
  /** Code of the database's fault. */
  | { readonly code: string };

function createAppend(database: Database.Database): (request: AppendRequest) => ChainEnd {
  const readHead = database.prepare<[], { seq: number; mac: string }>('select seq, mac from record_head');
  const writeHead = database.prepare('update record_head set seq = ?, mac = ?');
  const insert = database.prepare(
    'insert into records (seq, at, tr_id, kind, project, outcome, body, mac) values (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const append = database.transaction(({ key, records }: AppendRequest): ChainEnd => {
    const head = readHead.get();
    if (head === undefined) throw new Error('the chain of records has no head');
    const { rows, end } = rowsAfter({ seq: head.seq, chain: head.mac }, key, records);
    for (const row of rows) {
      insert.run(row.seq, row.at, row.tr_id, row.kind, row.project, row.outcome, row.body, row.mac);
    }
    writeHead.run(end.seq, end.chain);
    return end;
  });
  return append.immediate;
}

function createPut(database: Database.Database): (results: readonly ResultRow[]) => void {
  const put = database.prepare(
    `insert into scan_results (scan_id, report_id, owner, at, expires_at, document, bytes)
     values (?, ?, ?, ?, ?, ?, ?)
     on conflict (scan_id) do update set document = excluded.document, bytes = excluded.bytes`,
  );
  const putAll = database.transaction((results: readonly ResultRow[]): void => {
    for (const { scan_id, report_id, owner, at, expires_at, document, bytes } of results) {
      put.run(scan_id, report_id, owner, at, expires_at, document, bytes);
    }
  });
  return putAll.immediate;
}

/** Serves until the port is closed. */
function serve(port: NonNullable<typeof parentPort>, options: SqliteOptions): void {
  const database = openFile(options, false);
  const append = createAppend(database);
  const put = createPut(database);
  const commit = (request: AppendRequest | ResultsRequest): CommitReply => {
    if ('records' in request) return { end: append(request) };
    put(request.results);
    return { put: true };
  };
  port.on('message', (request: AppendRequest | ResultsRequest | 'close') => {
    if (request === 'close') {
      database.close();
      port.close();
      return;
    }
    port.postMessage(answer(() => commit(request)));
  });
}

function answer(commit: () => CommitReply): CommitReply {
  try {
    return commit();
  } catch (cause) {
    return { code: cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown fault' };
  }
}

if (parentPort !== null) serve(parentPort, workerData);
