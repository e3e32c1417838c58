/** Builds the data plane of a configuration: upstreams, clients, inspector, gateway. */
import { randomBytes } from 'node:crypto';
import { createRulesOf } from './compose-policies.ts';
import { secretNameOf } from './compose-secrets.ts';
import type { Config } from './config-schema.ts';
import type { PolicySource } from './core/policy.ts';
import type { RecordStore } from './core/record.ts';
import type { ScanService } from './core/scan-service.ts';
import { Clearance } from './inspection/clearance.ts';
import type { Inspector } from './inspection/inspection.ts';
import { createInspector } from './inspection/inspector.ts';
import { PROTOCOLS } from './protocols/index.ts';
import { createGateway, type Gateway } from './proxy/gateway.ts';
import type { ClientOptions, FindInlineClient, UpstreamOptions } from './proxy/options.ts';
import { newTrId } from './proxy/tr-id.ts';
import type { Log } from './telemetry/logger.ts';

/** Texts that got an allow are remembered for an hour (DESIGN §5, scan once). */
const CLEARANCE = { entriesMax: 100_000, ttlMs: 3_600_000 };
const WINDOWS = { firstChars: 200, maxChars: 4_096, waitMs: 250 };

export interface GatewayParts {
  readonly config: Config;
  readonly service: ScanService;
  readonly policies: PolicySource;
  readonly records: RecordStore;
  readonly inlineClient: FindInlineClient;
  /** Where the upstream `demo` listens. */
  readonly demo: URL | undefined;
  /** The value of a secret that stands now. */
  readonly secretOf: (name: string) => string | undefined;
  readonly log: Log;
}

export function composeGateway(parts: GatewayParts): Gateway {
  const { config } = parts;
  const { gateway } = config;
  return createGateway({
    upstreams: upstreamsOf(parts),
    clients: clientsOf(config),
    routes: gateway.routes,
    protocols: PROTOCOLS,
    profile: gateway.profile,
    onBlock: gateway.onBlock,
    limits: gateway.limits,
    timeouts: gateway.timeouts,
    trustedProxies: gateway.trustedProxies,
    inspector: composeInspector(parts),
    ...(config.records.enabled ? { records: { store: parts.records, content: config.records.content } } : {}),
    inlineClient: parts.inlineClient,
    policyOf: (profile) => parts.policies.byName(profile),
    log: parts.log,
    clock: { monotonicMs: () => performance.now(), unixMs: Date.now },
    newTrId,
  });
}

/** The clients of a configuration, as the data plane takes them. */
export function clientsOf({ gateway }: Config): readonly ClientOptions[] {
  return gateway.clients.map((client): ClientOptions => withoutUndefined(client));
}

function composeInspector({ config, service, policies }: GatewayParts): Inspector {
  const { gateway, scan } = config;
  const now = (): number => performance.now();
  return createInspector({
    service,
    now,
    clearance: new Clearance({ key: randomBytes(32), ...CLEARANCE, now }),
    windows: WINDOWS,
    settings: {
      onUnavailable: scan.onUnavailable,
      images: gateway.images,
      upstreamState: gateway.upstreamState,
      stream: gateway.stream,
      scanOnce: scan.once ?? true,
      blockDetail: gateway.blockDetail,
      rulesOf: createRulesOf(policies),
    },
  });
}

/** The upstreams of the configuration, with the address of the demo model where one of them is it. */
export function upstreamsOf(parts: Pick<GatewayParts, 'config' | 'demo' | 'secretOf'>): UpstreamOptions[] {
  const { config, demo, secretOf } = parts;
  return config.gateway.upstreams.map(({ url, apiKey: given, ...rest }) => {
    const secret = secretNameOf(given ?? '');
    const apiKey = secret === undefined ? given : () => secretOf(secret);
    const upstream = withoutUndefined({ ...rest, apiKey });
    if (url !== 'demo') return { ...upstream, url: new URL(url) };
    if (demo === undefined) throw new TypeError('the demo upstream was not started');
    return { ...upstream, url: demo };
  });
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The options of other folders know missing settings, not undefined ones. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined)) as Defined<T>;
}
