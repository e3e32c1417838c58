/** Makes the context of an exchange that the inspection is told: profile, metadata, ids. */
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { ExchangeContext } from '../inspection/inspection.ts';
import type { RequestReading } from '../protocols/protocol.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { UpstreamOptions } from './options.ts';

const USER_CHARS_MAX = 100;

/** @param userIp address of the end user, where known */
export function contextOf(
  exchange: ExchangeState,
  upstream: UpstreamOptions,
  profile: string,
  reading: RequestReading,
  userIp: string | undefined,
): ExchangeContext {
  return {
    trId: exchange.trId,
    ...(exchange.sessionId === undefined ? {} : { sessionId: exchange.sessionId }),
    profile,
    ...(exchange.policy === undefined ? {} : { policy: exchange.policy }),
    upstream: upstream.name,
    metadata: {
      app_name: exchange.client?.name ?? upstream.name,
      ...(reading.user === undefined ? {} : { app_user: reading.user.slice(0, USER_CHARS_MAX) }),
      ...(reading.model === undefined ? {} : { ai_model: reading.model }),
      ...(userIp === undefined ? {} : { user_ip: userIp }),
    },
    signal: exchange.signal,
  };
}

/** Address of the client of a request. */
export type AddressOf = (request: IncomingMessage) => string | undefined;

/**
 * The socket's address, or where that is a trusted proxy the last address of `X-Forwarded-For` that is not.
 * @param trustedProxies addresses or CIDR ranges. @throws TypeError for one that is neither
 */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const isTrusted = createTrust(trustedProxies);
  return (request) => {
    const { remoteAddress } = request.socket;
    if (remoteAddress === undefined) return undefined;
    const direct = withoutMapping(remoteAddress);
    if (!isTrusted(direct)) return direct;
    const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    for (const entry of forwarded.reverse()) {
      const address = entry.trim();
      if (!ipaddr.isValid(address)) break;
      if (!isTrusted(address)) return withoutMapping(address);
    }
    return direct;
  };
}

/** True for addresses of trusted proxies. @throws TypeError for an entry that is no address and no range */
export function createTrust(trustedProxies: readonly string[]): (address: string) => boolean {
  const ranges = trustedProxies.map(parseRange);
  if (ranges.length === 0) return () => false;
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return ranges.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits));
  };
}

/** `::ffff:127.0.0.1`, as dual-stack sockets say it, is the IPv4 address. */
const withoutMapping = (address: string): string =>
  address.startsWith('::ffff:') ? address.slice(7) : address;

const parseRange = (text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] => {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.process(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch (cause) {
    throw new TypeError(`trustedProxies: ${text} is no address and no CIDR range`, { cause });
  }
};
