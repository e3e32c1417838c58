/** Who calls: gateway keys known by their digests, the upstreams a key may use, its requests a minute. */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../core/errors.ts';
import type { Protocol } from '../protocols/protocol.ts';
import { createFailedKeys } from './failed-keys.ts';
import type { ClientOptions, UpstreamOptions } from './options.ts';
import { SlidingWindow } from './sliding-window.ts';

/** Header of the gateway's own keys. */
export const KEY_HEADER = 'x-sallyport-key';

export interface ClientGate {
  /**
   * The client of a request; nobody where no keys are set up. Nothing else of a request chooses policy.
   * @param upstream the upstream of the path's mount, if any
   * @param address where the request comes from
   * @throws GatewayError `rate_limited` or `too_many_failures`
   */
  admit(headers: IncomingHttpHeaders, upstream: UpstreamOptions | undefined, address: string): Admittance;
  /** True where a value holds what is or was a gateway key: it must not reach an upstream. */
  holdsGatewayKey(value: string): boolean;
  /** From now on these are the clients; exchanges that are under way go on. @throws TypeError */
  replace(clients: readonly ClientOptions[]): void;
}

/** By the digests of their keys. */
type Entries = ReadonlyMap<string, Entry>;

/** `refused`: no valid key was shown, and the answer has to wait so long. */
export type Admittance =
  | { readonly client: ClientOptions | undefined }
  | { readonly refused: true; readonly waitMs: number };

interface Entry {
  readonly client: ClientOptions;
  readonly window: SlidingWindow | undefined;
}

/** Keys that were replaced and still must not travel on. */
const FORMER_MAX = 1_000;

/** @param monotonicMs clock of the rate limits */
export function createClientGate(
  clients: readonly ClientOptions[],
  protocols: readonly Protocol[],
  monotonicMs: () => number,
  failedKeysPerMinute = 0,
): ClientGate {
  let entries = entriesOf(clients, new Map());
  let former: ReadonlySet<string> = new Set();
  const failures = createFailedKeys(failedKeysPerMinute);
  const credentials = [...new Set(protocols.map((protocol) => protocol.credential.header))];

  // Looked up by its digest, which nobody can choose: the time tells nothing of which key was near.
  const find = (key: string): Entry | undefined => entries.get(sha256(key));

  /** More than one key: each must be right, and they must be the same client's. */
  const ownerOf = (keys: readonly string[]): Entry | undefined => {
    const owners = keys.map(find);
    return owners.every((owner) => owner === owners[0]) ? owners[0] : undefined;
  };

  return {
    admit(headers, upstream, address) {
      if (entries.size === 0) return { client: undefined };
      const keys = presentedKeys(headers, upstream, credentials);
      const owner = ownerOf(keys);
      const nowMs = monotonicMs();
      // Who shows no key at all does not guess.
      const refusalMs = keys.length === 0 ? 0 : failures.note(address, owner?.client.name, nowMs);
      if (owner === undefined) return { refused: true, waitMs: refusalMs };
      const waitMs = owner.window?.take(nowMs) ?? 0;
      if (waitMs > 0) {
        throw new GatewayError('rate_limited', { headers: { 'Retry-After': `${Math.ceil(waitMs / 1000)}` } });
      }
      return { client: owner.client };
    },
    holdsGatewayKey(value) {
      if (entries.size === 0 && former.size === 0) return false;
      return tokensOf(value).some((token) => {
        const digest = sha256(token);
        return entries.has(digest) || former.has(digest);
      });
    },
    replace(next) {
      const replaced = entries;
      entries = entriesOf(next, replaced);
      former = new Set([...replaced.keys(), ...former].slice(0, FORMER_MAX));
    },
  };
}

/** Shorter texts are no keys: 16 characters are asked for. */
const TOKEN_CHARS_MIN = 8;

/** All that could be a key in a value: the whole, its words, and those of HTTP's basic credentials. */
const tokensOf = (value: string): readonly string[] => {
  const basic = /^basic[ \t]+([A-Za-z0-9+/=_-]+)$/i.exec(value)?.[1];
  const decoded = basic === undefined ? '' : Buffer.from(basic, 'base64').toString('latin1');
  const words = `${value} ${decoded}`.split(/[\s,;:="']+/).filter((word) => word.length >= TOKEN_CHARS_MIN);
  return [value, stripScheme(value), ...words, ...decoded.split(':')];
};

/** A client that stays the same, its key aside, goes on with the count of its requests. */
const entriesOf = (clients: readonly ClientOptions[], known: Entries): Entries => {
  const before = new Map([...known.values()].map((entry) => [entry.client.name, entry]));
  return new Map(
    clients.map((client) => {
      const rate = client.requestsPerMinute;
      const same = before.get(client.name);
      const kept = same?.client.requestsPerMinute === rate ? same?.window : undefined;
      const window = kept ?? (rate ? new SlidingWindow(rate, 60_000) : undefined);
      return [digestOf(client), { client, window }];
    }),
  );
};

/** Refuses a client that may not use the upstream. @throws GatewayError `upstream_forbidden` */
export function checkUpstreamAllowed(client: ClientOptions | undefined, upstream: UpstreamOptions): void {
  if (client?.upstreams?.includes(upstream.name) === false) throw new GatewayError('upstream_forbidden');
}

const sha256 = (text: string): string => hash('sha256', text, 'hex');

const digestOf = (client: ClientOptions): string => {
  if (client.keyHash !== undefined) {
    const hex = /^sha256:([0-9a-fA-F]{64})$/.exec(client.keyHash)?.[1];
    if (hex === undefined)
      throw new TypeError(`clients: ${client.name}: keyHash must be sha256:<64 hex digits>`);
    return hex.toLowerCase();
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
