/** Version 5: the size of kept scan results, by which they are bounded. */
import type { Migration } from './migration.ts';

export const RESULT_SIZES: Migration = {
  version: 5,
  name: 'result sizes',
  statements: [
    'alter table scan_results add column bytes bigint not null default 0',
    'create index scan_results_by_owner on scan_results (owner, at, bytes)',
  ],
};
