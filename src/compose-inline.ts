/** Lets management tokens use the gateway's inline paths, each under its project's profile (§2.6). */
import { setTimeout } from 'node:timers/promises';
import type { RegistryParts } from './compose-registry.ts';
import { GatewayError } from './core/errors.ts';
import { ApiError } from './management/api-error.ts';
import { createTokenCheck, type FindCaller } from './management/authenticate.ts';
import { type Caller, mayIn } from './management/caller.ts';
import type { FindInlineClient } from './proxy/options.ts';

/** Stands in logs and records; the token's name is its owner's business. */
const CLIENT = 'management-token';

export function inlineClients(
  find: FindCaller,
  { registry, live }: Pick<RegistryParts, 'registry' | 'live'>,
): FindInlineClient {
  const check = createTokenCheck({ find, now: () => performance.now(), sleep: setTimeout });
  const callerOf = async (token: string | undefined, address: string): Promise<Caller> => {
    try {
      return await check(token, address);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw new GatewayError('scan_unavailable', { cause });
      throw new GatewayError(cause.status === 429 ? 'rate_limited' : 'key_required', {
        headers: cause.headers,
      });
    }
  };
  return async (token, address) => {
    const caller = await callerOf(token, address);
    const projectId = caller.projectId ?? (await registry.getGlobalProject()).id;
    if (!mayIn(caller, 'scans:create', projectId)) throw new GatewayError('upstream_forbidden');
    const profile = live.byId(projectId)?.profile.name;
    if (profile === undefined) throw new GatewayError('scan_misconfigured');
    return { name: CLIENT, profile };
  };
}
