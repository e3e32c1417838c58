/** The commands of `scanners`: list, versions, test, publish, diff. */
import { readText } from './cli-scan.ts';
import type { CliStreams } from './cli-streams.ts';
import type { Offline } from './compose-offline.ts';
import { createPolicySource } from './compose-policies.ts';
import { StartError } from './compose-start-error.ts';
import { NO_ACTIONS, type ProfileSnapshot } from './core/policy.ts';
import { judgedBy } from './management/scan-results.ts';
import type { Scanner, Version } from './registry/model.ts';
import { isUuid } from './registry/names.ts';
import type { Registry } from './registry/registry.ts';
import { changedLines, linesOf } from './registry/version-diff.ts';

const EXIT_FOUND = 3;
const EXIT_DIFFERENT = 2;
const EXIT_ERROR = 1;
const PAGE = 500;
const OPERATOR = { userId: null };

async function* allScanners(registry: Registry, projectId?: string): AsyncGenerator<Scanner> {
  const filter = projectId === undefined ? {} : { addedToProjectId: projectId };
  for (let offset = 0; ; offset += PAGE) {
    const asked = { offset, limit: PAGE, ascending: true, sortBy: 'name' } as const;
    const { items, hasMore } = await registry.listScanners(filter, asked);
    yield* items;
    if (!hasMore) return;
  }
}

/** By id, else by a name that only one scanner has. @throws StartError */
export async function findScanner(registry: Registry, idOrName: string): Promise<Scanner> {
  if (isUuid(idOrName)) return registry.getScanner(idOrName);
  const found: Scanner[] = [];
  for await (const scanner of allScanners(registry)) if (scanner.name === idOrName) found.push(scanner);
  const [only, ...others] = found;
  if (only === undefined) throw new StartError(`there is no scanner ${JSON.stringify(idOrName)}`);
  if (others.length === 0) return only;
  throw new StartError(
    `several scanners have this name; name one by id: ${found.map(({ id }) => id).join(' ')}`,
  );
}

/** By id, name or time. @throws RegistryError */
export async function findVersion(registry: Registry, scanner: Scanner, version: string): Promise<Version> {
  return (await registry.getScanner(scanner.id, { version })).version;
}

export async function runList(
  { registry }: Offline,
  { project, json }: { readonly project: string | undefined; readonly json: boolean },
  { out }: CliStreams,
): Promise<number> {
  const projectId = project === undefined ? undefined : (await registry.getProject(project)).id;
  for await (const scanner of allScanners(registry, projectId)) {
    const { id, name, tags, source, version } = scanner;
    const { config, direction, published } = version;
    const facts = { id, name, type: config.type, source, direction, tags, newest: version.name, published };
    out(json ? JSON.stringify(facts) : lineOf(facts));
  }
  return 0;
}

const lineOf = (facts: {
  id: string;
  name: string;
  type: string;
  direction: string;
  newest: string;
  published: boolean;
}) =>
  [
    facts.id,
    facts.type,
    facts.direction,
    facts.newest,
    facts.published ? 'published' : 'draft',
    facts.name,
  ].join('  ');

const versionFacts = ({ id, name, published, createdAt, description, direction, config }: Version) => ({
  id,
  name,
  published,
  createdAt: new Date(createdAt / 1_000).toISOString(),
  direction,
  description,
  config,
});

/** Newest first. */
export async function runVersions(
  { registry }: Offline,
  asked: string,
  json: boolean,
  { out }: CliStreams,
): Promise<number> {
  const scanner = await findScanner(registry, asked);
  for (const version of await registry.listVersions(scanner.id)) {
    const facts = versionFacts(version);
    const { id, name, published, createdAt, direction, description } = facts;
    const line = [id, name, published ? 'published' : 'draft', createdAt, direction, description];
    out(json ? JSON.stringify(facts) : line.join('  ').trimEnd());
  }
  return 0;
}

export interface TestAsked {
  readonly scanner: string;
  /** Without one the newest. */
  readonly version: string | undefined;
  readonly json: boolean;
  readonly files: readonly string[];
}

/** The version alone, on prompts and answers alike. */
export async function runTest({ registry, engine, state }: Offline, asked: TestAsked, streams: CliStreams) {
  const scanner = await findScanner(registry, asked.scanner);
  const version = await findVersion(registry, scanner, asked.version ?? scanner.version.id);
  const [project] = (await state()).profiles;
  if (project === undefined) throw new StartError('there is no project');
  const quiet: ProfileSnapshot = {
    ...project,
    actions: { prompt: NO_ACTIONS, response: NO_ACTIONS },
    topics: [],
  };
  const { profile } = await registry.profileForCall(quiet, {
    disabled: [],
    forceEnabled: [],
    configOverrides: {},
    versions: [version.id],
  });
  const policy = engine.compile(profile, engine.tools);
  const source = engine.overThreads(createPolicySource([policy]));
  const side = version.direction === 'response' ? 'response' : 'prompt';
  let exit = 0;
  for (const file of asked.files.length === 0 ? ['-'] : asked.files) {
    const text = await readText(file, streams);
    const content = side === 'response' ? { response: text } : { prompt: text };
    const result = await source.byId(profile.id)?.scan({ contents: [content] });
    if (result === undefined) throw new TypeError('the policy is gone');
    const { results } = judgedBy(profile, side, result, engine.tools.languageJudge === undefined);
    const failed = results.some((it) => it.failed);
    const fired = results.some((it) => it.triggered);
    const verdict = failed ? 'error' : fired ? 'found' : 'nothing found';
    const { data, message } = results[0] ?? { data: {} };
    const document = { file, scanner: scanner.name, version: version.name, verdict, data, message };
    streams.out(
      asked.json ? JSON.stringify(document) : `${file}: ${verdict} (${scanner.name} ${version.name})`,
    );
    if (failed) exit = EXIT_ERROR;
    else if (fired && exit === 0) exit = EXIT_FOUND;
  }
  return exit;
}

export async function runPublish(
  { registry }: Offline,
  asked: string,
  versionAsked: string,
  push: boolean,
  { out }: CliStreams,
): Promise<number> {
  const scanner = await findScanner(registry, asked);
  const version = await findVersion(registry, scanner, versionAsked);
  const patch = { published: true, push };
  const message = await registry.updateVersion(OPERATOR, scanner.id, version.id, patch);
  out(`${scanner.name} ${version.name}: ${message}`);
  return 0;
}

export async function runDiff(
  { registry }: Offline,
  asked: string,
  [older, newer]: readonly [string, string],
  { out }: CliStreams,
): Promise<number> {
  const scanner = await findScanner(registry, asked);
  const before = await findVersion(registry, scanner, older);
  const after = await findVersion(registry, scanner, newer);
  const changes = changedLines(linesOf(before), linesOf(after));
  if (changes.length === 0) return 0;
  for (const line of [`--- ${before.name}`, `+++ ${after.name}`, ...changes]) out(line);
  return EXIT_DIFFERENT;
}
