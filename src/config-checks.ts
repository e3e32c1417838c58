/** What the schema cannot see in one setting alone: names that must fit, addresses that must be guarded. */
import { createHash } from 'node:crypto';
import { isLoopback } from './config-fields.ts';
import type { ConfigIssue, ConfigPath } from './config-issue.ts';
import type { Config } from './config-schema.ts';
import { PROTOCOLS } from './protocols/index.ts';

/** Everything that does not fit together. */
export function checkConfig(config: Config): ConfigIssue[] {
  return [
    ...duplicateIssues(config),
    ...referenceIssues(config),
    ...scanIssues(config),
    ...judgeIssues(config),
    ...limitIssues(config),
    ...listenerIssues(config),
  ];
}

/** A body that may come must also fit, and a limit within another must not be the larger one. */
function limitIssues({ gateway: { limits } }: Config): ConfigIssue[] {
  const path = (key: string): ConfigPath => ['gateway', 'limits', key];
  return [
    ...(limits.inFlightBytes < limits.bodyBytes
      ? [{ path: path('inFlightBytes'), message: 'must not be less than bodyBytes' }]
      : []),
    ...(limits.connectionsPerAddress > limits.connections
      ? [{ path: path('connectionsPerAddress'), message: 'must not be more than connections' }]
      : []),
  ];
}

function judgeIssues({ judge, secondStage }: Config): ConfigIssue[] {
  if ((judge.url === undefined) !== (judge.model === undefined))
    return [{ path: ['judge'], message: 'must have both url and model, or neither' }];
  if (judge.url !== undefined) return [];
  return Object.entries(secondStage.detectors).flatMap(([name, entry]) =>
    entry?.judge === 'llm'
      ? [
          {
            path: ['secondStage', 'detectors', name, 'judge'],
            message: 'llm needs judge.url and judge.model',
          },
        ]
      : [],
  );
}

/** Entries after the first with the same value at `key`. */
function duplicates<T extends object>(
  entries: readonly T[],
  path: ConfigPath,
  key: keyof T & string,
  value: (entry: T) => string | undefined = (entry) => String(entry[key]),
): ConfigIssue[] {
  const seen = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const own = value(entry);
    if (own === undefined) return [];
    const first = seen.get(own);
    if (first === undefined) seen.set(own, index);
    const message = `is the same as that of entry ${first} of this list`;
    return first === undefined ? [] : [{ path: [...path, index, key], message }];
  });
}

function duplicateIssues({ gateway, scanApi, profiles }: Config): ConfigIssue[] {
  const scanKeys = [...(scanApi.key === undefined ? [] : [{ name: '', key: scanApi.key }]), ...scanApi.keys];
  return [
    ...duplicates(gateway.upstreams, ['gateway', 'upstreams'], 'name'),
    ...duplicates(gateway.upstreams, ['gateway', 'upstreams'], 'mount'),
    ...duplicates(gateway.clients, ['gateway', 'clients'], 'name'),
    ...duplicates(gateway.clients, ['gateway', 'clients'], 'key', (entry) => keyHashOf(entry)),
    ...duplicates(gateway.routes, ['gateway', 'routes'], 'path', (entry) => `${entry.method} ${entry.path}`),
    ...duplicates(scanApi.keys, ['scanApi', 'keys'], 'name'),
    ...(new Set(scanKeys.map((entry) => entry.key)).size === scanKeys.length
      ? []
      : [{ path: ['scanApi', 'keys'], message: 'must not hold the same key twice' }]),
    ...duplicates(profiles, ['profiles'], 'name'),
    ...profiles.flatMap((profile, index) => [
      ...duplicates(profile.scanners, ['profiles', index, 'scanners'], 'name'),
      ...duplicates(profile.topics, ['profiles', index, 'topics'], 'name'),
    ]),
  ];
}

/** Keys and hashes of keys are compared in one form. */
function keyHashOf(client: { key?: string | undefined; keyHash?: string | undefined }): string | undefined {
  if (client.key === undefined) return client.keyHash?.toLowerCase();
  return `sha256:${createHash('sha256').update(client.key).digest('hex')}`;
}

/** With a remote service a profile need not exist here, unless the embedded engine may stand in for it. */
function referenceIssues(config: Config): ConfigIssue[] {
  const { gateway, scan, scanApi, profiles } = config;
  const known = new Set(profiles.map((profile) => profile.name));
  const upstreams = new Set(gateway.upstreams.map((upstream) => upstream.name));
  const local = scan.endpoint === 'embedded' || scan.onUnavailable === 'embedded';
  const unknown = (name: string | undefined, path: ConfigPath): ConfigIssue[] =>
    name === undefined || known.has(name)
      ? []
      : [{ path, message: 'names a profile that is not in profiles' }];
  return [
    ...(local ? unknown(gateway.profile, ['gateway', 'profile']) : []),
    ...gateway.upstreams.flatMap(({ profile }, index) =>
      local ? unknown(profile, ['gateway', 'upstreams', index, 'profile']) : [],
    ),
    ...gateway.upstreams.flatMap((upstream, index) =>
      (upstream.protocols ?? []).flatMap((id, at) => {
        const path = ['gateway', 'upstreams', index, 'protocols', at];
        const message = `must be one of ${PROTOCOLS.map((protocol) => protocol.id).join(', ')}`;
        return PROTOCOLS.some((protocol) => protocol.id === id) ? [] : [{ path, message }];
      }),
    ),
    ...gateway.clients.flatMap(({ profile }, index) =>
      local ? unknown(profile, ['gateway', 'clients', index, 'profile']) : [],
    ),
    ...gateway.clients.flatMap((client, index) =>
      (client.upstreams ?? []).flatMap((name, at) => {
        const path = ['gateway', 'clients', index, 'upstreams', at];
        return upstreams.has(name)
          ? []
          : [{ path, message: 'names an upstream that is not in gateway.upstreams' }];
      }),
    ),
    ...scanApi.keys.flatMap(({ profile }, index) => unknown(profile, ['scanApi', 'keys', index, 'profile'])),
  ];
}

function scanIssues({ scan }: Config): ConfigIssue[] {
  const remote = scan.endpoint !== 'embedded';
  const issues: ConfigIssue[] = [];
  if (remote && scan.key === undefined && scan.token === undefined) {
    const message = 'needs scan.key (PANW_AI_SEC_API_KEY) or scan.token (PANW_AI_SEC_API_TOKEN)';
    issues.push({ path: ['scan', 'endpoint'], message });
  }
  return issues;
}

/** The refusals to listen where strangers can reach us without a key (see SECURITY.md). */
function listenerIssues({ gateway, control, scanApi }: Config): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  if (!isLoopback(gateway.host) && gateway.clients.length === 0 && !gateway.open) {
    const message =
      'is not a loopback address: set gateway.clients, or, to serve without keys, ' +
      'gateway.open: true (SALLYPORT_GATEWAY_OPEN=true)';
    issues.push({ path: ['gateway', 'host'], message });
  }
  if (!isLoopback(control.host)) {
    const missing = [
      ...(control.adminToken === undefined ? ['SALLYPORT_ADMIN_TOKEN'] : []),
      ...(scanApi.key === undefined ? ['SALLYPORT_SCAN_API_KEY'] : []),
    ];
    const message = `is not a loopback address: set ${missing.join(' and ')}`;
    if (missing.length > 0) issues.push({ path: ['control', 'host'], message });
  }
  if (gateway.port !== 0 && gateway.port === control.port) {
    issues.push({ path: ['control', 'port'], message: 'must differ from gateway.port' });
  }
  return issues;
}
