/** Brings one project to what its document says: itself, and then what it runs. */
import type { Db, Row } from '../store/schema.ts';
import type { Change } from './change.ts';
import type { ProjectScanner } from './model.ts';
import { checkFriendlyId, checkText, PROJECT_NAME_MAX } from './names.ts';
import { membersOf, putPackage, takePackage } from './packages.ts';
import type { ProjectDocument } from './policy-document.ts';
import { type ApplyNotes, idOf } from './policy-names.ts';
import { addScanner, patchProjectScanner, removeScanner } from './project-scanners.ts';
import { checkFree, getProject, insertProject, saveProject } from './projects.ts';
import { invalid } from './registry-error.ts';
import { readSettings } from './rows.ts';
import { resolveVersion } from './versions.ts';

/** Returns its id. @throws RegistryError; paths begin within the document */
export async function applyProject(
  change: Change,
  document: ProjectDocument,
  notes: ApplyNotes,
): Promise<string> {
  const name = checkText(document.name, ['name'], 1, PROJECT_NAME_MAX);
  const friendlyId = checkFriendlyId(document.friendlyId, ['friendlyId']);
  const { type, deploymentStatus, settings } = document;
  const row = await existing(change.db, document);
  if (row === undefined) {
    const id = document.id === undefined ? {} : { id: document.id };
    const made = await insertProject(change, { ...id, name, type, friendlyId, deploymentStatus, settings });
    notes.changes.push(`+ project ${friendlyId}`);
    return made.id;
  }
  if (row.type !== type) throw invalid(['type'], `is ${row.type} here, and cannot be changed`);
  if (row.type === 'global' && friendlyId !== row.friendly_id)
    throw invalid(['friendlyId'], 'of the global project stays as it is');
  if (friendlyId !== row.friendly_id) await checkFree(change.db, friendlyId, row.id);
  const facts = [
    ['name', row.name, name],
    ['friendlyId', row.friendly_id, friendlyId],
    ['deploymentStatus', row.deployment_status, deploymentStatus],
    ['settings', readSettings(row.settings), settings],
  ] as const;
  const differing = facts.filter(([, before, after]) => JSON.stringify(before) !== JSON.stringify(after));
  if (differing.length > 0) {
    await saveProject(change, {
      ...row,
      name,
      friendly_id: friendlyId,
      deployment_status: deploymentStatus,
      settings: JSON.stringify(settings),
    });
    await change.audit('project-updated', { projectId: row.id });
    notes.changes.push(`~ project ${friendlyId}: ${differing.map(([fact]) => fact).join(', ')}`);
  }
  return row.id;
}

/** By id, else by friendlyId; there is one global project, whatever its id. */
async function existing(db: Db, document: ProjectDocument): Promise<Row<'projects'> | undefined> {
  const live = db.selectFrom('projects').selectAll().where('deleted_at', 'is', null);
  if (document.type === 'global') return live.where('type', '=', 'global').executeTakeFirst();
  const byId =
    document.id === undefined ? undefined : await live.where('id', '=', document.id).executeTakeFirst();
  if (byId !== undefined) return byId;
  const byName = await live.where('friendly_id', '=', document.friendlyId).executeTakeFirst();
  if (byName !== undefined || document.id === undefined) return byName;
  const gone = await db.selectFrom('projects').select('id').where('id', '=', document.id).executeTakeFirst();
  if (gone === undefined) return undefined;
  throw invalid(['id'], 'was deleted here: take the id out of the file to make the project anew');
}

/** Its packages and scanners; all of them are there by now. */
export async function applyProjectContents(
  change: Change,
  document: ProjectDocument,
  notes: ApplyNotes,
): Promise<void> {
  const row = await existing(change.db, document);
  if (row === undefined) throw new TypeError('a project that was made is gone');
  const ofPackages = await applyPackages(change, row, document, notes);
  const wanted = new Map<string, ProjectDocument['scanners'][number]>();
  for (const [at, entry] of document.scanners.entries()) {
    const id = await idOf(change.db, 'scanners', entry.scanner, ['scanners', at, 'scanner']);
    if (wanted.has(id)) throw invalid(['scanners', at, 'scanner'], 'is in the list already');
    wanted.set(id, entry);
  }
  const { scanners } = await getProject(change.db, row.id);
  for (const { scannerId } of scanners) {
    if (wanted.has(scannerId) || ofPackages.has(scannerId)) continue;
    await removeScanner(change, row.id, scannerId);
    notes.changes.push(`- project ${row.friendly_id}: scanner ${await nameOf(change.db, scannerId)}`);
  }
  const known = new Map(scanners.map((entry) => [entry.scannerId, entry]));
  for (const [at, [id, entry]] of [...wanted].entries()) {
    const line = `project ${row.friendly_id}: scanner ${entry.scanner}`;
    await applyEntry(change, row, { id, entry, own: known.get(id), path: ['scanners', at], line, notes });
  }
}

const nameOf = async (db: Db, id: string): Promise<string> =>
  (await db.selectFrom('scanners').select('name').where('id', '=', id).executeTakeFirst())?.name ?? id;

/** Returns the ids of their scanners. */
async function applyPackages(
  change: Change,
  row: Row<'projects'>,
  document: ProjectDocument,
  notes: ApplyNotes,
): Promise<ReadonlySet<string>> {
  const wanted = new Set<string>();
  for (const [at, name] of document.packages.entries())
    wanted.add(await idOf(change.db, 'packages', name, ['packages', at]));
  const { packageIds } = await getProject(change.db, row.id);
  for (const id of packageIds) {
    if (wanted.has(id)) continue;
    await takePackage(change, row, id);
    notes.changes.push(`- project ${row.friendly_id}: package ${id}`);
  }
  const members = new Set<string>();
  for (const id of wanted) {
    for (const scannerId of await membersOf(change.db, id)) members.add(scannerId);
    if (packageIds.includes(id)) continue;
    await putPackage(change, row, id);
    notes.changes.push(`+ project ${row.friendly_id}: package ${id}`);
  }
  return members;
}

interface EntryCall {
  readonly id: string;
  readonly entry: ProjectDocument['scanners'][number];
  readonly own: ProjectScanner | undefined;
  readonly path: readonly (string | number)[];
  readonly line: string;
  readonly notes: ApplyNotes;
}

async function applyEntry(change: Change, row: Row<'projects'>, call: EntryCall): Promise<void> {
  const { id, entry, own, path, line, notes } = call;
  if (own === undefined) await addScanner(change, row, id);
  const versionId = own?.versionId ?? null;
  const wanted = entry.version === null ? undefined : await resolveVersion(change.db, id, entry.version);
  const facts = [
    ['enabled', own?.enabled ?? false, entry.enabled],
    ['mode', own?.mode ?? 'block', entry.mode],
    // One that the file does not name stays.
    ['version', versionId, entry.version === null ? versionId : (wanted?.id ?? entry.version)],
    ['flagMessage', own?.flagMessage ?? '', entry.flagMessage ?? ''],
    ['force', own?.forced ?? false, entry.force],
  ] as const;
  const differing = facts.filter(([, before, after]) => before !== after);
  if (differing.length > 0) {
    const patch = Object.fromEntries(differing.map(([fact, , after]) => [fact, after]));
    await patchProjectScanner(change, row, { id, ...patch }, path);
  }
  if (own === undefined) notes.changes.push(`+ ${line}`);
  else if (differing.length > 0)
    notes.changes.push(`~ ${line}: ${differing.map(([fact]) => fact).join(', ')}`);
}
