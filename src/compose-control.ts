/** Builds the control plane of a configuration: health, readiness, scan API, on a server of their own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeManagement } from './compose-management.ts';
import type { RegistryParts } from './compose-registry.ts';
import type { Token } from './compose-tokens.ts';
import { isLoopback } from './config-fields.ts';
import type { Config } from './config-schema.ts';
import type { ScanService } from './core/scan-service.ts';
import { createControlApp } from './http/control-app.ts';
import { LOOPBACK_HOSTS } from './http/host-check.ts';
import type { Route } from './management/route.ts';
import { createScanApi } from './scan-api/scan-api.ts';
import type { Log } from './telemetry/logger.ts';

export interface ControlParts {
  readonly config: Config;
  readonly tokens: { readonly admin: Token; readonly scanApi: Token };
  readonly rules: Pick<RegistryParts, 'store' | 'registry' | 'live'>;
  /** Routes of the management API beside those of the registry. */
  readonly routes: readonly Route[];
  /** Judges what the scan API is asked. */
  readonly service: ScanService;
  /** Why the program is not ready; empty: it is. */
  readonly reasons: () => readonly string[];
  readonly log: Log;
}

export interface Control {
  listen(port: number, host: string): Promise<AddressInfo>;
  close(): Promise<void>;
}

const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const HEADER_BYTES_MAX = 16_384;
const CONNECTIONS_CHECK_MS = 2_000;
/** Profile of requests with the generated key that name none. */
const DEFAULT_PROFILE = 'default';

/** @throws StoreError */
export async function composeControl(parts: ControlParts): Promise<Control> {
  const { config, tokens, rules, routes, service, reasons, log } = parts;
  const adminToken = tokens.admin.value;
  const management = await composeManagement({ ...rules, config, adminToken, routes, log });
  const own = { name: 'scan-api-key', key: tokens.scanApi.value, profile: DEFAULT_PROFILE };
  const scanApi = createScanApi({
    service,
    keys: [own, ...config.scanApi.keys],
    payloadHash: config.scanApi.payloadHash,
    onScan: (line) => log.info('scan_api', { ...line }),
  });
  const { host } = config.control;
  const app = createControlApp({
    apis: [scanApi, management],
    reasons,
    ...(isLoopback(host) ? { hosts: [...LOOPBACK_HOSTS, host] } : {}),
    onFault: (cause) => log.fault('control_fault', cause),
  });
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    app,
  );
  return {
    listen: (port, address) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, address, () => {
          server.off('error', reject);
          const bound = server.address();
          if (bound === null || typeof bound === 'string') reject(new TypeError('not a TCP listener'));
          else resolve(bound);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
