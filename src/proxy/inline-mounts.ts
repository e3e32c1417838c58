/** The inline paths of every upstream, `/openai/{name}/…` and `/anthropic/{name}/…` (contract §2.6). */
import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../core/errors.ts';
import type { Protocol } from '../protocols/protocol.ts';
import type { UpstreamOptions } from './options.ts';
import { expressionOf, type Mount, matchOf, type Route, type RouteMatch, unknownRoute } from './routes.ts';

export interface InlineMount extends Mount {
  readonly prefix: string;
  /** Shapes its answers; its credential header holds the token. */
  readonly protocol: Protocol;
}

interface Entry {
  /** Of the path below the prefix. */
  readonly expression: RegExp;
  readonly route: Route;
}

/** Other names cannot stand in a path. */
const NAME = /^[A-Za-z0-9._:-]+$/;

/** All operations that judge a body; nothing of an upstream passes unread here. */
export function inlineMounts(
  upstreams: readonly UpstreamOptions[],
  protocols: readonly Protocol[],
): readonly InlineMount[] {
  return upstreams
    .filter(({ name }) => NAME.test(name))
    .flatMap((upstream) => protocols.flatMap((protocol) => inlineMount(upstream, protocol)));
}

function inlineMount(upstream: UpstreamOptions, protocol: Protocol): readonly InlineMount[] {
  const { inline } = protocol;
  if (inline === undefined || upstream.protocols?.includes(protocol.id) === false) return [];
  const prefix = `${inline.prefix}/${upstream.name}`;
  const base = upstream.url.pathname.replace(/\/+$/, '');
  const routes: Entry[] = [];
  for (const operation of protocol.operations) {
    if (operation.content !== 'scanned' || !operation.path.startsWith(inline.leftOut)) continue;
    const path = operation.path.slice(inline.leftOut.length);
    const route: Route = {
      operation,
      pattern: prefix + path,
      body: 'scanned',
      upstreamPath: base + operation.path,
    };
    routes.push({ expression: expressionOf(path), route });
  }
  const knows = (path: string): boolean =>
    routes.some(({ expression }) => expression.test(path.slice(prefix.length)));
  const match: Mount['match'] = (method, path) => matched(routes, method, path, prefix);
  return [{ prefix, protocol, upstream, knows, match }];
}

function matched(routes: readonly Entry[], method: string, path: string, prefix: string): RouteMatch {
  const rest = path.slice(prefix.length);
  for (const { expression, route } of routes) {
    const ids = expression.exec(rest)?.slice(1);
    if (ids === undefined) continue;
    const allowed = route.operation.method;
    if (allowed !== method) throw new GatewayError('method_not_allowed', { headers: { Allow: allowed } });
    return matchOf(route, ids);
  }
  throw unknownRoute();
}

/** The token that a request shows: in the header of its protocol, or as a bearer; two must be the same. */
export function inlineTokenOf(headers: IncomingHttpHeaders, { credential }: Protocol): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const own = headers[credential.header];
  const shown = [headers.authorization === undefined ? [] : [bearer]].flat();
  if (credential.header !== 'authorization' && own !== undefined) shown.push(String(own));
  const [token] = shown;
  return shown.every((it) => it === token) ? token : undefined;
}
