/** A registry over a fresh database, with the engine's own check and times that can be set. */

import { newTimedId, nowMicros, openRegistry } from '../../src/compose-store.ts';
import { compile } from '../../src/engine/compile.ts';
import { probePatterns } from '../../src/engine/scanners/probe-patterns.ts';
import type { Actor } from '../../src/registry/model.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { seedRegistry } from '../../src/registry/seed.ts';
import type { Store } from '../../src/store/store.ts';
import { DEFAULT_PROFILE } from './profiles.ts';

export const ACTOR: Actor = { userId: 'user-1', requestId: 'request-1' };

/** Seeded with the profile `default`. */
export async function seededRegistry(store: Store): Promise<Registry> {
  await seedRegistry({ store, now: nowMicros, newId: newTimedId }, [DEFAULT_PROFILE]);
  return registryOver(store);
}

export const registryOver = (store: Store): Registry =>
  openRegistry(store, {
    compile: (profile, tools) => compile(profile, tools),
    tools: { now: () => performance.now() },
    probe: probePatterns,
  });
