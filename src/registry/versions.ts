/** Versions of scanners: made, published, pushed to the projects; nothing else of them ever changes. */
import type { Db, Row } from '../store/schema.ts';
import type { Change } from './change.ts';
import type { Direction, ScannerConfig, Version } from './model.ts';
import { checkDescription } from './names.ts';
import { rememberProjectScanner } from './project-history.ts';
import { conflict, notFound } from './registry-error.ts';
import { versionOf } from './rows.ts';
import { automaticName, type VersionPlan } from './version-plan.ts';

export interface NewVersion {
  readonly scannerId: string;
  readonly config: ScannerConfig;
  readonly direction: Direction;
  readonly plan: VersionPlan;
}

/** @throws RegistryError `conflict` for a name that the scanner has already */
export async function insertVersion(change: Change, version: NewVersion): Promise<Version> {
  const { scannerId, plan } = version;
  const names = await change.db
    .selectFrom('scanner_versions')
    .select(['name'])
    .where('scanner_id', '=', scannerId)
    .execute();
  const taken = new Set(names.map((row) => row.name));
  if (plan.name !== undefined && taken.has(plan.name)) {
    throw conflict(`The scanner has a version named ${plan.name} already`);
  }
  const at = await change.tick();
  const row: Row<'scanner_versions'> = {
    id: change.newId(),
    scanner_id: scannerId,
    ordinal: names.length + 1,
    name: plan.name ?? automaticName(names.length, taken),
    config: JSON.stringify(version.config),
    direction: version.direction,
    description: plan.description,
    published: plan.published ? 1 : 0,
    published_at: plan.published ? at : null,
    created_at: at,
    created_by: change.actor.userId,
  };
  await change.db.insertInto('scanner_versions').values(row).execute();
  if (plan.published) await auditPublished(change, scannerId, row.id);
  return versionOf(row);
}

const auditPublished = (change: Change, scannerId: string, versionId: string): Promise<void> =>
  change.audit('scanner-version-published', { scannerId, versionId });

/** Doing it twice is once. */
export async function publishVersion(change: Change, version: Version): Promise<void> {
  if (version.published) return;
  await change.db
    .updateTable('scanner_versions')
    .set({ published: 1, published_at: change.at })
    .where('id', '=', version.id)
    .execute();
  await auditPublished(change, version.scannerId, version.id);
}

/**
 * Makes the version the active one in every project that has the scanner, enabled or not; nothing else of
 * them changes. Returns the ids of the projects.
 */
export async function pushVersion(change: Change, version: Version): Promise<readonly string[]> {
  const rows = await change.db
    .updateTable('project_scanners')
    .set({ version_id: version.id })
    .where('scanner_id', '=', version.scannerId)
    .returningAll()
    .execute();
  for (const row of rows) await rememberProjectScanner(change, row);
  const { scannerId, id: versionId } = version;
  const projectIds = rows.map((row) => row.project_id).toSorted();
  if (rows.length > 0)
    await change.audit('scanner-updated', { scannerId, versionId }, { pushedTo: projectIds });
  return projectIds;
}

export interface VersionPatch {
  readonly description?: string | null | undefined;
  /** False leaves it as it is: a version is never taken back. */
  readonly published?: boolean | null | undefined;
  /** Publishes too. */
  readonly push?: boolean | null | undefined;
}

/** @throws RegistryError `not_found` for a version that is not of this scanner */
export async function patchVersion(
  change: Change,
  scannerId: string,
  versionId: string,
  patch: VersionPatch,
): Promise<string> {
  const version = await findVersion(change.db, scannerId, versionId);
  if (version === undefined) throw notFound('Version');
  if (patch.description != null) {
    const description = checkDescription(patch.description, ['description']);
    await change.db
      .updateTable('scanner_versions')
      .set({ description })
      .where('id', '=', versionId)
      .execute();
  }
  if (patch.published === true || patch.push === true) await publishVersion(change, version);
  if (patch.push !== true) {
    return patch.published === true ? 'Scanner version published' : 'Scanner version updated';
  }
  const projects = await pushVersion(change, version);
  return `Scanner version published and pushed to ${projects.length} projects`;
}

export async function findVersion(
  db: Db,
  scannerId: string,
  versionId: string,
): Promise<Version | undefined> {
  const row = await db
    .selectFrom('scanner_versions')
    .selectAll()
    .where('id', '=', versionId)
    .where('scanner_id', '=', scannerId)
    .executeTakeFirst();
  return row === undefined ? undefined : versionOf(row);
}

/** The newest made of those that are published. */
export async function latestPublished(db: Db, scannerId: string): Promise<Version | undefined> {
  const row = await db
    .selectFrom('scanner_versions')
    .selectAll()
    .where('scanner_id', '=', scannerId)
    .where('published', '=', 1)
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : versionOf(row);
}

const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

/** By id, by name, or by time: the newest made at or before it. */
export async function resolveVersion(db: Db, scannerId: string, asked: string): Promise<Version | undefined> {
  const rows = db.selectFrom('scanner_versions').selectAll().where('scanner_id', '=', scannerId);
  const named = await rows
    .where((where) => where.or([where('id', '=', asked.toLowerCase()), where('name', '=', asked)]))
    .executeTakeFirst();
  if (named !== undefined) return versionOf(named);
  const at = TIME.test(asked) ? microsOf(asked) : undefined;
  if (at === undefined) return undefined;
  const row = await rows.where('created_at', '<=', at).orderBy('ordinal', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : versionOf(row);
}

/** Unix microseconds of an ISO time; a time without an offset is UTC. Undefined for what is no time. */
export function microsOf(text: string): number | undefined {
  const parts =
    /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?([Zz]|[+ -]\d{2}:?\d{2})?$/.exec(text);
  if (parts === null) return undefined;
  const [, day = '', time = '', fraction = '', offset = 'Z'] = parts;
  // A plus that a query string turned into a space.
  const zone = offset
    .replace(' ', '+')
    .replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
    .toUpperCase();
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : ms * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
