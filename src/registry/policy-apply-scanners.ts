/** Brings one scanner to what its document says: versions are added and published, never changed. */
import type { Row } from '../store/schema.ts';
import type { Change } from './change.ts';
import type { Version } from './model.ts';
import { checkDescription, checkTags, checkText, checkVersionName, SCANNER_NAME_MAX } from './names.ts';
import type { ScannerDocument, VersionDocument } from './policy-document.ts';
import { type ApplyNotes, idOf, idsOf } from './policy-names.ts';
import { loadProject } from './projects.ts';
import { forbidden, invalid } from './registry-error.ts';
import { readTexts, versionOf } from './rows.ts';
import { readOwnConfig } from './scanner-config.ts';
import { loadScanner } from './scanner-reads.ts';
import { insertScanner, saveScanner } from './scanners.ts';
import { planVersion } from './version-plan.ts';
import { insertVersion, patchVersion } from './versions.ts';

/** Returns its id. @throws RegistryError; paths begin within the document */
export async function applyScanner(
  change: Change,
  document: ScannerDocument,
  notes: ApplyNotes,
): Promise<string> {
  checkText(document.name, ['name'], 1, SCANNER_NAME_MAX);
  checkTags(document.tags, ['tags']);
  checkVersions(document.versions);
  const id = await existing(change, document);
  if (id === undefined) return createFrom(change, document, notes);
  const { row, version } = await loadScanner(change.db, id);
  if (version.config.type === 'system') throw forbidden('a built-in scanner cannot be in a file');
  await updateFrom(change, row, document, notes);
  return row.id;
}

function checkVersions(versions: readonly VersionDocument[]): void {
  const seen = new Set<string>();
  for (const [at, { name, description }] of versions.entries()) {
    checkVersionName(name, ['versions', at, 'name']);
    checkDescription(description, ['versions', at, 'description']);
    if (seen.has(name)) throw invalid(['versions', at, 'name'], 'is the name of an earlier version');
    seen.add(name);
  }
}

async function existing(change: Change, { id, name }: ScannerDocument): Promise<string | undefined> {
  if (id === undefined) {
    const named = await idsOf(change.db, 'scanners', name);
    return named.length === 0 ? undefined : idOf(change.db, 'scanners', name, ['name']);
  }
  const row = await change.db
    .selectFrom('scanners')
    .select(['id', 'deleted_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row !== undefined && row.deleted_at !== null)
    throw invalid(['id'], 'was deleted here: take the id out of the file to make the scanner anew');
  return row?.id;
}

const planOf = ({ name, description, published }: VersionDocument) =>
  planVersion({ name, description, published, push: false }, false);

async function accessOf(change: Change, { global, projects }: ScannerDocument) {
  const ids: string[] = [];
  for (const [at, name] of projects.entries()) {
    const row = await loadProject(change.db, name).catch(() => {
      throw invalid(['projects', at], `there is no project ${JSON.stringify(name)}`);
    });
    ids.push(row.id);
  }
  return { global, projectIds: ids };
}

async function createFrom(change: Change, document: ScannerDocument, notes: ApplyNotes): Promise<string> {
  const [first, ...rest] = document.versions;
  if (first === undefined) throw invalid(['versions'], 'must hold a version');
  const { id } = await insertScanner(
    change,
    {
      ...(document.id === undefined ? {} : { id: document.id }),
      name: document.name,
      config: readOwnConfig(first.config),
      direction: first.direction,
      tags: document.tags,
      source: 'internal',
      availability: await accessOf(change, document),
      vendored: false,
    },
    planOf(first),
  );
  for (const version of rest) await addVersion(change, id, version);
  const names = document.versions.map((version) => version.name).join(', ');
  notes.changes.push(`+ scanner ${document.name} with ${names}`);
  return id;
}

/** The newest one is what the scanner is. */
async function addVersion(change: Change, id: string, version: VersionDocument): Promise<void> {
  const { row } = await loadScanner(change.db, id);
  const config = readOwnConfig(version.config);
  const { direction } = version;
  const made = await insertVersion(change, { scannerId: id, config, direction, plan: planOf(version) });
  await saveScanner(change, {
    ...row,
    type: config.type,
    direction,
    newest_version_id: made.id,
    version_count: row.version_count + 1,
  });
  await change.audit('scanner-updated', { scannerId: id, versionId: made.id });
}

async function updateFrom(
  change: Change,
  row: Row<'scanners'>,
  document: ScannerDocument,
  notes: ApplyNotes,
): Promise<void> {
  const { name } = document;
  const { global, projectIds } = await accessOf(change, document);
  const facts = [
    ['name', row.name, name],
    ['tags', readTexts(row.tags), document.tags],
    ['global', row.available_globally === 1, global],
    ['projects', readTexts(row.available_to).toSorted(), projectIds.toSorted()],
  ] as const;
  const differing = facts.filter(([, before, after]) => JSON.stringify(before) !== JSON.stringify(after));
  if (differing.length > 0) {
    await saveScanner(change, {
      ...row,
      name,
      tags: JSON.stringify(document.tags),
      available_globally: global ? 1 : 0,
      available_to: JSON.stringify(projectIds),
    });
    await change.audit('scanner-updated', { scannerId: row.id });
    notes.changes.push(`~ scanner ${name}: ${differing.map(([fact]) => fact).join(', ')}`);
  }
  const versions = await change.db
    .selectFrom('scanner_versions')
    .selectAll()
    .where('scanner_id', '=', row.id)
    .orderBy('ordinal')
    .execute();
  const known = new Map(versions.map((version) => [version.name, versionOf(version)]));
  for (const [at, version] of document.versions.entries()) {
    const own = known.get(version.name);
    known.delete(version.name);
    const line = `scanner ${name} ${version.name}`;
    if (own === undefined) {
      await addVersion(change, row.id, version);
      notes.changes.push(`+ ${line}`);
    } else await updateVersionFrom(change, own, version, { path: ['versions', at], line, notes });
  }
  for (const left of known.keys()) notes.left.push(`scanner ${name}: its version ${left} is in no file`);
}

async function updateVersionFrom(
  change: Change,
  own: Version,
  version: VersionDocument,
  { path, line, notes }: { path: readonly (string | number)[]; line: string; notes: ApplyNotes },
): Promise<void> {
  const isSame = JSON.stringify(own.config) === JSON.stringify(readOwnConfig(version.config));
  if (!isSame || own.direction !== version.direction)
    throw invalid(path, `${version.name} is another here, and versions never change: give it a new name`);
  if (own.published && !version.published) notes.left.push(`${line} is published, and a draft in the file`);
  const published = version.published && !own.published;
  const isTold = version.description !== own.description;
  if (!published && !isTold) return;
  const patch = { description: version.description, published };
  await patchVersion(change, own.scannerId, own.id, patch);
  notes.changes.push(
    `~ ${line}: ${[published && 'published', isTold && 'description'].filter(Boolean).join(', ')}`,
  );
}
