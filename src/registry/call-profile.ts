/** The profile of one call of the scan API: its project's, with what the call switches (contract §5.7). */
import { createHash } from 'node:crypto';
import type { BuiltInSnapshot, ProfileSnapshot, ScannerSnapshot } from '../core/policy.ts';
import { wireTypeOf } from '../core/scanner-type.ts';
import type { Db } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { isUuid } from './names.ts';
import { findProjectScanner } from './project-scanners.ts';
import { invalid, RegistryError } from './registry-error.ts';
import { readTexts } from './rows.ts';
import { type OwnConfig, readOwnConfig } from './scanner-config.ts';
import { loadScanner } from './scanner-reads.ts';
import { NO_RULES, type ProfileRules, type Running, withRunning } from './snapshots.ts';
import { latestPublished } from './versions.ts';

/** What a call may change of the configuration of a scanner, or of all of a type. */
export interface ConfigOverride {
  readonly type?: string | undefined;
  readonly words?: readonly string[] | undefined;
  readonly pattern?: string | undefined;
  readonly input?: string | undefined;
  readonly scanContext?: 'individual' | 'directional' | undefined;
}

export interface CallChanges {
  /** Ids of scanners, or types of them. */
  readonly disabled: readonly string[];
  readonly forceEnabled: readonly string[];
  readonly configOverrides: Readonly<Record<string, ConfigOverride>>;
  /** Of the Playground: these versions run, published or not, and no other scanner. */
  readonly versions?: readonly string[] | undefined;
}

export interface CallProfile {
  /** The very profile that was given, where the call changes nothing. */
  readonly profile: ProfileSnapshot;
  /** Ids of scanners whose configuration is the call's. */
  readonly custom: ReadonlySet<string>;
}

type Entry = ScannerSnapshot | BuiltInSnapshot;

const isBuiltIn = (entry: Entry): entry is BuiltInSnapshot => 'detector' in entry;

/** `custom` and `genai` are two names of one type. */
const isOfType = (entry: Entry, type: string): boolean =>
  isBuiltIn(entry)
    ? type !== 'custom' && wireTypeOf(entry) === type
    : entry.type === (type === 'custom' ? 'genai' : type);

const isMeant = (entry: Entry, asked: string): boolean =>
  isUuid(asked) ? entry.id === asked.toLowerCase() : isOfType(entry, asked);

/**
 * @param profile of the project, as it stands
 * @throws RegistryError `invalid` with the place in the body
 */
export async function profileForCall(
  store: Store,
  profile: ProfileSnapshot,
  changes: CallChanges,
): Promise<CallProfile> {
  const { disabled, forceEnabled, configOverrides, versions } = changes;
  const isPlain = disabled.length === 0 && forceEnabled.length === 0 && versions === undefined;
  if (isPlain && Object.keys(configOverrides).length === 0) return { profile, custom: new Set() };
  const before: ProfileRules =
    versions === undefined ? { ...profile, builtIns: profile.builtIns ?? [] } : NO_RULES;
  const added = await store.read(async (db) =>
    versions === undefined
      ? forcedScanners(db, profile, forceEnabled)
      : testedVersions(db, profile.id, versions),
  );
  const all = withoutDisabled(withRunning(before, added), disabled);
  const { scanners, custom } = withOverrides(all.scanners, all.builtIns, configOverrides);
  const rules = { ...all, scanners };
  const digest = createHash('sha256').update(profile.revision).update(JSON.stringify(rules)).digest('hex');
  return { profile: { ...profile, ...rules, revision: `call-${digest.slice(0, 16)}` }, custom };
}

/** What is forced on every project stays. */
function withoutDisabled(rules: ProfileRules, disabled: readonly string[]): ProfileRules {
  if (disabled.length === 0) return rules;
  const isKept = (entry: Entry): boolean =>
    entry.forced === true || !disabled.some((asked) => isMeant(entry, asked));
  const gone = rules.builtIns.filter((entry) => !isKept(entry));
  let { actions } = rules;
  for (const { side, detector, setting } of gone) {
    const own = actions[side];
    const off =
      detector === 'dlp' ? { dlp: { ...own.dlp, [setting ?? 'personal']: 'off' } } : { [detector]: 'off' };
    actions = { ...actions, [side]: { ...own, ...off } };
  }
  return { actions, scanners: rules.scanners.filter(isKept), builtIns: rules.builtIns.filter(isKept) };
}

/** By id: any that the project may add; by type: those that it has. What runs already stays as it is. */
async function forcedScanners(
  db: Db,
  profile: ProfileSnapshot,
  asked: readonly string[],
): Promise<readonly Running[]> {
  const runs = new Set([...profile.scanners, ...(profile.builtIns ?? [])].map((entry) => entry.id));
  const rows: Running[] = [];
  for (const [index, it] of asked.entries()) {
    const path = ['forceEnabled', index];
    const ids = isUuid(it) ? [it.toLowerCase()] : await addedOfType(db, profile.id, it);
    for (const id of ids) {
      if (runs.has(id)) continue;
      runs.add(id);
      rows.push(await forcedScanner(db, profile.id, id, path));
    }
  }
  return rows;
}

async function addedOfType(db: Db, projectId: string, type: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('project_scanners as p')
    .innerJoin('scanners as s', 's.id', 'p.scanner_id')
    .innerJoin('scanner_versions as v', 'v.scanner_id', 's.id')
    .select('s.id')
    .distinct()
    .where('p.project_id', '=', projectId)
    .where('s.type', 'in', type === 'genai' || type === 'custom' ? ['genai', 'custom'] : [type])
    .where('v.published', '=', 1)
    .execute();
  return rows.map((row) => row.id);
}

async function forcedScanner(
  db: Db,
  projectId: string,
  id: string,
  path: readonly (string | number)[],
): Promise<Running> {
  const unknown = invalid(path, 'is not a scanner that this project may use');
  const { row: scanner } = await loadScanner(db, id).catch((cause: unknown) => {
    throw cause instanceof RegistryError ? unknown : cause;
  });
  const own = await findProjectScanner(db, projectId, scanner.id);
  const isAvailable = scanner.available_globally === 1 || readTexts(scanner.available_to).includes(projectId);
  if (own === undefined && !isAvailable) throw unknown;
  const versionId = own?.version_id ?? (await latestPublished(db, scanner.id))?.id;
  if (versionId === undefined) throw invalid(path, 'the scanner has no published version');
  return { ...(await runningOf(db, versionId, path)), ...placeOf(projectId, own) };
}

const placeOf = (projectId: string, own: { mode: string; flag_message: string | null } | undefined) => ({
  project_id: projectId,
  mode: own?.mode ?? 'block',
  flag_message: own?.flag_message ?? null,
  enabled: 1,
  forced: 0,
});

/** Several versions of one scanner may run: each stands under its own id here. */
async function testedVersions(
  db: Db,
  projectId: string,
  versions: readonly string[],
): Promise<readonly Running[]> {
  const rows: Running[] = [];
  for (const [index, id] of [...new Set(versions.map((it) => it.toLowerCase()))].entries()) {
    const row = await runningOf(db, id, ['versions', index]);
    const own = await findProjectScanner(db, projectId, row.scanner_id);
    rows.push({ ...row, ...placeOf(projectId, own), scanner_id: row.version_id });
  }
  return rows;
}

async function runningOf(
  db: Db,
  versionId: string,
  path: readonly (string | number)[],
): Promise<Omit<Running, keyof ReturnType<typeof placeOf>>> {
  const row = await db
    .selectFrom('scanner_versions as v')
    .innerJoin('scanners as s', 's.id', 'v.scanner_id')
    .select(['v.id as version_id', 'v.name as version_name', 'v.config', 'v.direction', 'v.scanner_id'])
    .select(['s.name', 's.tags'])
    .where('v.id', '=', versionId)
    .where('s.deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) throw invalid(path, 'is not a version of a scanner');
  return row;
}

function withOverrides(
  scanners: readonly ScannerSnapshot[],
  builtIns: readonly BuiltInSnapshot[],
  overrides: CallChanges['configOverrides'],
): { readonly scanners: readonly ScannerSnapshot[]; readonly custom: ReadonlySet<string> } {
  const custom = new Set<string>();
  let changed = scanners;
  for (const [asked, override] of Object.entries(overrides)) {
    if (builtIns.some((entry) => isMeant(entry, asked)))
      throw invalid(['configOverrides', asked], 'is a built-in scanner, which has no configuration');
    changed = changed.map((scanner) => {
      // What is forced on every project looks for what it was made to look for.
      if (scanner.forced === true || !isMeant(scanner, asked)) return scanner;
      if (scanner.id !== undefined) custom.add(scanner.id);
      return overridden(scanner, override, ['configOverrides', asked]);
    });
  }
  return { scanners: changed, custom };
}

function overridden(
  scanner: ScannerSnapshot,
  override: ConfigOverride,
  path: readonly string[],
): ScannerSnapshot {
  const type = override.type === 'custom' ? 'genai' : override.type;
  if (type !== undefined && type !== scanner.type)
    throw invalid([...path, 'type'], `must be ${scanner.type}, the type of the scanner`);
  try {
    const { type: _, ...config } = readOwnConfig(mergedConfig(scanner, override));
    return { ...scanner, ...config };
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new RegistryError('invalid', cause.message, [...path, ...cause.path.slice(1)], { cause });
  }
}

function mergedConfig(scanner: ScannerSnapshot, override: ConfigOverride): OwnConfig {
  if (scanner.type === 'keyword') return { type: 'keyword', words: override.words ?? scanner.words ?? [] };
  if (scanner.type === 'regex') return { type: 'regex', pattern: override.pattern ?? scanner.pattern ?? '' };
  return {
    type: 'genai',
    input: override.input ?? scanner.input ?? '',
    scanContext: override.scanContext ?? scanner.scanContext ?? 'directional',
  };
}
