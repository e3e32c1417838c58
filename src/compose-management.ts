/** Builds the management API: the routes of the registry behind the admin token and those made with it. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import type { LivePolicies } from './compose-live-policies.ts';
import { newTimedId, nowMicros } from './compose-store.ts';
import type { Config } from './config-schema.ts';
import type { FindCaller } from './management/authenticate.ts';
import { managementRoutes } from './management/management-routes.ts';
import type { Route } from './management/route.ts';
import { createManagementRouter } from './management/router.ts';
import { type Access, createAccess, seedAccess } from './registry/access.ts';
import { EVERYTHING } from './registry/grants.ts';
import type { Registry } from './registry/registry.ts';
import type { Secrets } from './registry/secrets.ts';
import type { Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';
import type { Log } from './telemetry/logger.ts';

export interface ManagementParts {
  readonly config: Config;
  readonly store: Store;
  readonly registry: Registry;
  readonly live: LivePolicies;
  readonly secrets: Secrets;
  /** Beside those of the registry. */
  readonly routes: readonly Route[];
  /** The global token of the configuration. */
  readonly adminToken: string;
  readonly log: Log;
}

const SECRET_BYTES = 32;

export interface Management {
  readonly handler: RequestHandler;
  /** Finds whom a token is of. */
  readonly find: FindCaller;
}

/** @throws StoreError */
export async function composeManagement(parts: ManagementParts): Promise<Management> {
  const { config, store, registry, live, secrets, log } = parts;
  const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
  const tools = { store, now: nowMicros, newId: newTimedId, newSecret };
  await seedAccess(tools);
  const access = createAccess(tools);
  const find = findWith(access, parts.adminToken);
  const handler = createManagementRouter({
    routes: [
      ...managementRoutes({ registry, access, secrets, providerCount: config.gateway.upstreams.length }),
      ...parts.routes,
    ],
    find,
    getProject: (idOrName) => registry.getProject(idOrName),
    onChanged: () => live.refresh(),
    isUnavailable: (cause) => cause instanceof StoreError && cause.fault === 'unavailable',
    onFault: (cause) => log.fault('management_fault', cause),
    now: () => performance.now(),
    sleep: setTimeout,
  });
  return { handler, find };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The configured token is compared in constant time; all others are found by their digest. */
function findWith(access: Access, adminToken: string): FindCaller {
  const admin = digest(adminToken);
  return async (token) => {
    if (timingSafeEqual(digest(token), admin)) return { ...EVERYTHING, userId: null, projectId: undefined };
    return access.findHolder(token);
  };
}
