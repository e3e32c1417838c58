/** Brings the registry to what documents say, in one change, or tells what that change would be. */
import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';
import { type Change, runChange } from './change.ts';
import type { Actor } from './model.ts';
import { dropPackage } from './packages.ts';
import { applyPackage } from './policy-apply-packages.ts';
import { applyProject, applyProjectContents } from './policy-apply-projects.ts';
import { applyScanner } from './policy-apply-scanners.ts';
import type { PolicyDocuments } from './policy-document.ts';
import type { ApplyNotes } from './policy-names.ts';
import { dropProject } from './projects.ts';
import { RegistryError } from './registry-error.ts';
import { readConfig } from './rows.ts';
import { probeConfig, readOwnConfig } from './scanner-config.ts';
import { dropScanner, type ScannerTools } from './scanners.ts';

export interface ApplyOptions {
  /** Deletes scanners, packages and projects that are in no document. */
  readonly prune: boolean;
  /** Nothing is changed. */
  readonly check: boolean;
}

/** In words, one line each. */
export interface AppliedPolicy {
  readonly changes: readonly string[];
  /** What differs and stays: versions are never changed, taken back or deleted; the rest without `prune`. */
  readonly left: readonly string[];
}

class RolledBack extends Error {}

/**
 * Nothing to change is no change. @throws RegistryError; its path begins with `scanners`, `packages` or
 * `projects` and the number of the document
 */
export async function applyPolicy(
  tools: ScannerTools,
  actor: Actor,
  documents: PolicyDocuments,
  options: ApplyOptions,
): Promise<AppliedPolicy> {
  await probeNew(tools, documents);
  let notes: ApplyNotes = { changes: [], left: [] };
  try {
    await runChange(tools, actor, async (change) => {
      notes = { changes: [], left: [] };
      await applyAll(change, documents, options, notes);
      if (options.check || notes.changes.length === 0) throw new RolledBack();
    });
  } catch (cause) {
    if (!(cause instanceof RolledBack)) throw cause;
  }
  return notes;
}

/** Configurations that the store does not know yet are compiled and probed before anything is changed. */
async function probeNew(tools: ScannerTools, { scanners }: PolicyDocuments): Promise<void> {
  const rows = await tools.store.read((db) =>
    db.selectFrom('scanner_versions').select('config').distinct().execute(),
  );
  const known = new Set(rows.map((row) => JSON.stringify(readConfig(row.config))));
  for (const [index, { name, versions }] of scanners.entries()) {
    for (const [at, version] of versions.entries()) {
      const path = ['scanners', index, 'versions', at];
      await under(path, async () => {
        const config = readOwnConfig(version.config);
        if (known.has(JSON.stringify(config))) return;
        await probeConfig(tools.checkScanner, { name, config, direction: version.direction });
      });
    }
  }
}

/** Faults of the work get the document's place. */
async function under<T>(path: readonly (string | number)[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new RegistryError('invalid', cause.message, [...path, ...cause.path], { cause });
  }
}

/** Projects first without what is in them: scanners may be there for some of them only. */
async function applyAll(
  change: Change,
  documents: PolicyDocuments,
  { prune }: ApplyOptions,
  notes: ApplyNotes,
): Promise<void> {
  const { scanners, packages, projects } = documents;
  const kept = { scanners: new Set<string>(), packages: new Set<string>(), projects: new Set<string>() };
  for (const [index, document] of projects.entries())
    kept.projects.add(await under(['projects', index], () => applyProject(change, document, notes)));
  for (const [index, document] of scanners.entries())
    kept.scanners.add(await under(['scanners', index], () => applyScanner(change, document, notes)));
  for (const [index, document] of packages.entries())
    kept.packages.add(await under(['packages', index], () => applyPackage(change, document, notes)));
  for (const [index, document] of projects.entries())
    await under(['projects', index], () => applyProjectContents(change, document, notes));
  for (const kind of ['projects', 'packages', 'scanners'] as const) {
    for (const row of await others(change.db, kind, kept[kind])) {
      const line = `${KINDS[kind]} ${row.name}`;
      if (prune) {
        await DROP[kind](change, row.id);
        notes.changes.push(`- ${line}`);
      } else notes.left.push(`${line} is in no file`);
    }
  }
}

const KINDS = { scanners: 'scanner', packages: 'package', projects: 'project' } as const;
const DROP = { scanners: dropScanner, packages: dropPackage, projects: dropProject } as const;

/** Those that are people's, and not kept. */
async function others(
  db: Db,
  kind: keyof typeof KINDS,
  kept: ReadonlySet<string>,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  if (kind === 'projects') {
    const rows = await db
      .selectFrom('projects')
      .select(['id', 'friendly_id as name'])
      .where('deleted_at', 'is', null)
      .where('type', '!=', 'global')
      .orderBy('friendly_id')
      .execute();
    return rows.filter((row) => !kept.has(row.id));
  }
  const { rows } = await sql<{ id: string; name: string }>`select id, name from ${sql.table(kind)}
    where deleted_at is null and source <> 'system' order by name, id`.execute(db);
  return rows.filter((row) => !kept.has(row.id));
}
