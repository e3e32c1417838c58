/** Loads the configuration with the engine's compiler, so that every command finds the same faults. */
import { type LoadedConfig, loadConfig } from './config.ts';
import type { CompilePolicy, EngineTools } from './core/policy.ts';
import { compile } from './engine/compile.ts';

/** The engine, told how far back a match of a person's regex may reach. */
export const compilerFor =
  (holdbackChars: number): CompilePolicy =>
  (profile, tools) =>
    compile(profile, tools, { holdbackChars });

/** The engine's clock: monotonic milliseconds. */
export const ENGINE_TOOLS: EngineTools = { now: () => performance.now() };

/**
 * The settings of a file, or of the default one.
 * @throws ConfigError
 */
export function loadSettings(file?: string): LoadedConfig {
  return loadConfig({
    ...(file === undefined ? {} : { file }),
    compilerFor,
    now: ENGINE_TOOLS.now,
  });
}
