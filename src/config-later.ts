/** Settings that are accepted but do nothing yet: told at the start, so that nobody relies on them. */
import type { ConfigIssue } from './config-issue.ts';
import type { ProfileConfig } from './config-profile.ts';
import { type Config, configSchema } from './config-schema.ts';
import { DETECTORS } from './engine/detectors/index.ts';

const MESSAGE = 'is not in effect yet in this version';

/** One note for each such setting that differs from its default. */
export function laterNotes(config: Config): ConfigIssue[] {
  const shipped = configSchema.parse({});
  const notes: ConfigIssue[] = [];
  const note = (path: ConfigIssue['path'], differs: boolean): void => {
    if (differs) notes.push({ path, message: MESSAGE });
  };
  config.profiles.forEach((profile, index) => {
    const usual = shipped.profiles[0];
    if (usual === undefined) return;
    for (const side of ['prompt', 'response'] as const) {
      for (const name of idleDetectors(profile[side], usual[side]))
        note(['profiles', index, side, name], true);
    }
  });
  return notes;
}

/** Detectors that this version does not have, with an action that the shipped profile does not give them. */
function idleDetectors(
  actions: ProfileConfig['prompt'] | ProfileConfig['response'],
  usual: ProfileConfig['prompt'] | ProfileConfig['response'],
): string[] {
  const built = new Set<string>(DETECTORS.map((detector) => detector.flag));
  const shipped = new Map<string, unknown>(Object.entries(usual));
  return Object.entries(actions)
    .filter(([name, action]) => !built.has(name) && action !== 'off' && action !== shipped.get(name))
    .map(([name]) => name);
}
