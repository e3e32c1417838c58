/** Loads the configuration with the engine's compiler, so that every command finds the same faults. */
import { engineOf } from './compose-engine.ts';
import { type LoadedConfig, loadConfig } from './config.ts';
import { ConfigError } from './config-issue.ts';

/**
 * The settings of a file, or of the default one.
 * @throws ConfigError
 */
export function loadSettings(file?: string): LoadedConfig {
  return loadConfig({ ...(file === undefined ? {} : { file }), engineFor: engineOf });
}

/**
 * Tries the patterns that are not linear on hostile texts, and loads the models of the second stage, before
 * any is used.
 * @throws ConfigError with a line for each pattern that does not end in time
 * @throws StartError for a model that cannot judge
 */
export async function probeSettings(settings: LoadedConfig): Promise<void> {
  try {
    await probeEach(settings);
    await engineOf(settings.config).checkSecondStage();
  } catch (cause) {
    await closeEngine(settings);
    throw cause;
  }
}

/** Loads the models of the second stage. @throws StartError for one that cannot judge */
export const checkSecondStage = ({ config }: LoadedConfig): Promise<void> =>
  engineOf(config).checkSecondStage();

/** Ends the engine's threads: an idle one would keep the program from ending. */
export const closeEngine = ({ config }: LoadedConfig): Promise<void> => engineOf(config).close();

async function probeEach({ config, policies, file }: LoadedConfig): Promise<void> {
  const { probe, tools } = engineOf(config);
  const lines: string[] = [];
  for (const [index, { profile }] of policies.entries()) {
    for (const fault of await probe(profile, tools)) {
      lines.push(`${file}: profiles[${index}].${fault.path}: ${fault.message}`);
    }
  }
  if (lines.length > 0) throw new ConfigError(lines);
}
