/** Brings the tables to this version's state, forward only, and refuses what it does not know. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Migration } from './migration.ts';
import { ACCESS_TABLES } from './migration-access.ts';
import { RECORD_TABLES } from './migration-records.ts';
import { REGISTRY_TABLES } from './migration-registry.ts';
import { RESULT_SIZES } from './migration-results.ts';
import { SCAN_TABLES } from './migration-scans.ts';
import { SECRET_TABLES } from './migration-secrets.ts';
import type { Db } from './schema.ts';
import { StoreError } from './store-error.ts';

/** Every version in order. */
export const MIGRATIONS: readonly Migration[] = [
  REGISTRY_TABLES,
  RECORD_TABLES,
  ACCESS_TABLES,
  SCAN_TABLES,
  RESULT_SIZES,
  SECRET_TABLES,
];

interface Applied {
  readonly version: number;
  readonly checksum: string;
}

/** How one database writes the shared SQL. */
export type WriteSql = (statement: string) => string;

/**
 * Runs within one transaction that nobody else migrates in.
 * @throws StoreError `newer` for a database of a newer version, `foreign` for one that was changed by hand
 */
export async function migrate(
  db: Db,
  writeSql: WriteSql,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const table = writeSql(
    `create table if not exists migrations (version integer primary key, name text not null,
      checksum text not null)`,
  );
  await sql.raw(table).execute(db);
  const { rows } = await sql<Applied>`select version, checksum from migrations order by version`.execute(db);
  checkApplied(rows, migrations);
  for (const migration of migrations.slice(rows.length)) {
    for (const statement of migration.statements) await sql.raw(writeSql(statement)).execute(db);
    const { version, name } = migration;
    const checksum = checksumOf(migration);
    const values = sql`values (${version}, ${name}, ${checksum})`;
    await sql`insert into migrations (version, name, checksum) ${values}`.execute(db);
  }
}

function checkApplied(rows: readonly Applied[], migrations: readonly Migration[]): void {
  const newest = rows.at(-1)?.version ?? 0;
  if (newest > migrations.length) {
    throw new StoreError(
      'newer',
      `the database is of version ${newest}, and this program knows versions up to ${migrations.length}: ` +
        'use the newer program, or another database',
    );
  }
  rows.forEach((row, index) => {
    const known = migrations[index];
    if (known !== undefined && row.version === known.version && row.checksum === checksumOf(known)) return;
    throw new StoreError('foreign', `the database's version ${row.version} is not the one of this program`);
  });
}

const checksumOf = (migration: Migration): string =>
  createHash('sha256').update(migration.statements.join(';\n')).digest('hex');
