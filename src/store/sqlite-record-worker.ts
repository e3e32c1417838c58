/** A thread that commits records to the embedded database, so that nothing else waits for the disk. */
import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { type ChainEnd, type NewRecord, rowsAfter } from './record-rows.ts';
import { openFile, type SqliteOptions } from './sqlite-file.ts';

export interface AppendRequest {
  readonly key: string;
  readonly records: readonly NewRecord[];
}

/** Answers come in the order of the requests. */
export type AppendReply =
  | { readonly end: ChainEnd }
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

/** Serves until the port is closed. */
function serve(port: NonNullable<typeof parentPort>, options: SqliteOptions): void {
  const database = openFile(options, false);
  const append = createAppend(database);
  port.on('message', (request: AppendRequest | 'close') => {
    if (request === 'close') {
      database.close();
      port.close();
      return;
    }
    port.postMessage(answer(append, request));
  });
}

function answer(append: (request: AppendRequest) => ChainEnd, request: AppendRequest): AppendReply {
  try {
    return { end: append(request) };
  } catch (cause) {
    return { code: cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown fault' };
  }
}

if (parentPort !== null) serve(parentPort, workerData);
