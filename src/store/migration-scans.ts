/** Version 4: the scans and prompts of the management API. */
import type { Migration } from './migration.ts';

export const SCAN_TABLES: Migration = {
  version: 4,
  name: 'scans',
  statements: [
    `create table scan_requests (id text primary key, at bigint not null, type text not null,
      project_id text not null, user_id text not null, provider_id text, outcome text not null,
      preserve integer not null, input text not null, external_metadata text, result text not null)`,
    'create index scan_requests_by_time on scan_requests (at)',
    'create index scan_requests_by_project on scan_requests (project_id, at)',
  ],
};
