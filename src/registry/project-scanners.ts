/** Scanners in projects: added, enabled, in which version and mode; taken out again. */
import type { Db, Row } from '../store/schema.ts';
import type { Change } from './change.ts';
import type { ScanMode, ScannerConfig } from './model.ts';
import { checkText, isUuid } from './names.ts';
import { forgetProjectScanner, rememberProjectScanner } from './project-history.ts';
import { forbidden, invalid } from './registry-error.ts';
import { readTexts } from './rows.ts';
import { loadScanner } from './scanner-reads.ts';
import { latestPublished, resolveVersion } from './versions.ts';

/** One entry of a project's config; what is null or not there stays. */
export interface ProjectScannerPatch {
  readonly id: string;
  readonly enabled?: boolean | null | undefined;
  readonly mode?: ScanMode | null | undefined;
  /** Id, name or time. */
  readonly version?: string | null | undefined;
  /** An older form of mode: block or audit. */
  readonly blocking?: boolean | null | undefined;
  readonly force?: boolean | null | undefined;
  readonly flagMessage?: string | null | undefined;
}

const FLAG_MESSAGE_MAX = 1_000;

/** Adds a scanner, disabled and without a version; adding it twice is once. */
export async function addScanner(change: Change, project: Row<'projects'>, scannerId: string): Promise<void> {
  const { row: scanner } = await loadScanner(change.db, scannerId);
  const available = scanner.available_globally === 1 || readTexts(scanner.available_to).includes(project.id);
  if (!available && project.type !== 'global') {
    throw forbidden('The scanner is not available to this project');
  }
  const row: Row<'project_scanners'> = {
    project_id: project.id,
    scanner_id: scanner.id,
    enabled: 0,
    mode: 'block',
    version_id: null,
    flag_message: null,
    forced: 0,
    added_at: change.at,
  };
  const added = await change.db
    .insertInto('project_scanners')
    .values(row)
    .onConflict((conflict) => conflict.columns(['project_id', 'scanner_id']).doNothing())
    .returning('scanner_id')
    .execute();
  if (added.length === 0) return;
  await rememberProjectScanner(change, row);
  await change.audit('project-scanner-added', { projectId: project.id, scannerId: scanner.id });
}

/** It forgets its version, mode and the rest. Taking out what is not in is no fault. */
export async function removeScanner(change: Change, projectId: string, scannerId: string): Promise<void> {
  const removed = await change.db
    .deleteFrom('project_scanners')
    .where('project_id', '=', projectId)
    .where('scanner_id', '=', scannerId.toLowerCase())
    .returning('scanner_id')
    .execute();
  if (removed.length === 0) return;
  await forgetProjectScanner(change, projectId, scannerId.toLowerCase());
  await change.audit('project-scanner-removed', { projectId, scannerId: scannerId.toLowerCase() });
}

/** Merges one entry into the project's config. @param path of the entry, for faults */
export async function patchProjectScanner(
  change: Change,
  project: Row<'projects'>,
  patch: ProjectScannerPatch,
  path: readonly (string | number)[],
): Promise<void> {
  const row = isUuid(patch.id)
    ? await findProjectScanner(change.db, project.id, patch.id.toLowerCase())
    : undefined;
  if (row === undefined) throw invalid([...path, 'id'], 'is not a scanner of this project');
  const { version: newest } = await loadScanner(change.db, row.scanner_id);
  const versionId = await versionAfter(change.db, row, patch, path);
  const forced = patch.force == null ? row.forced : patch.force ? 1 : 0;
  if (patch.force === true && project.type !== 'global') {
    throw invalid([...path, 'force'], 'can be set in the global project only');
  }
  const next: Row<'project_scanners'> = {
    ...row,
    enabled: patch.enabled == null ? row.enabled : patch.enabled ? 1 : 0,
    mode: modeAfter(row.mode, patch, newest.config, path),
    version_id: versionId,
    forced,
    flag_message:
      patch.flagMessage == null
        ? row.flag_message
        : checkText(patch.flagMessage, [...path, 'flagMessage'], 0, FLAG_MESSAGE_MAX),
  };
  if (forced === 1 && versionId === null) {
    throw invalid([...path, 'force'], 'needs a scanner that was enabled');
  }
  await change.db
    .updateTable('project_scanners')
    .set({
      enabled: next.enabled,
      mode: next.mode,
      version_id: next.version_id,
      forced: next.forced,
      flag_message: next.flag_message,
    })
    .where('project_id', '=', row.project_id)
    .where('scanner_id', '=', row.scanner_id)
    .execute();
  await rememberProjectScanner(change, next);
  if (next.enabled !== row.enabled) {
    const type = next.enabled === 1 ? 'scanner-enabled' : 'scanner-disabled';
    await change.audit(type, { projectId: project.id, scannerId: row.scanner_id });
  }
}

/** Enabled for the first time it gets the latest published version; only published ones can be set. */
async function versionAfter(
  db: Db,
  row: Row<'project_scanners'>,
  patch: ProjectScannerPatch,
  path: readonly (string | number)[],
): Promise<string | null> {
  if (patch.version != null) {
    const version = await resolveVersion(db, row.scanner_id, patch.version);
    if (version === undefined) throw invalid([...path, 'version'], 'is not a version of this scanner');
    if (!version.published) throw invalid([...path, 'version'], 'is not published');
    return version.id;
  }
  if (row.version_id !== null || patch.enabled !== true) return row.version_id;
  const version = await latestPublished(db, row.scanner_id);
  if (version === undefined) throw invalid([...path, 'enabled'], 'the scanner has no published version');
  return version.id;
}

function modeAfter(
  before: string,
  patch: ProjectScannerPatch,
  config: ScannerConfig,
  path: readonly (string | number)[],
): string {
  const older = patch.blocking == null ? undefined : patch.blocking ? 'block' : 'audit';
  const mode = patch.mode ?? older ?? before;
  if (mode === 'redact' && mode !== before && !canRedact(config)) {
    throw invalid([...path, 'mode'], 'redact needs a scanner that knows the place of what it finds');
  }
  return mode;
}

/** A scanner in natural language has no spans; of the built-in ones `dlp` masks. */
export const canRedact = (config: ScannerConfig): boolean =>
  config.type === 'keyword' ||
  config.type === 'regex' ||
  (config.type === 'system' && config.detector === 'dlp');

export const findProjectScanner = (
  db: Db,
  projectId: string,
  scannerId: string,
): Promise<Row<'project_scanners'> | undefined> =>
  db
    .selectFrom('project_scanners')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('scanner_id', '=', scannerId)
    .executeTakeFirst();
