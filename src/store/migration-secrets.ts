/** Version 6: secrets, encrypted by whoever writes them; the database never sees a value. */
import type { Migration } from './migration.ts';

export const SECRET_TABLES: Migration = {
  version: 6,
  name: 'secrets',
  statements: [
    `create table secrets (id text primary key, name text not null unique, sealed text not null,
      created_at bigint not null, updated_at bigint not null)`,
  ],
};
