/** Projects: create, change, delete; each is an AI profile under its friendlyId. */
import type { Db, Row } from '../store/schema.ts';
import { type Change, type RegistryTools, runChange } from './change.ts';
import type {
  Actor,
  DeploymentStatus,
  Project,
  ProjectScanner,
  ProjectSettings,
  ProjectType,
} from './model.ts';
import { checkFriendlyId, checkText, isUuid, PROJECT_NAME_MAX } from './names.ts';
import { forgetProjectScanner } from './project-history.ts';
import { addScanner, type ProjectScannerPatch, patchProjectScanner } from './project-scanners.ts';
import { conflict, forbidden, invalid, notFound } from './registry-error.ts';
import { documentAt, projectOf, projectScannerOf } from './rows.ts';

export interface NewProject {
  readonly name: string;
  readonly type: ProjectType;
  /** Default: made from the name. */
  readonly friendlyId?: string | null | undefined;
  readonly deploymentStatus?: DeploymentStatus | null | undefined;
  /** Scanners are added and set. */
  readonly scanners?: readonly ProjectScannerPatch[] | undefined;
  readonly settings?: ProjectSettings | undefined;
}

export interface ProjectPatch {
  readonly name?: string | null | undefined;
  readonly friendlyId?: string | null | undefined;
  readonly deploymentStatus?: DeploymentStatus | null | undefined;
  /** Merged by id: what is not named stays. */
  readonly scanners?: readonly ProjectScannerPatch[] | null | undefined;
  readonly settings?: ProjectSettings | null | undefined;
}

export const DEFAULT_SETTINGS: ProjectSettings = {
  latency: { maxInlineMs: 3_000, onTimeout: 'block' },
  trustedRoles: ['system', 'developer', 'tool-definition'],
  maskOnBlock: false,
  topics: [],
};

/** Returns the new project. @throws RegistryError */
export async function createProject(change: Change, input: NewProject): Promise<Row<'projects'>> {
  const name = checkText(input.name, ['name'], 1, PROJECT_NAME_MAX);
  if (input.type === 'global') throw invalid(['type'], 'must be app, agentic, chat or bot');
  const asked = input.friendlyId == null ? undefined : checkFriendlyId(input.friendlyId, ['friendlyId']);
  const friendlyId = asked ?? (await freeFriendlyId(change.db, name));
  const facts = { ...input, name, friendlyId, deploymentStatus: input.deploymentStatus ?? 'draft' };
  const row = await insertProject(change, facts);
  for (const [index, patch] of (input.scanners ?? []).entries()) {
    await addScanner(change, row, patch.id);
    await patchProjectScanner(change, row, patch, ['config', 'scanners', index]);
  }
  return row;
}

export interface ProjectFacts {
  readonly id?: string;
  readonly name: string;
  readonly type: ProjectType;
  readonly friendlyId: string;
  readonly deploymentStatus: DeploymentStatus;
  readonly settings?: ProjectSettings | undefined;
}

export async function insertProject(change: Change, facts: ProjectFacts): Promise<Row<'projects'>> {
  await checkFree(change.db, facts.friendlyId);
  const row: Row<'projects'> = {
    id: facts.id ?? change.newId(),
    name: facts.name,
    type: facts.type,
    friendly_id: facts.friendlyId,
    deployment_status: facts.deploymentStatus,
    settings: JSON.stringify(facts.settings ?? DEFAULT_SETTINGS),
    admin_role_id: change.newId(),
    member_role_id: change.newId(),
    created_at: change.at,
    created_by: change.actor.userId,
    updated_at: change.at,
    deleted_at: null,
  };
  await change.db.insertInto('projects').values(row).execute();
  await change.remember('project', row.id, { ...row, package_ids: [] });
  await change.audit('project-created', { projectId: row.id });
  return row;
}

/** Case counts (contract §4). */
export async function checkFree(db: Db, friendlyId: string, except = ''): Promise<void> {
  const taken = await db
    .selectFrom('projects')
    .select('id')
    .where('friendly_id', '=', friendlyId)
    .where('deleted_at', 'is', null)
    .where('id', '!=', except)
    .executeTakeFirst();
  if (taken !== undefined) throw conflict('A project with this friendlyId exists already');
}

/** The name in small letters, digits and hyphens, with a number behind it where that is taken. */
async function freeFriendlyId(db: Db, name: string): Promise<string> {
  const words =
    name
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('-') ?? '';
  const base = words.slice(0, 80).replace(/-+$/, '') || 'project';
  const rows = await db
    .selectFrom('projects')
    .select('friendly_id')
    .where('deleted_at', 'is', null)
    .where('friendly_id', 'like', `${base}%`)
    .execute();
  const taken = new Set(rows.map((row) => row.friendly_id));
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

/** @throws RegistryError */
export async function updateProject(
  tools: RegistryTools,
  actor: Actor,
  idOrName: string,
  patch: ProjectPatch,
): Promise<void> {
  const name = patch.name == null ? undefined : checkText(patch.name, ['name'], 1, PROJECT_NAME_MAX);
  await runChange(tools, actor, async (change) => {
    const row = await loadProject(change.db, idOrName);
    const friendlyId = patch.friendlyId ?? row.friendly_id;
    if (friendlyId !== row.friendly_id) {
      if (row.type === 'global') throw forbidden('The global project keeps its friendlyId');
      await checkFree(change.db, checkFriendlyId(friendlyId, ['friendlyId']), row.id);
    }
    for (const [index, entry] of (patch.scanners ?? []).entries()) {
      await patchProjectScanner(change, row, entry, ['config', 'scanners', index]);
    }
    await saveProject(change, {
      ...row,
      name: name ?? row.name,
      friendly_id: friendlyId,
      deployment_status: patch.deploymentStatus ?? row.deployment_status,
      settings: patch.settings == null ? row.settings : JSON.stringify(patch.settings),
    });
    await change.audit('project-updated', { projectId: row.id });
  });
}

export async function saveProject(change: Change, row: Row<'projects'>): Promise<void> {
  const { id, ...columns } = { ...row, updated_at: change.at };
  await change.db.updateTable('projects').set(columns).where('id', '=', id).execute();
  const package_ids = await packageIdsOf(change.db, id);
  await change.remember('project', id, { ...columns, id, package_ids });
}

/** Its friendlyId is free again. The global project cannot be deleted. */
export async function deleteProject(tools: RegistryTools, actor: Actor, idOrName: string): Promise<void> {
  await runChange(tools, actor, (change) => dropProject(change, idOrName));
}

/** The same within a change. */
export async function dropProject(change: Change, idOrName: string): Promise<void> {
  const row = await loadProject(change.db, idOrName);
  if (row.type === 'global') throw forbidden('The global project cannot be deleted');
  const left = await change.db
    .deleteFrom('project_scanners')
    .where('project_id', '=', row.id)
    .returning('scanner_id')
    .execute();
  for (const { scanner_id: scannerId } of left) await forgetProjectScanner(change, row.id, scannerId);
  await change.db.deleteFrom('project_packages').where('project_id', '=', row.id).execute();
  await change.db
    .updateTable('projects')
    .set({ deleted_at: change.at, updated_at: change.at })
    .where('id', '=', row.id)
    .execute();
  await change.remember('project', row.id, null);
  await change.audit('project-deleted', { projectId: row.id });
}

/** By id, else by friendlyId, as it stands. @throws RegistryError `not_found` */
export async function loadProject(db: Db, idOrName: string): Promise<Row<'projects'>> {
  const live = db.selectFrom('projects').selectAll().where('deleted_at', 'is', null);
  const byId = isUuid(idOrName)
    ? await live.where('id', '=', idOrName.toLowerCase()).executeTakeFirst()
    : undefined;
  if (byId !== undefined) return byId;
  if (idOrName.includes('\0')) throw notFound('Project');
  const byName = await live.where('friendly_id', '=', idOrName).executeTakeFirst();
  if (byName === undefined) throw notFound('Project');
  return byName;
}

/** With its scanners. @throws RegistryError `not_found` */
export async function getProject(db: Db, idOrName: string, at?: number): Promise<Project> {
  if (at !== undefined) return projectAt(db, idOrName, at);
  const row = await loadProject(db, idOrName);
  const scanners = await db
    .selectFrom('project_scanners')
    .selectAll()
    .where('project_id', '=', row.id)
    .orderBy('added_at')
    .orderBy('scanner_id')
    .execute();
  return projectOf(row, scanners.map(projectScannerOf), await packageIdsOf(db, row.id));
}

/** The global project: global settings. */
export async function getGlobalProject(db: Db): Promise<Project> {
  const row = await db
    .selectFrom('projects')
    .select('id')
    .where('type', '=', 'global')
    .executeTakeFirstOrThrow();
  return getProject(db, row.id);
}

export async function packageIdsOf(db: Db, projectId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('project_packages')
    .select('package_id')
    .where('project_id', '=', projectId)
    .orderBy('added_at')
    .orderBy('package_id')
    .execute();
  return rows.map((row) => row.package_id);
}

/** A name is looked up as it is now, or as it was for a project that is gone. */
async function projectAt(db: Db, idOrName: string, at: number): Promise<Project> {
  const known = await db
    .selectFrom('projects')
    .select('id')
    .where((where) =>
      where.or([where('id', '=', idOrName.toLowerCase()), where('friendly_id', '=', idOrName)]),
    )
    .orderBy('created_at', 'desc')
    .execute();
  for (const { id } of known) {
    const document = await documentAt(db, 'project', id, at);
    if (document === undefined) continue;
    const row = document as Row<'projects'> & { readonly package_ids: readonly string[] };
    return projectOf(row, await projectScannersAt(db, id, at), row.package_ids);
  }
  throw notFound('Project');
}

async function projectScannersAt(db: Db, projectId: string, at: number): Promise<readonly ProjectScanner[]> {
  const rows = await db
    .selectFrom('history')
    .select(['id', 'document'])
    .where('kind', '=', 'project-scanner')
    .where('parent_id', '=', projectId)
    .where('at', '<=', at)
    .orderBy('at')
    .execute();
  const newest = new Map<string, ProjectScanner | undefined>();
  for (const { id, document } of rows) newest.set(id, document === null ? undefined : JSON.parse(document));
  const scanners = [...newest.values()].filter((scanner) => scanner !== undefined);
  return scanners.toSorted((a, b) => a.addedAt - b.addedAt || (a.scannerId < b.scannerId ? -1 : 1));
}
