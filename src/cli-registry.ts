/** The commands over the registry: reads their arguments and runs them. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { runPolicyApply, runPolicyExport } from './cli-policy.ts';
import { runProfileExport, runProfileImport } from './cli-profiles.ts';
import { readTime } from './cli-records.ts';
import { runReplay } from './cli-replay.ts';
import { runDiff, runList, runPublish, runTest, runVersions } from './cli-scanners.ts';
import type { CliStreams } from './cli-streams.ts';
import { UsageError } from './cli-usage.ts';
import { withRegistry } from './compose-offline.ts';
import { loadSettings } from './compose-settings.ts';

const SINCE = '7d';

/** First words of command lines that are read here. */
export const REGISTRY_COMMANDS: ReadonlySet<string> = new Set(['scanners', 'policy', 'replay', 'profile']);

/** @throws UsageError, StartError, ConfigError */
export function runRegistryCommand(args: readonly string[], streams: CliStreams): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === 'replay') return replayCommand(rest, streams);
  if (name === 'policy') return policyCommand(rest, streams);
  const [action = '', ...others] = rest;
  if (name === 'profile') {
    const runProfile = PROFILE[action];
    if (runProfile === undefined) throw new UsageError('profile takes one of import and export');
    return runProfile(others, streams);
  }
  const run = SCANNERS[action];
  if (run === undefined) throw new UsageError('scanners takes one of list, versions, test, publish and diff');
  return run(others, streams);
}

function policyCommand([action = '', ...args]: readonly string[], streams: CliStreams): Promise<number> {
  if (action === 'export') {
    const { values, given } = read(args, 1, {});
    return withRegistry(loadSettings(values.config), (offline) =>
      runPolicyExport(offline, given(0), streams),
    );
  }
  if (action !== 'apply') throw new UsageError('policy takes one of export and apply');
  const { values, given } = read(args, 1, { check: FLAG, prune: FLAG });
  const asked = { folder: given(0), check: values.check === true, prune: values.prune === true };
  return withRegistry(loadSettings(values.config), (offline) => runPolicyApply(offline, asked, streams));
}

type Run = (args: readonly string[], streams: CliStreams) => Promise<number>;

const SCANNERS: Readonly<Record<string, Run>> = {
  list: (args, streams) => {
    const { values } = read(args, 0, { project: TEXT, json: FLAG });
    return withRegistry(loadSettings(values.config), (offline) =>
      runList(offline, { project: values.project, json: values.json === true }, streams),
    );
  },
  versions: (args, streams) => {
    const { values, given } = read(args, 1, { json: FLAG });
    return withRegistry(loadSettings(values.config), (offline) =>
      runVersions(offline, given(0), values.json === true, streams),
    );
  },
  test: (args, streams) => {
    const { values, given, rest } = read(args, [1, 10_000], { version: TEXT, json: FLAG });
    const asked = { scanner: given(0), version: values.version, json: values.json === true, files: rest(1) };
    return withRegistry(loadSettings(values.config), (offline) => runTest(offline, asked, streams));
  },
  publish: (args, streams) => {
    const { values, given } = read(args, 2, { push: FLAG });
    return withRegistry(loadSettings(values.config), (offline) =>
      runPublish(offline, given(0), given(1), values.push === true, streams),
    );
  },
  diff: (args, streams) => {
    const { values, given } = read(args, 3, {});
    return withRegistry(loadSettings(values.config), (offline) =>
      runDiff(offline, given(0), [given(1), given(2)], streams),
    );
  },
};

const PROFILE: Readonly<Record<string, Run>> = {
  import: (args, streams) => {
    const { values, rest } = read(args, [1, 1_000], { name: TEXT, 'dry-run': FLAG });
    const asked = { files: rest(0), name: values.name, dryRun: values['dry-run'] === true };
    return withRegistry(loadSettings(values.config), (offline) => runProfileImport(offline, asked, streams));
  },
  export: (args, streams) => {
    const { values, given } = read(args, 1, { topics: FLAG });
    const asked = { name: given(0), topics: values.topics === true };
    return withRegistry(loadSettings(values.config), (offline) => runProfileExport(offline, asked, streams));
  },
};

function replayCommand(args: readonly string[], streams: CliStreams): Promise<number> {
  const options = { scanner: TEXT, version: TEXT, since: TEXT, until: TEXT, project: TEXTS, json: FLAG };
  const { values } = read(args, 0, options);
  const { scanner, version } = values;
  if (scanner === undefined || version === undefined)
    throw new UsageError('replay needs --scanner and --version');
  const since = timeOf('since', values.since ?? SINCE);
  const until = values.until === undefined ? undefined : timeOf('until', values.until);
  const asked = {
    scanner,
    version,
    since,
    until,
    projects: values.project ?? [],
    json: values.json === true,
  };
  return withRegistry(loadSettings(values.config), (offline) => runReplay(offline, asked, streams));
}

function timeOf(option: string, text: string): number {
  const at = readTime(text, Date.now());
  if (at === undefined) throw new UsageError(`--${option} must be 30m, 12h or 7d, or an ISO time`);
  return at;
}

const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'string', multiple: true } as const;
const FLAG = { type: 'boolean' } as const;

/** @param counts how many arguments there are, or from and to @throws UsageError */
function read<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  counts: number | readonly [number, number],
  options: T,
) {
  const [min, max] = typeof counts === 'number' ? [counts, counts] : counts;
  const { values, positionals } = parse(args, { config: TEXT, ...options });
  if (positionals.length < min || positionals.length > max)
    throw new UsageError(
      `expected ${min === max ? min : `at least ${min}`} arguments, got ${positionals.length}`,
    );
  const given = (index: number): string => positionals[index] ?? '';
  return { values, given, rest: (from: number) => positionals.slice(from) };
}

function parse<const T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'the arguments cannot be read';
    throw new UsageError(message.split('\n')[0]?.split('. ')[0] ?? message, { cause: error });
  }
}
