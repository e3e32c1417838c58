/** The command line: reads the arguments, runs a command, prints, and says the exit code. */
import { parseArgs } from 'node:util';
import { type RecordRange, readTime, runExport, runVerify } from './cli-records.ts';
import { REGISTRY_COMMANDS, runRegistryCommand } from './cli-registry.ts';
import { runScan } from './cli-scan.ts';
import { runServe } from './cli-serve.ts';
import type { CliStreams } from './cli-streams.ts';
import { USAGE, UsageError } from './cli-usage.ts';
import { readVersion } from './cli-version.ts';
import { checkSecondStage, closeEngine, loadSettings, probeSettings } from './compose-settings.ts';
import { StartError } from './compose-start-error.ts';
import type { LoadedConfig } from './config.ts';
import { ConfigError } from './config-issue.ts';

const CONSOLE: CliStreams = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  stdin: process.stdin,
};

interface Command {
  readonly name: 'serve' | 'check' | 'scan' | 'records' | 'help' | 'version';
  readonly config?: string;
  readonly side: 'prompt' | 'response';
  readonly profile?: string;
  readonly json: boolean;
  readonly files: readonly string[];
  readonly range: RecordRange;
}

/**
 * Runs one command line.
 * @param args the arguments after the program's name
 * @returns the exit code
 */
export async function runCli(args: readonly string[], streams: CliStreams = CONSOLE): Promise<number> {
  try {
    if (REGISTRY_COMMANDS.has(args[0] ?? '')) return await runRegistryCommand(args, streams);
    return await runCommand(readCommand(args), streams);
  } catch (error) {
    if (error instanceof UsageError) {
      streams.err(`sallyport: ${error.message}`);
      streams.err(USAGE);
      return 1;
    }
    if (error instanceof ConfigError) {
      for (const line of error.lines) streams.err(line);
      return 1;
    }
    if (error instanceof StartError) {
      streams.err(error.message);
      return 1;
    }
    throw error;
  }
}

async function runCommand(command: Command, streams: CliStreams): Promise<number> {
  switch (command.name) {
    case 'help':
      streams.out(USAGE);
      return 0;
    case 'version':
      streams.out(readVersion());
      return 0;
    case 'check': {
      const settings = loadSettings(command.config);
      await probeSettings(settings);
      await closeEngine(settings);
      streams.out(`${settings.file}: the configuration is valid`);
      return 0;
    }
    case 'scan': {
      const settings = loadSettings(command.config);
      return scanWith(command, settings, streams).finally(() => closeEngine(settings));
    }
    case 'records':
      return command.files[0] === 'verify'
        ? runVerify(loadSettings(command.config), streams)
        : runExport(loadSettings(command.config), command.range, streams);
    case 'serve':
      return serve(() => loadSettings(command.config), streams);
  }
}

async function scanWith(command: Command, settings: LoadedConfig, streams: CliStreams): Promise<number> {
  await checkSecondStage(settings);
  return runScan({ ...command, settings }, streams);
}

async function serve(load: () => LoadedConfig, streams: CliStreams): Promise<number> {
  const settings = load();
  await probeSettings(settings);
  return runServe(settings, streams, load);
}

/** @throws UsageError for anything that is not in the usage text */
function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { name: 'help', side: 'prompt', json: false, files: [], range: {} };
  if (values.version) return { name: 'version', side: 'prompt', json: false, files: [], range: {} };
  const [name = 'serve', ...files] = positionals;
  if (name !== 'serve' && name !== 'check' && name !== 'scan' && name !== 'records')
    throw new UsageError(`unknown command ${quote(name)}`);
  const side = values.side ?? 'prompt';
  if (side !== 'prompt' && side !== 'response') throw new UsageError('--side must be prompt or response');
  if (name !== 'scan') {
    const foreign = (['side', 'profile', 'json'] as const).find((option) => values[option] !== undefined);
    if (foreign !== undefined) throw new UsageError(`--${foreign} belongs to the command scan`);
    if (name !== 'records' && files.length > 0)
      throw new UsageError(`${name} takes no argument ${quote(files[0] ?? '')}`);
  }
  if (name === 'records' && (files.length !== 1 || !['verify', 'export'].includes(files[0] ?? '')))
    throw new UsageError('records takes one of verify and export');
  return {
    name,
    side,
    range: rangeOf(name === 'records' && files[0] === 'export', values),
    json: values.json ?? false,
    files,
    ...(values.config === undefined ? {} : { config: values.config }),
    ...(values.profile === undefined ? {} : { profile: values.profile }),
  };
}

function rangeOf(isExport: boolean, values: { since?: string; until?: string }): RecordRange {
  const range: { since?: number; until?: number } = {};
  for (const option of ['since', 'until'] as const) {
    const text = values[option];
    if (text === undefined) continue;
    if (!isExport) throw new UsageError(`--${option} belongs to the command records export`);
    const at = readTime(text, Date.now());
    if (at === undefined) throw new UsageError(`--${option} must be 30m, 12h or 7d, or an ISO time`);
    range[option] = at;
  }
  return range;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        side: { type: 'string' },
        profile: { type: 'string' },
        json: { type: 'boolean' },
        since: { type: 'string' },
        until: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'the arguments cannot be read';
    throw new UsageError(message.split('\n')[0]?.split('. ')[0] ?? message, { cause: error });
  }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
