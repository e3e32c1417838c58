/** Who calls: gateway keys compared in constant time, the upstreams a key may use, its requests a minute. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../core/errors.ts';
import type { Protocol } from '../protocols/protocol.ts';
import type { ClientOptions, UpstreamOptions } from './options.ts';
import { SlidingWindow } from './sliding-window.ts';

/** Header of the gateway's own keys. */
export const KEY_HEADER = 'x-sallyport-key';

export interface ClientGate {
  /**
   * The client of a request; undefined where no keys are set up. Nothing else of a request chooses policy.
   * @param upstream the upstream of the path's mount, if any
   * @throws GatewayError `key_required` or `rate_limited`
   */
  admit(headers: IncomingHttpHeaders, upstream: UpstreamOptions | undefined): ClientOptions | undefined;
  /** True where a header's value is a gateway key: it must not reach an upstream. */
  holdsGatewayKey(value: string): boolean;
}

interface Entry {
  readonly client: ClientOptions;
  readonly digest: Buffer;
  readonly window: SlidingWindow | undefined;
}

/** @param monotonicMs clock of the rate limits */
export function createClientGate(
  clients: readonly ClientOptions[],
  protocols: readonly Protocol[],
  monotonicMs: () => number,
): ClientGate {
  const entries: readonly Entry[] = clients.map((client) => ({
    client,
    digest: digestOf(client),
    window: client.requestsPerMinute ? new SlidingWindow(client.requestsPerMinute, 60_000) : undefined,
  }));
  const credentials = [...new Set(protocols.map((protocol) => protocol.credential.header))];

  const find = (key: string): Entry | undefined => {
    const digest = sha256(key);
    let found: Entry | undefined;
    // Every key is compared, so that the time tells nothing of which one was near.
    for (const entry of entries) if (timingSafeEqual(entry.digest, digest)) found = entry;
    return found;
  };

  return {
    admit(headers, upstream) {
      if (entries.length === 0) return undefined;
      const keys = presentedKeys(headers, upstream, credentials);
      const owners = keys.map(find);
      const [owner] = owners;
      // More than one key: each must be right, and they must be the same client's.
      if (owner === undefined || owners.some((other) => other !== owner))
        throw new GatewayError('key_required');
      const waitMs = owner.window?.take(monotonicMs()) ?? 0;
      if (waitMs > 0) {
        throw new GatewayError('rate_limited', { headers: { 'Retry-After': `${Math.ceil(waitMs / 1000)}` } });
      }
      return owner.client;
    },
    holdsGatewayKey: (value) => entries.length > 0 && find(stripScheme(value)) !== undefined,
  };
}

/** Refuses a client that may not use the upstream. @throws GatewayError `upstream_forbidden` */
export function checkUpstreamAllowed(client: ClientOptions | undefined, upstream: UpstreamOptions): void {
  if (client?.upstreams?.includes(upstream.name) === false) throw new GatewayError('upstream_forbidden');
}

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');

const digestOf = (client: ClientOptions): Buffer => {
  if (client.keyHash !== undefined) {
    const hex = /^sha256:([0-9a-fA-F]{64})$/.exec(client.keyHash)?.[1];
    if (hex === undefined)
      throw new TypeError(`clients: ${client.name}: keyHash must be sha256:<64 hex digits>`);
    return Buffer.from(hex, 'hex');
  }
  if (client.key === undefined || client.key === '') {
    throw new TypeError(`clients: ${client.name}: key or keyHash is missing`);
  }
  return sha256(client.key);
};

/** Keys meant for the gateway: its own header, and credentials where it holds the upstream's key itself. */
const presentedKeys = (
  headers: IncomingHttpHeaders,
  upstream: UpstreamOptions | undefined,
  credentials: readonly string[],
): readonly string[] => {
  const names = [KEY_HEADER];
  if (upstream === undefined || upstream.apiKey !== undefined) names.push(...credentials);
  return names.flatMap((name) => {
    const value = headers[name];
    if (value === undefined) return [];
    return [typeof value === 'string' && name !== KEY_HEADER ? stripScheme(value) : String(value)];
  });
};

const stripScheme = (value: string): string => value.replace(/^Bearer[ ]+/i, '');
