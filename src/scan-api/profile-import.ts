/** Reads an AIRS profile into our words, and tells what of it they cannot hold (contract §4). */
import type { Side } from '../core/part.ts';
import type { Action, DetectorActions, ProfileSnapshot, TopicSnapshot } from '../core/policy.ts';
import type { DetectorFlag } from '../core/scan-wire.ts';
import { Reading } from './profile-reading.ts';
import { type DetectorSettings, readDetectors, strictest, type TopicLookup } from './profile-settings.ts';

export interface ImportedProfile {
  readonly name: string;
  /** UUID of the revision that was exported. */
  readonly id?: string;
  readonly actions: Readonly<Record<Side, DetectorActions>>;
  readonly latency: ProfileSnapshot['latency'];
  readonly topics: readonly TopicSnapshot[];
  /** One line each, with the place in the document. */
  readonly losses: readonly string[];
}

/** A document that is no profile. */
export class ProfileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProfileError';
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Whose they are and when they were written says nothing of what a profile does. */
const BOOKKEEPING = [
  'revision',
  'csp_id',
  'tsg_id',
  'dlp_tenant_id',
  'created_by',
  'updated_by',
  'last_modified_ts',
];
const LATENCY_MS = { least: 10, most: 60_000, usual: 5_000 };
const PROMPT_FLAGS = ['injection', 'agent', 'url_cats', 'dlp', 'toxic_content', 'malicious_code'] as const;
const RESPONSE_FLAGS = ['url_cats', 'dlp', 'db_security', 'toxic_content', 'malicious_code'] as const;
const LATER_PROMPT_FLAGS = ['topic_violation', 'source_code'] as const;
const LATER_RESPONSE_FLAGS = ['topic_violation', 'ungrounded', 'source_code'] as const;

/**
 * Where several settings share one action here, the strictest is taken.
 * @throws ProfileError
 */
export function readAirsProfile(document: unknown, topics: TopicLookup): ImportedProfile {
  const root = new Reading(document);
  const name = root.at('profile_name').text();
  if (name === undefined || name === '') throw new ProfileError('holds no profile_name');
  const id = root.at('profile_id').text();
  for (const key of BOOKKEEPING) root.at(key).skip();
  const active = root.at('active');
  if (active.value === false) active.lose('the profile is not active there, and is here');
  else active.skip();
  const policy = root.at('policy');
  for (const profile of policy.at('dlp-data-profiles').items()) {
    const own = JSON.stringify(profile.at('name').value ?? '').slice(0, 120);
    profile.lose(`patterns and rules of ${own} are not in the file: the built-in ones look instead`);
  }
  const [chosen, ...others] = policy.at('ai-security-profiles').items();
  if (chosen === undefined) throw new ProfileError('holds no policy.ai-security-profiles');
  for (const other of others) other.lose('a second model type is left out: a profile has one here');
  chosen.at('model-type').skip();
  const shared = chosen.at('model-configuration');
  const latency = readLatency(shared.at('latency'));
  readStorage(shared);
  const sides = readSides(chosen, topics);
  for (const path of root.unread()) root.lose(`${path}: has no counterpart here`);
  return {
    name,
    ...(id !== undefined && UUID.test(id) ? { id: id.toLowerCase() } : {}),
    ...sides,
    latency,
    losses: root.losses,
  };
}

function readLatency(latency: Reading): ImportedProfile['latency'] {
  const action = latency.at('inline-timeout-action').text();
  const place = latency.at('max-inline-latency');
  const seconds = place.number();
  const onTimeout = action === 'allow' ? 'allow' : 'block';
  if (seconds === undefined) return { maxInlineMs: LATENCY_MS.usual, onTimeout };
  const isMillis = seconds >= 1_000;
  const asked = isMillis ? seconds : seconds * 1_000;
  const maxInlineMs = Math.round(Math.min(LATENCY_MS.most, Math.max(LATENCY_MS.least, asked)));
  if (isMillis) place.lose(`taken as milliseconds: ${maxInlineMs}`);
  else if (maxInlineMs !== asked) place.lose(`the bounds here are 10 ms and 60 s: ${maxInlineMs} ms`);
  return { maxInlineMs, onTimeout };
}

function readStorage(shared: Reading): void {
  const storage = shared.at('mask-data-in-storage');
  if (storage.isTrue()) storage.lose('is one setting for all here, records.content');
  const inspection = shared.at('enable-full-conversation-inspection');
  if (inspection.isTrue()) inspection.lose('earlier contents are context here, and not judged');
}

type Sides = Pick<ImportedProfile, 'actions' | 'topics'>;

function readSides(chosen: Reading, topics: TopicLookup): Sides {
  const mode = chosen.at('content-type-mode');
  if (mode.text() !== 'per_content_type') {
    const all = readDetectors(chosen.at('model-configuration'), topics);
    return { actions: { prompt: promptOf([all]), response: responseOf([all], all) }, topics: all.topics };
  }
  const directions = chosen.at('content-type-configurations');
  const read = (name: string): DetectorSettings => readDetectors(directions.at(name), topics);
  const prompt = read('prompt');
  const response = read('response');
  const tools = [read('tool-call'), read('tool-response')];
  const actions = {
    prompt: promptOf([prompt, ...tools]),
    response: responseOf([response], {
      ...response,
      db_security: strictest([response, ...tools].map((s) => s.db_security)),
    }),
  };
  tellMerged(directions, prompt, tools);
  tellMisplaced(directions, prompt, response);
  const all = [prompt, response, ...tools].flatMap((settings) => settings.topics);
  return { actions, topics: [...new Map(all.map((topic) => [topic.name, topic])).values()] };
}

const both = (action: Action): DetectorActions['dlp'] => ({ secrets: action, personal: action });
const off = {
  injection: 'off',
  agent: 'off',
  db_security: 'off',
  ungrounded: 'off',
} as const;

function merged<T extends DetectorFlag>(
  settings: readonly DetectorSettings[],
  flags: readonly T[],
): Record<T, Action> {
  const actions = flags.map((flag) => [flag, strictest(settings.map((each) => each[flag]))]);
  return Object.fromEntries(actions) as Record<T, Action>;
}

function promptOf(settings: readonly DetectorSettings[]): DetectorActions {
  const { dlp, ...own } = merged(settings, [...PROMPT_FLAGS, ...LATER_PROMPT_FLAGS]);
  return { ...off, ...own, dlp: both(dlp) };
}

function responseOf(settings: readonly DetectorSettings[], withTools: DetectorSettings): DetectorActions {
  const { dlp, ...own } = merged(settings, [...RESPONSE_FLAGS, ...LATER_RESPONSE_FLAGS]);
  return { ...off, ...own, db_security: withTools.db_security, dlp: both(dlp) };
}

/** Tool events are judged by the prompt's actions here. */
function tellMerged(directions: Reading, prompt: DetectorSettings, tools: readonly DetectorSettings[]): void {
  for (const flag of [...PROMPT_FLAGS, ...LATER_PROMPT_FLAGS]) {
    const actions = [prompt, ...tools].map((settings) => settings[flag]);
    if (new Set(actions).size === 1) continue;
    directions.note(
      `${flag}: prompts and tool events have one action here: ${strictest(actions)}, the strictest of them`,
    );
  }
}

/** Some detectors exist for one side alone. */
function tellMisplaced(directions: Reading, prompt: DetectorSettings, response: DetectorSettings): void {
  for (const flag of ['injection', 'agent'] as const) {
    if (response[flag] !== 'off')
      directions.at('response').note(`${flag} looks at prompts and tool events only`);
  }
  for (const flag of ['db_security', 'ungrounded'] as const) {
    if (prompt[flag] !== 'off') directions.at('prompt').note(`${flag} does not look at prompts`);
  }
}
