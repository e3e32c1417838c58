/** From projects to the profiles that the engine compiles: what runs where, in which version and mode. */
import { createHash } from 'node:crypto';
import { ROLES, type Role } from '../core/part.ts';
import {
  type Action,
  type BuiltInSnapshot,
  NO_ACTIONS,
  type ProfileSnapshot,
  type ScannerSnapshot,
} from '../core/policy.ts';
import type { Row } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { Direction, ScanMode, ScannerConfig } from './model.ts';
import { canRedact } from './project-scanners.ts';
import { readConfig, readSettings, readTexts } from './rows.ts';

/** All policies of one state of the registry. */
export interface PolicyState {
  readonly revision: number;
  readonly profiles: readonly ProfileSnapshot[];
}

/** A scanner that runs in a project. */
export interface Running {
  readonly project_id: string;
  readonly scanner_id: string;
  readonly mode: string;
  readonly forced: number;
  readonly enabled: number;
  readonly name: string;
  readonly tags: string;
  readonly version_id: string;
  readonly version_name: string;
  readonly config: string;
  readonly direction: string;
  readonly flag_message: string | null;
}

export const readRevision = (store: Store): Promise<number> =>
  store.read(
    async (db) => (await db.selectFrom('policy_head').select('revision').executeTakeFirstOrThrow()).revision,
  );

/** @param feedOf lines of the operator's URL feed for the profile of this name */
export async function readPolicyState(
  store: Store,
  feedOf: (profile: string) => readonly string[],
): Promise<PolicyState> {
  const { head, projects, running } = await store.read(async (db) => ({
    head: await db.selectFrom('policy_head').selectAll().executeTakeFirstOrThrow(),
    projects: await db
      .selectFrom('projects')
      .selectAll()
      .where('deleted_at', 'is', null)
      .orderBy('id')
      .execute(),
    running: await db
      .selectFrom('project_scanners as p')
      .innerJoin('scanners as s', 's.id', 'p.scanner_id')
      .innerJoin('scanner_versions as v', 'v.id', 'p.version_id')
      .select(['p.project_id', 'p.scanner_id', 'p.mode', 'p.forced', 'p.enabled', 's.name', 's.tags'])
      .select('p.flag_message')
      .select(['v.id as version_id', 'v.name as version_name', 'v.config', 'v.direction'])
      .where((where) => where.or([where('p.enabled', '=', 1), where('p.forced', '=', 1)]))
      .orderBy('p.added_at')
      .orderBy('p.scanner_id')
      .execute(),
  }));
  const byProject = Map.groupBy(running, (row) => row.project_id);
  const global = projects.find((project) => project.type === 'global');
  const forced = (byProject.get(global?.id ?? '') ?? []).filter((row) => row.forced === 1);
  const parse = memoised();
  // Who is trusted is spared by these detectors: where they are forced, no project trusts anybody else.
  const sparing = forced.some((row) => sparesTrusted(parse(row.config)));
  const trusted = global !== undefined && sparing ? readSettings(global.settings).trustedRoles : ROLES;
  const profiles = projects.map((project) => {
    const own = (byProject.get(project.id) ?? []).filter((row) => row.enabled === 1);
    const running = withForced(own, forced);
    return snapshotOf(project, running, feedOf(project.friendly_id), parse, trusted);
  });
  return { revision: head.revision, profiles };
}

const sparesTrusted = (config: ScannerConfig): boolean =>
  config.type === 'system' && (config.detector === 'injection' || config.detector === 'agent');

const STRICTNESS: readonly string[] = ['audit', 'redact', 'block'];

/** A forced scanner runs in the global project's version, in the stricter of the two modes. */
function withForced(own: readonly Running[], forced: readonly Running[]): readonly Running[] {
  if (forced.length === 0) return own;
  const byScanner = new Map(own.map((row) => [row.scanner_id, row]));
  for (const row of forced) {
    const before = byScanner.get(row.scanner_id)?.mode ?? row.mode;
    const mode = STRICTNESS.indexOf(before) > STRICTNESS.indexOf(row.mode) ? before : row.mode;
    byScanner.set(row.scanner_id, { ...row, mode });
  }
  return [...byScanner.values()];
}

/** Projects share scanners: each text is read once. */
function memoised(): (json: string) => ScannerConfig {
  const known = new Map<string, ScannerConfig>();
  return (json) => {
    const config = known.get(json) ?? readConfig(json);
    known.set(json, config);
    return config;
  };
}

const ACTIONS: Readonly<Record<ScanMode, Exclude<Action, 'off'>>> = {
  block: 'block',
  redact: 'mask',
  audit: 'alert',
};
/** What cannot mask blocks instead. */
const actionOf = (mode: string, config: ScannerConfig): Exclude<Action, 'off'> =>
  mode === 'redact' && !canRedact(config) ? 'block' : ACTIONS[mode as ScanMode];

/** What of a profile comes from its scanners. */
export type ProfileRules = Pick<ProfileSnapshot, 'actions' | 'scanners'> & {
  readonly builtIns: readonly BuiltInSnapshot[];
};

export const NO_RULES: ProfileRules = {
  actions: { prompt: NO_ACTIONS, response: NO_ACTIONS },
  scanners: [],
  builtIns: [],
};

/** The same rules and further scanners. */
export function withRunning(
  rules: ProfileRules,
  running: readonly Running[],
  parse: (json: string) => ScannerConfig = readConfig,
): ProfileRules {
  const actions = { ...rules.actions };
  const scanners: ScannerSnapshot[] = [...rules.scanners];
  const builtIns: BuiltInSnapshot[] = [...rules.builtIns];
  for (const row of running) {
    const config = parse(row.config);
    const action = actionOf(row.mode, config);
    if (config.type !== 'system') {
      scanners.push(scannerSnapshot(row, config, action));
      continue;
    }
    const { detector, setting } = config;
    const side = row.direction === 'response' ? 'response' : 'prompt';
    const facts = { side, detector, ...(setting === undefined ? {} : { setting }) } as const;
    builtIns.push({ ...factsOf(row), ...facts });
    const given = actions[side];
    actions[side] =
      detector === 'dlp'
        ? { ...given, dlp: { ...given.dlp, [setting ?? 'personal']: action } }
        : { ...given, [detector]: action };
  }
  return { actions, scanners, builtIns };
}

const factsOf = (row: Running) => ({
  id: row.scanner_id,
  version: { id: row.version_id, name: row.version_name },
  name: row.name,
  ...(row.flag_message ? { flagMessage: row.flag_message } : {}),
  ...(row.forced === 1 ? { forced: true as const } : {}),
});

function snapshotOf(
  project: Row<'projects'>,
  running: readonly Running[],
  urlFeed: readonly string[],
  parse: (json: string) => ScannerConfig,
  trustedAtMost: readonly string[],
): ProfileSnapshot {
  const settings = readSettings(project.settings);
  const state = {
    name: project.friendly_id,
    id: project.id,
    latency: settings.latency,
    trustedRoles: settings.trustedRoles.filter(isRole).filter((role) => trustedAtMost.includes(role)),
    maskOnBlock: settings.maskOnBlock,
    topics: settings.topics,
    ...withRunning(NO_RULES, running, parse),
  };
  const digest = createHash('sha256').update(JSON.stringify(state)).update(feedDigest(urlFeed));
  return { ...state, urlFeed, revision: digest.digest('hex').slice(0, 16) };
}

/** Feeds are large and stay as they are: each is digested once. */
function feedDigest(lines: readonly string[]): string {
  const known = FEED_DIGESTS.get(lines);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line).update('\n');
  const digest = hash.digest('hex');
  FEED_DIGESTS.set(lines, digest);
  return digest;
}
const FEED_DIGESTS = new WeakMap<readonly string[], string>();

const isRole = (role: string): role is Role => (ROLES as readonly string[]).includes(role);

const SIDES: Readonly<Record<Direction, ScannerSnapshot['side']>> = {
  request: 'prompt',
  response: 'response',
  both: 'both',
};

function scannerSnapshot(
  row: Running,
  config: Exclude<ScannerConfig, { type: 'system' }>,
  action: Exclude<Action, 'off'>,
): ScannerSnapshot {
  const facts = {
    ...factsOf(row),
    side: SIDES[row.direction as Direction],
    action,
    tags: readTexts(row.tags),
  };
  if (config.type === 'keyword') return { ...facts, type: 'keyword', words: config.words };
  if (config.type === 'regex') return { ...facts, type: 'regex', pattern: config.pattern };
  return { ...facts, type: 'genai', input: config.input, scanContext: config.scanContext };
}
