/** Brings one package to what its document says. */
import type { Change } from './change.ts';
import { checkText, PACKAGE_NAME_MAX } from './names.ts';
import { insertPackage, membersOf, setMembers } from './packages.ts';
import type { PackageDocument } from './policy-document.ts';
import { type ApplyNotes, idOf, idsOf } from './policy-names.ts';
import { loadProject } from './projects.ts';
import { forbidden, invalid } from './registry-error.ts';
import { readTexts } from './rows.ts';

/** Returns its id. @throws RegistryError; paths begin within the document */
export async function applyPackage(
  change: Change,
  document: PackageDocument,
  notes: ApplyNotes,
): Promise<string> {
  const name = checkText(document.name, ['name'], 1, PACKAGE_NAME_MAX);
  const scannerIds: string[] = [];
  for (const [at, scanner] of document.scanners.entries())
    scannerIds.push(await idOf(change.db, 'scanners', scanner, ['scanners', at]));
  const id = await existing(change, document);
  if (id === undefined) {
    const facts = { name, scannerIds, ...(document.id === undefined ? {} : { id: document.id }) };
    const made = await insertPackage(change, facts);
    notes.changes.push(`+ package ${name}`);
    await updateFrom(change, made, document, { scannerIds, notes: { changes: [], left: [] } });
    return made;
  }
  await updateFrom(change, id, document, { scannerIds, notes });
  return id;
}

async function existing(change: Change, { id, name }: PackageDocument): Promise<string | undefined> {
  if (id === undefined) {
    const named = await idsOf(change.db, 'packages', name);
    return named.length === 0 ? undefined : idOf(change.db, 'packages', name, ['name']);
  }
  const row = await change.db
    .selectFrom('packages')
    .select(['id', 'deleted_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row !== undefined && row.deleted_at !== null)
    throw invalid(['id'], 'was deleted here: take the id out of the file to make the package anew');
  return row?.id;
}

async function updateFrom(
  change: Change,
  id: string,
  document: PackageDocument,
  { scannerIds, notes }: { readonly scannerIds: readonly string[]; readonly notes: ApplyNotes },
): Promise<void> {
  const row = await change.db
    .selectFrom('packages')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (row.source === 'system') throw forbidden('a built-in package cannot be in a file');
  const projectIds: string[] = [];
  for (const project of document.projects) projectIds.push((await loadProject(change.db, project)).id);
  const members = await membersOf(change.db, id);
  const facts = [
    ['name', row.name, document.name],
    ['global', row.available_globally === 1, document.global],
    ['projects', readTexts(row.available_to).toSorted(), projectIds.toSorted()],
    ['scanners', members.toSorted(), scannerIds.toSorted()],
  ] as const;
  const differing = facts.filter(([, before, after]) => JSON.stringify(before) !== JSON.stringify(after));
  if (differing.length === 0) return;
  await change.db
    .updateTable('packages')
    .set({
      name: document.name,
      available_globally: document.global ? 1 : 0,
      available_to: JSON.stringify(projectIds),
      updated_at: change.at,
    })
    .where('id', '=', id)
    .execute();
  await setMembers(change, id, scannerIds);
  await change.audit('scanner-package-updated', { scannerPackageId: id });
  notes.changes.push(`~ package ${document.name}: ${differing.map(([fact]) => fact).join(', ')}`);
}
