/** Packages: scanners that go into projects together; a scanner is in one package at most. */
import type { Db, Row } from '../store/schema.ts';
import { type Change, type RegistryTools, runChange } from './change.ts';
import type { Actor, Package, Source } from './model.ts';
import { checkText, isUuid, PACKAGE_NAME_MAX } from './names.ts';
import { addScanner, removeScanner } from './project-scanners.ts';
import { loadProject, saveProject } from './projects.ts';
import { conflict, forbidden, notFound } from './registry-error.ts';
import { packageOf, readTexts } from './rows.ts';
import { loadScanner } from './scanner-reads.ts';
import { deleteScanner } from './scanners.ts';

export interface NewPackage {
  readonly id?: string;
  readonly name: string;
  readonly scannerIds: readonly string[];
  readonly global?: boolean | null | undefined;
  readonly vendored?: boolean | null | undefined;
  readonly source?: Source | undefined;
}

/** @throws RegistryError */
export async function createPackage(tools: RegistryTools, actor: Actor, input: NewPackage): Promise<string> {
  const name = checkText(input.name, ['name'], 1, PACKAGE_NAME_MAX);
  return runChange(tools, actor, async (change) => insertPackage(change, { ...input, name }));
}

export async function insertPackage(change: Change, input: NewPackage): Promise<string> {
  const row: Row<'packages'> = {
    id: input.id ?? change.newId(),
    name: input.name,
    source: input.source ?? 'internal',
    available_globally: (input.global ?? true) ? 1 : 0,
    available_to: '[]',
    vendored: input.vendored === true ? 1 : 0,
    created_at: change.at,
    created_by: change.actor.userId,
    updated_at: change.at,
    deleted_at: null,
  };
  await change.db.insertInto('packages').values(row).execute();
  await setMembers(change, row.id, input.scannerIds);
  await change.audit('scanner-package-created', { scannerPackageId: row.id });
  return row.id;
}

/** Scanners that come in go into the projects of the package, disabled; those that leave, leave them. */
export async function setMembers(
  change: Change,
  packageId: string,
  scannerIds: readonly string[],
): Promise<void> {
  const before = new Set(await membersOf(change.db, packageId));
  const after = new Set(scannerIds.map((id) => id.toLowerCase()));
  const projects = await change.db
    .selectFrom('project_packages')
    .select('project_id')
    .where('package_id', '=', packageId)
    .execute();
  for (const id of after) {
    const { row } = await loadScanner(change.db, id);
    if (row.package_id !== null && row.package_id !== packageId) {
      throw conflict('A scanner is in another package already');
    }
    if (before.has(id)) continue;
    await change.db.updateTable('scanners').set({ package_id: packageId }).where('id', '=', id).execute();
    await change.remember('scanner', id, { ...row, package_id: packageId });
    for (const { project_id } of projects) {
      await addScanner(change, await loadProject(change.db, project_id), id);
    }
  }
  for (const id of before) {
    if (after.has(id)) continue;
    const { row } = await loadScanner(change.db, id);
    await change.db.updateTable('scanners').set({ package_id: null }).where('id', '=', id).execute();
    await change.remember('scanner', id, { ...row, package_id: null });
    for (const { project_id } of projects) await removeScanner(change, project_id, id);
  }
}

export async function updatePackage(
  tools: RegistryTools,
  actor: Actor,
  id: string,
  patch: { readonly name?: string | null; readonly scannerIds?: readonly string[] | null },
): Promise<void> {
  const name = patch.name == null ? undefined : checkText(patch.name, ['name'], 1, PACKAGE_NAME_MAX);
  await runChange(tools, actor, async (change) => {
    const row = await loadOwnPackage(change.db, id);
    await change.db
      .updateTable('packages')
      .set({ name: name ?? row.name, updated_at: change.at })
      .where('id', '=', row.id)
      .execute();
    if (patch.scannerIds != null) await setMembers(change, row.id, patch.scannerIds);
    await change.audit('scanner-package-updated', { scannerPackageId: row.id });
  });
}

/** Without `deleteScanners` its scanners stay, in the projects too. */
export async function deletePackage(
  tools: RegistryTools,
  actor: Actor,
  id: string,
  deleteScanners: boolean,
): Promise<void> {
  const members = await runChange(tools, actor, (change) => dropPackage(change, id));
  if (deleteScanners) for (const scannerId of members) await deleteScanner(tools, actor, scannerId);
}

/** The same within a change; returns the ids of its scanners. */
export async function dropPackage(change: Change, id: string): Promise<readonly string[]> {
  const row = await loadOwnPackage(change.db, id);
  const scannerIds = await membersOf(change.db, row.id);
  await change.db
    .updateTable('scanners')
    .set({ package_id: null })
    .where('package_id', '=', row.id)
    .execute();
  await change.db.deleteFrom('project_packages').where('package_id', '=', row.id).execute();
  await change.db
    .updateTable('packages')
    .set({ deleted_at: change.at, updated_at: change.at })
    .where('id', '=', row.id)
    .execute();
  await change.audit('scanner-package-deleted', { scannerPackageId: row.id });
  return scannerIds;
}

export async function setPackageAccess(
  tools: RegistryTools,
  actor: Actor,
  id: string,
  access: {
    readonly global?: boolean | null | undefined;
    readonly projectIds?: readonly string[] | null | undefined;
  },
): Promise<void> {
  await runChange(tools, actor, async (change) => {
    const row = await loadPackage(change.db, id);
    await change.db
      .updateTable('packages')
      .set({
        available_globally: access.global == null ? row.available_globally : access.global ? 1 : 0,
        available_to:
          access.projectIds == null ? row.available_to : JSON.stringify([...new Set(access.projectIds)]),
        updated_at: change.at,
      })
      .where('id', '=', row.id)
      .execute();
    await change.audit('scanner-package-availability-updated', { scannerPackageId: row.id });
  });
}

/** All its scanners are added, disabled; those that are in already stay as they are. */
export async function addPackage(
  tools: RegistryTools,
  actor: Actor,
  idOrName: string,
  packageId: string,
): Promise<void> {
  await runChange(tools, actor, async (change) => {
    const project = await loadProject(change.db, idOrName);
    const row = await loadPackage(change.db, packageId);
    const available = row.available_globally === 1 || readTexts(row.available_to).includes(project.id);
    if (!available && project.type !== 'global') {
      throw forbidden('The package is not available to this project');
    }
    await putPackage(change, project, row.id);
  });
}

export async function putPackage(change: Change, project: Row<'projects'>, packageId: string): Promise<void> {
  const added = await change.db
    .insertInto('project_packages')
    .values({ project_id: project.id, package_id: packageId, added_at: change.at })
    .onConflict((clash) => clash.columns(['project_id', 'package_id']).doNothing())
    .returning('package_id')
    .execute();
  for (const scannerId of await membersOf(change.db, packageId)) await addScanner(change, project, scannerId);
  if (added.length === 0) return;
  await saveProject(change, project);
  await change.audit('project-scanner-package-added', { projectId: project.id, scannerPackageId: packageId });
}

/** Its scanners leave the project with it. */
export async function removePackage(
  tools: RegistryTools,
  actor: Actor,
  idOrName: string,
  packageId: string,
): Promise<void> {
  await runChange(tools, actor, async (change) => {
    const project = await loadProject(change.db, idOrName);
    const { id } = await loadPackage(change.db, packageId);
    await takePackage(change, project, id);
  });
}

/** The same within a change. */
export async function takePackage(
  change: Change,
  project: Row<'projects'>,
  packageId: string,
): Promise<void> {
  const removed = await change.db
    .deleteFrom('project_packages')
    .where('project_id', '=', project.id)
    .where('package_id', '=', packageId)
    .returning('package_id')
    .execute();
  if (removed.length === 0) return;
  for (const scannerId of await membersOf(change.db, packageId))
    await removeScanner(change, project.id, scannerId);
  await saveProject(change, project);
  await change.audit('project-scanner-package-removed', {
    projectId: project.id,
    scannerPackageId: packageId,
  });
}

/** @throws RegistryError `not_found` */
export async function getPackage(db: Db, id: string): Promise<Package> {
  const row = await loadPackage(db, id);
  return packageOf(row, await membersOf(db, row.id));
}

async function loadPackage(db: Db, id: string): Promise<Row<'packages'>> {
  const row = isUuid(id)
    ? await db
        .selectFrom('packages')
        .selectAll()
        .where('id', '=', id.toLowerCase())
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
    : undefined;
  if (row === undefined) throw notFound('Package');
  return row;
}

async function loadOwnPackage(db: Db, id: string): Promise<Row<'packages'>> {
  const row = await loadPackage(db, id);
  if (row.source === 'system') throw forbidden('A built-in package cannot be changed');
  return row;
}

export async function membersOf(db: Db, packageId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('scanners')
    .select('id')
    .where('package_id', '=', packageId)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}
