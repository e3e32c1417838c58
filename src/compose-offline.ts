/** The registry for commands that run beside a server, or without one: opened, used, closed. */
import { type Engine, engineOf } from './compose-engine.ts';
import { StartError } from './compose-start-error.ts';
import { checkWith, newTimedId, nowMicros, openRegistry, openStore } from './compose-store.ts';
import type { LoadedConfig } from './config.ts';
import type { Registry } from './registry/registry.ts';
import { RegistryError } from './registry/registry-error.ts';
import type { CheckScanner } from './registry/scanner-config.ts';
import { seedRegistry } from './registry/seed.ts';
import { type PolicyState, readPolicyState } from './registry/snapshots.ts';
import type { Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

export interface Offline {
  readonly store: Store;
  readonly registry: Registry;
  readonly engine: Engine;
  readonly checkScanner: CheckScanner;
  /** All profiles as they stand now. */
  readonly state: () => Promise<PolicyState>;
}

/**
 * A fresh database is filled as at the first start. A running server sees changes within a second.
 * @throws StartError in one line, also for what the registry refuses
 */
export async function withRegistry<T>(
  { config, policies }: LoadedConfig,
  work: (offline: Offline) => Promise<T>,
): Promise<T> {
  const store = await openStore(config);
  const engine = engineOf(config);
  try {
    const profiles = policies.map((policy) => policy.profile);
    await seedRegistry({ store, now: nowMicros, newId: newTimedId }, profiles);
    const feeds = new Map(profiles.map((profile) => [profile.name, profile.urlFeed]));
    const state = (): Promise<PolicyState> => readPolicyState(store, (name) => feeds.get(name) ?? []);
    const checkScanner = checkWith(engine);
    return await work({ store, registry: openRegistry(store, engine), engine, checkScanner, state });
  } catch (cause) {
    if (cause instanceof StoreError) throw new StartError(`store: ${cause.message}`, { cause });
    if (!(cause instanceof RegistryError)) throw cause;
    const place = cause.path.length === 0 ? '' : `${cause.path.join('.')}: `;
    throw new StartError(`${place}${cause.message}`, { cause });
  } finally {
    await engine.close();
    await store.close();
  }
}
