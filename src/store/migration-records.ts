/** Version 2: the records with the head of their chain, and the results of the scan API. */
import type { Migration } from './migration.ts';

export const RECORD_TABLES: Migration = {
  version: 2,
  name: 'records',
  statements: [
    `create table records (seq bigint primary key, at bigint not null, tr_id text not null,
      kind text not null, project text, outcome text not null, body text not null, mac text not null)`,
    'create index records_by_time on records (at)',
    'create index records_by_tr_id on records (tr_id)',
    `create table record_head (id integer primary key check (id = 1), seq bigint not null,
      mac text not null)`,
    "insert into record_head (id, seq, mac) values (1, 0, '')",
    `create table scan_results (scan_id text primary key, report_id text not null, owner text not null,
      at bigint not null, expires_at bigint not null, document text not null)`,
    'create index scan_results_by_report on scan_results (report_id)',
    'create index scan_results_by_expiry on scan_results (expires_at)',
  ],
};
