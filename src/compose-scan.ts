/** Chooses the scan service of the gateway's traffic: the engine, or a remote one with its readiness. */
import { randomUUID } from 'node:crypto';
import type { Config } from './config-schema.ts';
import type { PolicySource } from './core/policy.ts';
import type { ScanService } from './core/scan-service.ts';
import { createEmbeddedService } from './scan/embedded.ts';
import { withFallback } from './scan/fallback.ts';
import { createPrismaAirsService } from './scan/prisma-airs.ts';
import { watchReadiness } from './scan/readiness.ts';
import type { Log } from './telemetry/logger.ts';

export interface ScanParts {
  /** Judges the gateway's traffic. */
  readonly traffic: ScanService;
  /** Judges what the scan API is asked. */
  readonly embedded: ScanService;
  /** Why the service of the traffic is not ready; undefined: it is. */
  readonly reason: () => string | undefined;
  readonly close: () => Promise<void>;
}

/** A project that was renamed or deleted is no profile any more: all traffic under its name is refused. */
function missingProfile({ gateway }: Config, policies: PolicySource): string | undefined {
  const used = gateway.upstreams.map(({ profile }) => profile ?? gateway.profile);
  return used.every((name) => policies.byName(name) !== undefined) ? undefined : 'profile_missing';
}

/** Makes the services; a remote one is probed at once, and again while it is misconfigured. */
export function createScanParts(config: Config, policies: PolicySource, log: Log): ScanParts {
  const embedded = createEmbeddedService({ policies, newUuid: randomUUID, unixMs: Date.now });
  if (config.scan.endpoint === 'embedded') {
    return {
      traffic: embedded,
      embedded,
      reason: () => missingProfile(config, policies),
      close: async () => {},
    };
  }
  const { scan, gateway } = config;
  const remote = createPrismaAirsService({
    endpoint: new URL(scan.endpoint),
    ...(scan.key === undefined ? {} : { key: scan.key }),
    ...(scan.token === undefined ? {} : { token: scan.token }),
    timeoutMs: scan.timeoutMs,
    answerBytesMax: scan.answerBytes,
    requestBytesMax: scan.maxRequestBytes,
    holdbackChars: gateway.holdbackChars,
    trustPartial: scan.trustPartial,
    once: scan.once ?? false,
    breaker: scan.breaker,
    now: () => performance.now(),
  });
  const watched = watchReadiness({
    service: remote,
    profile: gateway.profile,
    newUuid: randomUUID,
    onMisconfigured: (note) => log.note({ event: 'scan_misconfigured', note }),
  });
  const stop = watched.watch();
  return {
    traffic: scan.onUnavailable === 'embedded' ? withFallback(watched.service, embedded) : watched.service,
    embedded,
    reason: watched.reason,
    close: () => {
      stop();
      return remote.close();
    },
  };
}
