/** Reads scanners and their versions: as they are, or as they were at a time. */
import type { Db, Row } from '../store/schema.ts';
import type { Scanner, Version } from './model.ts';
import { isUuid } from './names.ts';
import { notFound } from './registry-error.ts';
import { documentAt, scannerOf, versionOf } from './rows.ts';
import { resolveVersion } from './versions.ts';

export interface AsOf {
  /** The state at this time, Unix microseconds. */
  readonly at?: number | undefined;
  /** Id, name or time of the version that is shown. */
  readonly version?: string | undefined;
}

/** A scanner that is there, with its newest version. @throws RegistryError `not_found` */
export async function loadScanner(
  db: Db,
  id: string,
): Promise<{ readonly row: Row<'scanners'>; readonly version: Version }> {
  const row = isUuid(id)
    ? await db
        .selectFrom('scanners')
        .selectAll()
        .where('id', '=', id.toLowerCase())
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
    : undefined;
  if (row === undefined) throw notFound('Scanner');
  const version = await db
    .selectFrom('scanner_versions')
    .selectAll()
    .where('id', '=', row.newest_version_id)
    .executeTakeFirstOrThrow();
  return { row, version: versionOf(version) };
}

/** @throws RegistryError `not_found` */
export async function getScanner(db: Db, id: string, asOf: AsOf = {}): Promise<Scanner> {
  const row = asOf.at === undefined ? (await loadScanner(db, id)).row : await rowAt(db, id, asOf.at);
  const version = await resolveVersion(db, row.id, asOf.version ?? row.newest_version_id);
  if (version === undefined) throw notFound('Version');
  return scannerOf(row, version);
}

async function rowAt(db: Db, id: string, at: number): Promise<Row<'scanners'>> {
  const document = isUuid(id) ? await documentAt(db, 'scanner', id.toLowerCase(), at) : undefined;
  if (document === undefined) throw notFound('Scanner');
  return document as Row<'scanners'>;
}

/** Newest first. @throws RegistryError `not_found` */
export async function listVersions(db: Db, id: string, onlyPublished: boolean): Promise<readonly Version[]> {
  const { row } = await loadScanner(db, id);
  const versions = await db
    .selectFrom('scanner_versions')
    .selectAll()
    .where('scanner_id', '=', row.id)
    .orderBy('ordinal', 'desc')
    .execute();
  return versions.map(versionOf).filter((version) => version.published || !onlyPublished);
}

/** Those that are there, by their ids. */
export async function getVersions(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Version>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('scanner_versions')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, versionOf(row)]));
}
