/** Builds scans, prompts, providers and replays of the management API: their routes, and what they need. */

import { type Engine, engineOf } from './compose-engine.ts';
import { upstreamsOf } from './compose-gateway.ts';
import { createPolicySource } from './compose-policies.ts';
import type { RegistryParts } from './compose-registry.ts';
import { newTimedId, nowMicros } from './compose-store.ts';
import type { Config } from './config-schema.ts';
import type { Policy, ProfileSnapshot } from './core/policy.ts';
import type { Provider } from './core/provider.ts';
import type { RecordStore } from './core/record.ts';
import { providerRoutes } from './management/provider-routes.ts';
import { type ReplayParts, replayRoutes } from './management/replay-routes.ts';
import type { Route } from './management/route.ts';
import { scanRoutes } from './management/scan-routes.ts';
import { type ClosableProviders, createProviders } from './proxy/ask-upstream.ts';
import type { UpstreamOptions } from './proxy/options.ts';
import { namedId } from './registry/named-id.ts';
import { withVersion } from './registry/replaced-version.ts';
import { createScanLog } from './store/scan-log-table.ts';

export interface ScansParts {
  readonly config: Config;
  readonly rules: Pick<RegistryParts, 'store' | 'registry' | 'live' | 'secrets'>;
  readonly records: RecordStore;
  /** Where the upstream `demo` listens. */
  readonly demo: URL | undefined;
}

export interface Scans {
  readonly routes: readonly Route[];
  close(): Promise<void>;
}

const PAGE = 500;

export function composeScans(parts: ScansParts): Scans {
  const { config, rules, records } = parts;
  const { registry, store, live } = rules;
  const engine = engineOf(config);
  const providers = providersOf(parts);
  const topicsCompared = engine.tools.languageJudge === undefined;
  const tools = {
    registry,
    policies: engine.overThreads(live),
    refresh: () => live.refresh(),
    compile: (profile: ProfileSnapshot) => compileOnce(engine, profile),
    providers,
    records: config.records.enabled ? records : undefined,
    scanLog: createScanLog(store),
    content: config.records.content,
    topicsCompared,
    now: nowMicros,
    newId: newTimedId,
  };
  const replays = { ...tools, records, projectsOf: projectsOf(rules), nowMs: Date.now };
  return {
    routes: [...scanRoutes(tools), ...providerRoutes(providers), ...replayRoutes(replays)],
    close: () => providers.close(),
  };
}

/** A policy of one call, with the engine's threads. @throws PolicyError */
export function compileOnce(engine: Engine, profile: ProfileSnapshot): Policy {
  const policy = engine.compile(profile, engine.tools);
  return engine.overThreads(createPolicySource([policy])).byId(profile.id) ?? policy;
}

function providersOf({ config, demo, rules }: ScansParts): ClosableProviders {
  const { timeouts, limits } = config.gateway;
  const models = new Map(config.gateway.upstreams.map(({ name, url, model }) => [name, modelOf(url, model)]));
  const toProvider = ({ name, mount, protocols }: UpstreamOptions): Provider => {
    const model = models.get(name);
    const isAnthropic = protocols?.length === 1 && protocols[0] === 'anthropic-messages';
    return {
      id: namedId(`provider:${name}`),
      name,
      type: isAnthropic ? 'anthropic' : 'openai-compatible',
      mount,
      ...(model === undefined ? {} : { model }),
    };
  };
  const upstreams = upstreamsOf({ config, demo, secretOf: rules.secrets.valueOf }).map((it) => ({
    ...it,
    provider: toProvider(it),
  }));
  return createProviders({
    upstreams,
    timeouts,
    responseBytes: limits.responseBytes,
    clock: { monotonicMs: () => performance.now(), unixMs: Date.now },
  });
}

const modelOf = (url: string, model: string | undefined): string | undefined =>
  model ?? (url === 'demo' ? 'demo' : undefined);

/** The profiles as they stand, with the version in place. */
const projectsOf =
  ({ registry, store, live }: ScansParts['rules']): ReplayParts['projectsOf'] =>
  async (version, ids, named) => {
    await live.refresh();
    const profiles: ProfileSnapshot[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const { items, hasMore } = await registry.listProjects(
        { ids },
        { offset, limit: PAGE, ascending: true },
      );
      for (const { id } of items) {
        const profile = live.byId(id)?.profile;
        const runs = profile?.scanners.some((scanner) => scanner.id === version.scannerId) === true;
        if (profile !== undefined && (named || runs)) profiles.push(profile);
      }
      if (!hasMore) break;
    }
    return Promise.all(profiles.map((profile) => withVersion(store, profile, version)));
  };
