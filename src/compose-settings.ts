/** Loads the configuration with the engine's compiler, so that every command finds the same faults. */
import { type LoadedConfig, loadConfig } from './config.ts';
import { compile } from './engine/compile.ts';

/**
 * The settings of a file, or of the default one.
 * @throws ConfigError
 */
export function loadSettings(file?: string): LoadedConfig {
  return loadConfig({
    ...(file === undefined ? {} : { file }),
    compilerFor: (holdbackChars) => (profile, tools) => compile(profile, tools, { holdbackChars }),
    now: () => performance.now(),
  });
}
