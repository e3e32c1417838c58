/** Builds the header fields that go upstream: rebuilt from what came, never passed whole (DESIGN §4.5). */
import type { IncomingMessage } from 'node:http';
import type { Protocol } from '../protocols/protocol.ts';
import type { ClientGate } from './clients.ts';
import { isHopByHop, nominatedBy } from './hop-by-hop.ts';

/** Name and value in turn, as undici takes them. */
export type HeaderList = string[];

/** Fields that the gateway uses up, sets itself, or that name the hop to it. */
const DROPPED = new Set([
  'host',
  'content-length',
  'expect',
  'accept-encoding',
  'x-session-id',
  'x-request-id',
  'forwarded',
  'x-real-ip',
  'via',
  // A server behind us that honours one of these would run another method than was routed (THREATS H5).
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  // And one that honours these another path.
  'x-original-url',
  'x-rewrite-url',
]);
/** On a scanned exchange the whole answer must come, and the body goes on decoded. */
const DROPPED_WHEN_SCANNED = new Set(['content-encoding', 'range']);
/** True only of the body's first bytes. */
const DIGESTS = new Set(['content-digest', 'repr-digest', 'digest', 'content-md5']);

export interface HeaderBuilder {
  /**
   * @param bodyChanged the body is not the very bytes that came: decoded or masked
   * @param key of the upstream, where the gateway holds it
   */
  scanned(request: IncomingMessage, protocol: Protocol, bodyChanged: boolean, key?: string): HeaderList;
  /** For routes that pass unread: conditions, ranges and codings of the client stay. */
  passed(request: IncomingMessage, protocol: Protocol, key?: string): HeaderList;
}

/** @param dropsCredentials none of the client goes on: the gateway holds the key, or the path is inline */
export function createHeaderBuilder(
  protocols: readonly Protocol[],
  gate: ClientGate,
  dropsCredentials: boolean,
): HeaderBuilder {
  const credentials = new Set(protocols.map((protocol) => protocol.credential.header));

  const isOurs = (name: string): boolean =>
    isHopByHop(name) ||
    DROPPED.has(name) ||
    DROPPED_WHEN_SCANNED.has(name) ||
    credentials.has(name) ||
    name === 'content-type' ||
    name.startsWith('x-sallyport-') ||
    name.startsWith('x-forwarded-');

  const build = (
    request: IncomingMessage,
    protocol: Protocol,
    key: string | undefined,
    isDropped: (name: string) => boolean,
  ): HeaderList => {
    const nominated = nominatedBy(request.headers.connection);
    const { rawHeaders } = request;
    const list: HeaderList = [];
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const name = (rawHeaders[at] ?? '').toLowerCase();
      // CGI-like servers read `content_length` as `content-length`: what we use or drop has no such twin.
      if (name.includes('_') && isOurs(name.replaceAll('_', '-'))) continue;
      const value = rawHeaders[at + 1] ?? '';
      if (isHopByHop(name) || nominated.has(name) || DROPPED.has(name)) continue;
      if (name.startsWith('x-sallyport-') || name.startsWith('x-forwarded-') || isDropped(name)) continue;
      if (credentials.has(name) && dropsCredentials) continue;
      // A gateway key that was sent in the wrong header stays here too.
      if (gate.holdsGatewayKey(value)) continue;
      list.push(name, value);
    }
    list.push('accept-encoding', 'identity');
    if (key !== undefined) list.push(...credentialOf(protocol, key));
    return list;
  };

  return {
    scanned: (request, protocol, bodyChanged, key) =>
      build(
        request,
        protocol,
        key,
        (name) =>
          DROPPED_WHEN_SCANNED.has(name) || name.startsWith('if-') || (bodyChanged && DIGESTS.has(name)),
      ),
    passed: (request, protocol, key) => build(request, protocol, key, () => false),
  };
}

const credentialOf = (protocol: Protocol, key: string): HeaderList => {
  const { header, scheme } = protocol.credential;
  return [header, scheme === undefined ? key : `${scheme} ${key}`];
};
