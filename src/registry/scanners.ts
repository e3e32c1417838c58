/** Scanners: create, update, copy, delete, who may use them; what they were at a time. */
import type { Row } from '../store/schema.ts';
import { type Change, type RegistryTools, runChange } from './change.ts';
import type { Actor, Availability, Direction, Scanner, ScannerConfig, Source, Version } from './model.ts';
import { checkTags, checkText, SCANNER_NAME_MAX } from './names.ts';
import { forgetProjectScanner } from './project-history.ts';
import { forbidden, invalid } from './registry-error.ts';
import { readTexts, scannerOf } from './rows.ts';
import { type CheckScanner, type OwnConfig, probeConfig, readOwnConfig } from './scanner-config.ts';
import { loadScanner } from './scanner-reads.ts';
import { planVersion, type VersionInput } from './version-plan.ts';
import { insertVersion, patchVersion, publishVersion, pushVersion, type VersionPatch } from './versions.ts';

export interface NewScanner {
  readonly name: string;
  readonly config: OwnConfig;
  readonly direction?: Direction | null | undefined;
  /** May be added to every project; default true. */
  readonly global?: boolean | null | undefined;
  readonly projectIds?: readonly string[] | undefined;
  readonly published?: boolean | null | undefined;
  readonly version?: VersionInput;
  readonly tags?: readonly string[] | null | undefined;
  readonly vendored?: boolean | null | undefined;
  readonly source?: Source | undefined;
}

/** What is null or not there stays. */
export interface ScannerPatch {
  readonly name?: string | null | undefined;
  readonly config?: OwnConfig | null | undefined;
  readonly direction?: Direction | null | undefined;
  readonly published?: boolean | null | undefined;
  readonly version?: VersionInput;
  readonly tags?: readonly string[] | null | undefined;
}

export interface UpdatedScanner {
  readonly message: string;
  /** The new version, where one was made. */
  readonly version: Version | null;
}

/** What the rules of scanners need. */
export interface ScannerTools extends RegistryTools {
  readonly checkScanner: CheckScanner;
}

const DIRECTIONS: ReadonlySet<string> = new Set(['request', 'response', 'both']);
const checkDirection = (direction: Direction): Direction => {
  if (DIRECTIONS.has(direction)) return direction;
  throw invalid(['direction'], 'must be request, response or both');
};

/** Returns the id of the new scanner. @throws RegistryError */
export async function createScanner(tools: ScannerTools, actor: Actor, input: NewScanner): Promise<string> {
  const name = checkText(input.name, ['name'], 1, SCANNER_NAME_MAX);
  const config = readOwnConfig(input.config);
  const direction = checkDirection(input.direction ?? 'request');
  const tags = checkTags(input.tags ?? [], ['tags']);
  const plan = planVersion(input.version, input.published);
  await probeConfig(tools.checkScanner, { name, config, direction });
  return runChange(tools, actor, async (change) => {
    const scanner = {
      name,
      config,
      direction,
      tags,
      source: input.source ?? 'internal',
      availability: { global: input.global ?? true, projectIds: input.projectIds ?? [] },
      vendored: input.vendored ?? false,
    };
    return (await insertScanner(change, scanner, plan)).id;
  });
}

export interface ScannerFacts {
  readonly id?: string;
  readonly name: string;
  readonly config: ScannerConfig;
  readonly direction: Direction;
  readonly tags: readonly string[];
  readonly source: Source;
  readonly availability: Availability;
  readonly vendored: boolean;
  readonly packageId?: string;
}

/** A scanner with its first version, within a change. */
export async function insertScanner(
  change: Change,
  facts: ScannerFacts,
  plan: ReturnType<typeof planVersion>,
): Promise<Scanner> {
  const id = facts.id ?? change.newId();
  const row: Row<'scanners'> = {
    id,
    name: facts.name,
    type: facts.config.type,
    direction: facts.direction,
    tags: JSON.stringify(facts.tags),
    source: facts.source,
    available_globally: facts.availability.global ? 1 : 0,
    available_to: JSON.stringify(facts.availability.projectIds),
    package_id: facts.packageId ?? null,
    newest_version_id: '',
    version_count: 1,
    vendored: facts.vendored ? 1 : 0,
    created_at: change.at,
    created_by: change.actor.userId,
    updated_at: change.at,
    deleted_at: null,
  };
  await change.db.insertInto('scanners').values(row).execute();
  const { config, direction } = facts;
  const version = await insertVersion(change, { scannerId: id, config, direction, plan });
  await change.db
    .updateTable('scanners')
    .set({ newest_version_id: version.id })
    .where('id', '=', id)
    .execute();
  await change.remember('scanner', id, { ...row, newest_version_id: version.id });
  await change.audit('scanner-created', { scannerId: id, versionId: version.id });
  return scannerOf({ ...row, newest_version_id: version.id }, version);
}

/** A copy with a first version of its own, not published. */
export async function duplicateScanner(tools: ScannerTools, actor: Actor, id: string): Promise<string> {
  return runChange(tools, actor, async (change) => {
    const { row, version } = await loadScanner(change.db, id);
    if (version.config.type === 'system') throw forbidden('A built-in scanner cannot be copied');
    const facts: ScannerFacts = {
      name: [...`${row.name} (copy)`].slice(0, SCANNER_NAME_MAX).join(''),
      config: version.config,
      direction: version.direction,
      tags: readTexts(row.tags),
      source: 'internal',
      availability: { global: row.available_globally === 1, projectIds: readTexts(row.available_to) },
      vendored: false,
    };
    return (await insertScanner(change, facts, planVersion(null, false))).id;
  });
}

/** @throws RegistryError */
export async function updateScanner(
  tools: ScannerTools,
  actor: Actor,
  id: string,
  patch: ScannerPatch,
): Promise<UpdatedScanner> {
  const name = patch.name == null ? undefined : checkText(patch.name, ['name'], 1, SCANNER_NAME_MAX);
  const tags = patch.tags == null ? undefined : checkTags(patch.tags, ['tags']);
  const direction = patch.direction == null ? undefined : checkDirection(patch.direction);
  const config = patch.config == null ? undefined : readOwnConfig(patch.config);
  const plan = planVersion(patch.version, patch.published);
  if (config !== undefined) {
    await probeConfig(tools.checkScanner, {
      name: name ?? 'scanner',
      config,
      direction: direction ?? 'both',
    });
  }
  return runChange(tools, actor, async (change) => {
    const { row, version: newest } = await loadScanner(change.db, id);
    if (newest.config.type === 'system') throw forbidden('A built-in scanner cannot be changed');
    const makesVersion = config !== undefined || direction !== undefined || patch.version != null;
    const made = makesVersion
      ? await insertVersion(change, {
          scannerId: row.id,
          config: config ?? newest.config,
          direction: direction ?? newest.direction,
          plan,
        })
      : null;
    if (made === null && patch.published === true) await publishVersion(change, newest);
    const shown = made ?? newest;
    await saveScanner(change, {
      ...row,
      name: name ?? row.name,
      tags: tags === undefined ? row.tags : JSON.stringify(tags),
      type: shown.config.type,
      direction: shown.direction,
      newest_version_id: shown.id,
      version_count: row.version_count + (made === null ? 0 : 1),
    });
    await change.audit('scanner-updated', {
      scannerId: row.id,
      ...(made === null ? {} : { versionId: made.id }),
    });
    return { message: await pushIfAsked(change, made, plan.push), version: made };
  });
}

/** A push of what is not published has no effect, and the answer says so (contract §0). */
async function pushIfAsked(change: Change, made: Version | null, push: boolean): Promise<string> {
  if (made === null || !push) return 'Scanner updated';
  if (!made.published) {
    return `Scanner updated; version ${made.name} was saved and not pushed, because it is not published`;
  }
  const projects = await pushVersion(change, made);
  return `Scanner updated; version ${made.name} was pushed to ${projects.length} projects`;
}

export async function saveScanner(change: Change, row: Row<'scanners'>): Promise<void> {
  const { id, ...columns } = { ...row, updated_at: change.at };
  await change.db.updateTable('scanners').set(columns).where('id', '=', id).execute();
  await change.remember('scanner', id, { ...columns, id });
}

/** It leaves its package and every project; `at` still sees it. */
export async function deleteScanner(tools: RegistryTools, actor: Actor, id: string): Promise<void> {
  await runChange(tools, actor, (change) => dropScanner(change, id));
}

/** The same within a change. */
export async function dropScanner(change: Change, id: string): Promise<void> {
  const { row, version } = await loadScanner(change.db, id);
  if (version.config.type === 'system') throw forbidden('A built-in scanner cannot be deleted');
  const left = await change.db
    .deleteFrom('project_scanners')
    .where('scanner_id', '=', row.id)
    .returning('project_id')
    .execute();
  for (const { project_id: projectId } of left) await forgetProjectScanner(change, projectId, row.id);
  await change.db
    .updateTable('scanners')
    .set({ deleted_at: change.at, updated_at: change.at, package_id: null })
    .where('id', '=', row.id)
    .execute();
  await change.remember('scanner', row.id, null);
  const projectIds = left.map((entry) => entry.project_id).toSorted();
  await change.audit('scanner-deleted', { scannerId: row.id }, { projectIds });
}

export async function setScannerAccess(
  tools: RegistryTools,
  actor: Actor,
  id: string,
  access: {
    readonly global?: boolean | null | undefined;
    readonly projectIds?: readonly string[] | null | undefined;
  },
): Promise<void> {
  await runChange(tools, actor, async (change) => {
    const { row } = await loadScanner(change.db, id);
    await saveScanner(change, {
      ...row,
      available_globally: access.global == null ? row.available_globally : access.global ? 1 : 0,
      available_to:
        access.projectIds == null ? row.available_to : JSON.stringify([...new Set(access.projectIds)]),
    });
    await change.audit('scanner-availability-updated', { scannerId: row.id });
  });
}

/** @throws RegistryError; returns what happened in words */
export const updateVersion = (
  tools: RegistryTools,
  actor: Actor,
  id: string,
  versionId: string,
  patch: VersionPatch,
): Promise<string> =>
  runChange(tools, actor, async (change) => {
    const { row } = await loadScanner(change.db, id);
    return patchVersion(change, row.id, versionId.toLowerCase(), patch);
  });
