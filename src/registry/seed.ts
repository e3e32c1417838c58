/** What a fresh database begins with: built-in scanners and packages, the global project, the profiles. */
import { createHash } from 'node:crypto';
import type { ProfileSnapshot, ScannerSnapshot } from '../core/policy.ts';
import type { Db, Row } from '../store/schema.ts';
import { type Change, type RegistryTools, runChange } from './change.ts';
import type { Actor, Direction, ProjectSettings } from './model.ts';
import { namedId } from './named-id.ts';
import { insertPackage, putPackage } from './packages.ts';
import { MODES, setActions } from './profile-actions.ts';
import { addScanner, patchProjectScanner } from './project-scanners.ts';
import { DEFAULT_SETTINGS, insertProject } from './projects.ts';
import { insertScanner } from './scanners.ts';
import { SYSTEM_PACKAGES, SYSTEM_SCANNERS, type SystemScanner } from './system-scanners.ts';

const SYSTEM: Actor = { userId: 'system' };
const SEEDED = 'profiles';
const PUBLISHED = { name: undefined, description: '', published: true, push: false };

export const GLOBAL_FRIENDLY_ID = 'global';
export const GLOBAL_PROJECT_ID = namedId('project:global');

/** `seeded`: at this start; `same`: the profiles are those of the first start; `changed`: they are not. */
export type SeedState = 'seeded' | 'same' | 'changed';

/**
 * Fills a fresh database; later it adds only built-in scanners that it does not have yet.
 * @throws StoreError
 */
export async function seedRegistry(
  tools: RegistryTools,
  profiles: readonly ProfileSnapshot[],
): Promise<SeedState> {
  const digest = digestOf(profiles);
  const known = await tools.store.read(async (db) => {
    const scanners = await db.selectFrom('scanners').select('id').where('source', '=', 'system').execute();
    return { digest: await seededDigest(db), scanners: new Set(scanners.map((row) => row.id)) };
  });
  const isWhole = SYSTEM_SCANNERS.every((scanner) => known.scanners.has(scanner.id));
  if (known.digest !== undefined && isWhole) return known.digest === digest ? 'same' : 'changed';
  return runChange(tools, SYSTEM, async (change) => {
    const before = await seededDigest(change.db);
    await seedBuiltIns(change);
    if (before !== undefined) return before === digest ? 'same' : 'changed';
    await seedProjects(change, profiles);
    await change.db.insertInto('settings').values({ name: SEEDED, value: digest }).execute();
    return 'seeded';
  });
}

async function seededDigest(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', SEEDED).executeTakeFirst();
  return row?.value;
}

/** Feeds are read from their files at every start: they are no part of what is seeded. */
function digestOf(profiles: readonly ProfileSnapshot[]): string {
  const states = profiles.map(({ urlFeed, revision, ...state }) => state);
  return createHash('sha256').update(JSON.stringify(states)).digest('hex');
}

async function seedBuiltIns(change: Change): Promise<void> {
  const rows = await change.db.selectFrom('scanners').select('id').where('source', '=', 'system').execute();
  const there = new Set(rows.map((row) => row.id));
  const packages = await change.db
    .selectFrom('packages')
    .select('id')
    .where('source', '=', 'system')
    .execute();
  const withPackage = new Set(packages.map((row) => row.id));
  for (const { id, name } of SYSTEM_PACKAGES) {
    if (withPackage.has(id)) continue;
    await insertPackage(change, { id, name, scannerIds: [], source: 'system', vendored: true });
  }
  for (const scanner of SYSTEM_SCANNERS) {
    if (!there.has(scanner.id)) await insertBuiltIn(change, scanner);
  }
}

async function insertBuiltIn(change: Change, scanner: SystemScanner): Promise<void> {
  const { id, name, detector, setting, side, packageId } = scanner;
  const config = { type: 'system' as const, detector, ...(setting === undefined ? {} : { setting }) };
  const direction: Direction = side === 'prompt' ? 'request' : 'response';
  const availability = { global: true, projectIds: [] };
  const facts = { id, name, config, direction, availability, packageId, tags: [], vendored: true };
  await insertScanner(change, { ...facts, source: 'system' }, PUBLISHED);
}

async function seedProjects(change: Change, profiles: readonly ProfileSnapshot[]): Promise<void> {
  const own = profiles.find((profile) => profile.name === GLOBAL_FRIENDLY_ID);
  const global = await insertProject(change, {
    id: own?.id ?? GLOBAL_PROJECT_ID,
    name: 'Global',
    type: 'global',
    friendlyId: GLOBAL_FRIENDLY_ID,
    deploymentStatus: 'live',
    settings: own === undefined ? DEFAULT_SETTINGS : settingsOf(own),
  });
  for (const { id } of SYSTEM_PACKAGES) await putPackage(change, global, id);
  const made = new Map<string, string>();
  for (const profile of profiles) {
    const project = profile === own ? global : await seedProject(change, profile);
    await setActions(change, project, profile.actions);
    await seedScanners(change, project, profile, made);
  }
}

async function seedProject(change: Change, profile: ProfileSnapshot): Promise<Row<'projects'>> {
  const project = await insertProject(change, {
    id: profile.id,
    name: profile.name,
    type: 'app',
    friendlyId: profile.name,
    deploymentStatus: 'live',
    settings: settingsOf(profile),
  });
  for (const { id } of SYSTEM_PACKAGES) await putPackage(change, project, id);
  return project;
}

const settingsOf = (profile: ProfileSnapshot): ProjectSettings => ({
  latency: profile.latency,
  trustedRoles: profile.trustedRoles,
  maskOnBlock: profile.maskOnBlock,
  topics: profile.topics,
});

/** Profiles with the very same scanner share it. @param made what makes a scanner the same → its id */
async function seedScanners(
  change: Change,
  project: Row<'projects'>,
  profile: ProfileSnapshot,
  made: Map<string, string>,
): Promise<void> {
  for (const scanner of profile.scanners) {
    const { action, ...same } = scanner;
    const key = JSON.stringify(same);
    const id = made.get(key) ?? (await seedScanner(change, scanner));
    made.set(key, id);
    await addScanner(change, project, id);
    await patchProjectScanner(change, project, { id, enabled: true, mode: MODES[action] }, []);
  }
}

async function seedScanner(change: Change, scanner: ScannerSnapshot): Promise<string> {
  const { name, words = [], pattern = '', side, tags, type } = scanner;
  const config = type === 'keyword' ? { type, words } : { type: 'regex' as const, pattern };
  const direction: Direction = side === 'prompt' ? 'request' : side === 'response' ? 'response' : 'both';
  const availability = { global: true, projectIds: [] };
  const facts = { name, config, direction, availability, tags, source: 'internal' as const, vendored: false };
  return (await insertScanner(change, facts, PUBLISHED)).id;
}
