/** Builds the control plane of a configuration: health, readiness, scan API, on a server of their own. */
import type { AddressInfo } from 'node:net';
import { createControlServer } from './compose-control-server.ts';
import { composeManagement } from './compose-management.ts';
import type { RegistryParts } from './compose-registry.ts';
import type { Token } from './compose-tokens.ts';
import { isLoopback } from './config-fields.ts';
import type { Config } from './config-schema.ts';
import { createControlApp } from './http/control-app.ts';
import { LOOPBACK_HOSTS } from './http/host-check.ts';
import type { FindCaller } from './management/authenticate.ts';
import type { Route } from './management/route.ts';
import type { ScanApi } from './scan-api/scan-api.ts';
import type { Log } from './telemetry/logger.ts';

export interface ControlParts {
  readonly config: Config;
  readonly tokens: { readonly admin: Token };
  readonly rules: Pick<RegistryParts, 'store' | 'registry' | 'live' | 'secrets'>;
  /** Routes of the management API beside those of the registry. */
  readonly routes: readonly Route[];
  readonly scanApi: ScanApi;
  /** Why the program is not ready; empty: it is. */
  readonly reasons: () => readonly string[];
  readonly log: Log;
}

export interface Control {
  readonly scheme: 'http' | 'https';
  listen(port: number, host: string): Promise<AddressInfo>;
  close(): Promise<void>;
  /** Finds whom a management token is of. */
  readonly find: FindCaller;
}

const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const HEADER_BYTES_MAX = 16_384;
const CONNECTIONS_CHECK_MS = 2_000;

/** @throws StoreError, StartError */
export async function composeControl(parts: ControlParts): Promise<Control> {
  const { config, tokens, rules, routes, scanApi, reasons, log } = parts;
  const adminToken = tokens.admin.value;
  const management = await composeManagement({ ...rules, config, adminToken, routes, log });
  const { host } = config.control;
  const app = createControlApp({
    apis: [scanApi.router, management.handler],
    reasons,
    ...(isLoopback(host) ? { hosts: [...LOOPBACK_HOSTS, host] } : {}),
    onFault: (cause) => log.fault('control_fault', cause),
  });
  const server = createControlServer(
    config.control.tls,
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    app,
  );
  server.maxConnections = config.control.connections;
  return {
    scheme: config.control.tls === undefined ? 'http' : 'https',
    find: management.find,
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
