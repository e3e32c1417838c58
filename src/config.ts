/** Loads the configuration: file, environment, defaults, checks. The only reader of `process.env`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConfig } from './config-checks.ts';
import { overrideFromEnvironment } from './config-environment.ts';
import { ConfigError, type ConfigIssue, type ConfigPath, writeIssue } from './config-issue.ts';
import { compilePolicies } from './config-policies.ts';
import { type Config, configSchema } from './config-schema.ts';
import { expandTexts, readYaml } from './config-yaml.ts';
import type { CompilePolicy, EngineTools, Policy } from './core/policy.ts';

const DEFAULT_FILE = 'config/sallyport.yaml';
const FILE_BYTES_MAX = 16_777_216;

export interface LoadOptions {
  /** Path of the file; without it `SALLYPORT_CONFIG`, then the default. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The engine's compiler and tools for these settings. */
  readonly engineFor: (config: Config) => { readonly compile: CompilePolicy; readonly tools: EngineTools };
}

export interface LoadedConfig {
  readonly config: Config;
  readonly file: string;
  readonly policies: readonly Policy[];
}

/**
 * Reads and checks everything.
 * @throws ConfigError with a line for every fault
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const env = options.env ?? process.env;
  const file = resolve(options.file ?? configFile(env.SALLYPORT_CONFIG));
  const read = readYaml(readText(file));
  if ('issues' in read) throw faults(read.issues, file);
  const expanded = expandTexts(read.value, env);
  const overridden = overrideFromEnvironment(expanded.value, env);
  const parsed = parseConfig(overridden.value);
  const origins = overridden.origins;
  const unset = expanded.issues.filter((issue) => !origins.has(issue.path.join('.')));
  if (!parsed.config) throw faults([...unset, ...withoutKnown(parsed.issues, unset)], file, origins);
  const { compile, tools } = options.engineFor(parsed.config);
  const { policies, issues } = compilePolicies(parsed.config.profiles, dirname(file), compile, tools);
  const all = [...unset, ...checkConfig(parsed.config), ...issues];
  if (all.length > 0) throw faults(all, file, origins);
  return { config: parsed.config, file, policies };
}

/** Checks settings against the schema alone. */
export function parseConfig(value: unknown): { config?: Config; issues: ConfigIssue[] } {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return { config: parsed.data, issues: [] };
  const issues = parsed.error.issues.flatMap((issue): ConfigIssue[] => {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a known setting' }));
    }
    const missing = path.length > 0 && valueAt(value, path) === undefined && issue.code !== 'custom';
    return [{ path, message: missing ? `is missing; it ${issue.message}` : issue.message }];
  });
  return { issues };
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (node, step) => (typeof node === 'object' && node !== null ? Reflect.get(node, step) : undefined),
    value,
  );
}

/** A text whose variable is not set is told once, as that. */
function withoutKnown(issues: readonly ConfigIssue[], known: readonly ConfigIssue[]): ConfigIssue[] {
  const paths = new Set(known.map((issue) => issue.path.join('.')));
  return issues.filter((issue) => !paths.has(issue.path.join('.')));
}

/** The file of the working directory, else the one that came with the program. */
function configFile(named: string | undefined): string {
  if (named !== undefined && named !== '') return named;
  if (existsSync(DEFAULT_FILE)) return DEFAULT_FILE;
  return join(dirname(fileURLToPath(import.meta.url)), '..', DEFAULT_FILE);
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > FILE_BYTES_MAX) throw new RangeError('too large');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError)
      throw new ConfigError([`${file}: is larger than ${FILE_BYTES_MAX} bytes`]);
    if (error instanceof TypeError) throw new ConfigError([`${file}: is not UTF-8 text`]);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
    throw new ConfigError([`${file}: cannot be read (${code})`]);
  }
}

/** One line an issue; a value that came from a variable is told by the variable's name. */
function faults(
  issues: readonly ConfigIssue[],
  file: string,
  origins: ReadonlyMap<string, string> = new Map(),
): ConfigError {
  const lines = issues.map((issue) => {
    const variable = origins.get(issue.path.join('.'));
    if (variable !== undefined) return writeIssue({ ...issue, place: variable });
    if (issue.place !== undefined) return writeIssue({ ...issue, place: `${file}: ${issue.place}` });
    return writeIssue(issue.path.length === 0 ? { ...issue, place: file } : issue);
  });
  return new ConfigError([...new Set(lines)]);
}
