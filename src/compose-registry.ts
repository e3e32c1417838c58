/** Starts store, registry and policies: what the configuration seeds, and what stands since. */

import { engineOf } from './compose-engine.ts';
import { type LivePolicies, watchPolicies } from './compose-live-policies.ts';
import { createLiveSecrets, type LiveSecrets, sealerOf } from './compose-secrets.ts';
import { StartError } from './compose-start-error.ts';
import { newTimedId, nowMicros, openRegistry, openStore } from './compose-store.ts';
import type { Config } from './config-schema.ts';
import type { Policy } from './core/policy.ts';
import type { Registry } from './registry/registry.ts';
import { createSecrets, type Secrets } from './registry/secrets.ts';
import { seedRegistry } from './registry/seed.ts';
import type { Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';
import type { Log } from './telemetry/logger.ts';

export interface RegistryParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly live: LivePolicies;
  readonly secrets: Secrets & LiveSecrets;
  readonly close: () => Promise<void>;
}

const CHANGED =
  'profiles: differ from those of the first start; the registry keeps its own (see docs/configuration.md)';

/** @throws StartError */
export async function startRegistry(
  config: Config,
  seeds: readonly Policy[],
  log: Log,
): Promise<RegistryParts> {
  const { compile, tools: engineTools } = engineOf(config);
  const store = await openStore(config);
  try {
    const profiles = seeds.map((policy) => policy.profile);
    const tools = { store, now: nowMicros, newId: newTimedId };
    const state = await seedRegistry(tools, profiles);
    if (state === 'changed') log.note({ event: 'profiles_not_applied', note: CHANGED });
    const feeds = new Map(profiles.map((profile) => [profile.name, profile.urlFeed]));
    const onFault = (event: string, note: string): void => log.note({ event, note });
    const sealer = sealerOf(config);
    const liveSecrets = createLiveSecrets({ store, sealer, upstreams: config.gateway.upstreams, onFault });
    const live = await watchPolicies({
      store,
      beside: () => liveSecrets.load(),
      compile,
      tools: engineTools,
      unixMicros: nowMicros,
      feedOf: (name) => feeds.get(name) ?? NO_FEED,
      onFault,
    });
    const close = async (): Promise<void> => {
      await live.close();
      await store.close();
    };
    const secrets = { ...createSecrets({ ...tools, sealer }), ...liveSecrets };
    return { store, registry: openRegistry(store, engineOf(config)), live, secrets, close };
  } catch (error) {
    await store.close();
    if (!(error instanceof StoreError)) throw error;
    throw new StartError(`store: ${error.message}`, { cause: error });
  }
}

const NO_FEED: readonly string[] = [];
