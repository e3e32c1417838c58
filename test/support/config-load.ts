/** Loads configurations from texts, without the engine, for the tests of the configuration. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedConfig, loadConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/config-issue.ts';
import type { CompilePolicy } from '../../src/core/policy.ts';

const compile: CompilePolicy = (profile) => ({
  profile,
  scan: () => Promise.reject(new Error('this policy judges nothing')),
});

/** The configuration of a YAML text; the file's folder is removed at once. */
export function loadText(
  yaml: string,
  env: Readonly<Record<string, string>> = {},
  options: { compile?: CompilePolicy; beside?: Readonly<Record<string, string>> } = {},
): LoadedConfig {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
  try {
    for (const [name, content] of Object.entries(options.beside ?? {}))
      writeFileSync(join(folder, name), content);
    const file = join(folder, 'sallyport.yaml');
    writeFileSync(file, yaml);
    return loadConfig({
      file,
      env,
      engineFor: () => ({ compile: options.compile ?? compile, tools: { now: () => 0 } }),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The error lines of a YAML text, without the file's own path; none where it is valid. */
export function errorsOf(
  yaml: string,
  env: Readonly<Record<string, string>> = {},
  compileWith = compile,
): string[] {
  try {
    loadText(yaml, env, { compile: compileWith });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.lines.map((line) => line.replace(/^\S*sallyport\.yaml: /, ''));
  }
}
