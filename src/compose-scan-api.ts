/** Builds the scan API of a configuration: its keys, and where results and reports are kept. */
import { randomUUID } from 'node:crypto';
import { readVersion } from './cli-version.ts';
import type { Token } from './compose-tokens.ts';
import type { Config } from './config-schema.ts';
import type { PolicySource } from './core/policy.ts';
import type { ScanService } from './core/scan-service.ts';
import { createScanApi, type ScanApi } from './scan-api/scan-api.ts';
import { ScanResultLog } from './store/scan-result-log.ts';
import type { Store } from './store/store.ts';
import type { Log } from './telemetry/logger.ts';

export interface ScanApiParts {
  readonly config: Config;
  readonly key: Token;
  /** Judges what is asked. */
  readonly service: ScanService;
  readonly policies: PolicySource;
  readonly store: Store;
  readonly log: Log;
}

const PRUNE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Profile of requests with the generated key that name none. */
const DEFAULT_PROFILE = 'default';

export function composeScanApi({ config, key, service, policies, store, log }: ScanApiParts): ScanApi {
  const { scanApi } = config;
  const onStoreFault = (cause: unknown): void =>
    log.note({ event: 'scan_results', note: cause instanceof Error ? cause.name : 'unknown fault' });
  const results = new ScanResultLog({
    store,
    now: Date.now,
    keepMs: scanApi.results.hours * HOUR_MS,
    ownerBytesMax: scanApi.results.bytesPerKey,
  });
  const own = { name: 'scan-api-key', id: 'own', key: key.value, profile: DEFAULT_PROFILE };
  const api = createScanApi({
    service,
    policies,
    results,
    keys: [own, ...scanApi.keys.map((entry) => ({ ...entry, id: `key:${entry.name}` }))],
    payloadHash: scanApi.payloadHash,
    resultsPerMinute: scanApi.resultsPerMinute,
    compatibility: scanApi.compatibility,
    newUuid: randomUUID,
    unixMs: Date.now,
    now: () => performance.now(),
    onScan: (line) => log.info('scan_api', { ...line }),
    onStoreFault,
    version: readVersion(),
  });
  const prune = (): void => void results.prune().catch(onStoreFault);
  prune();
  const timer = setInterval(prune, PRUNE_MS);
  timer.unref();
  return {
    router: api.router,
    async close() {
      clearInterval(timer);
      await api.close();
      await results.settle();
    },
  };
}
