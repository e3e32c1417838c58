/** The closed route table: (mount, method, exact path) to operation; all else does not exist (THREATS H1). */
import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../core/errors.ts';
import { jsonRoutes, type RouteEntry } from '../protocols/json-route.ts';
import type { Operation, Protocol } from '../protocols/protocol.ts';
import type { UpstreamOptions } from './options.ts';

/** One operation on one mount. */
export interface Route {
  readonly operation: Operation;
  /** Mount and path as written in the table; stands in logs instead of the path. */
  readonly pattern: string;
  /** `scanned`: read and judged; `refused`: the route takes none; `unread`: the operator opened it. */
  readonly body: 'scanned' | 'refused' | 'unread';
  /** Path below the upstream's base URL with `{id}` left open. */
  readonly upstreamPath: string;
}

export interface RouteMatch {
  readonly route: Route;
  /** The upstream's path, rebuilt from the route and the ids: never copied from the target. */
  readonly upstreamPath: string;
  /** What stood for `{id}`. */
  readonly ids: readonly string[];
}

/** The routes of one upstream. */
export interface Mount {
  readonly upstream: UpstreamOptions;
  /** @throws GatewayError `unknown_route` or `method_not_allowed` */
  match(method: string, path: string, headers: IncomingHttpHeaders): RouteMatch;
  /** True where the path is one of its routes, for any method. */
  knows(path: string): boolean;
}

export interface RouteTable {
  /** The upstream whose mount is the longest prefix of the path. */
  mountOf(path: string): Mount | undefined;
  /** True where an upstream that the operator mounted elsewhere than at `/` has such a route. */
  isMounted(path: string): boolean;
}

/** All operations of one path, by method; several where protocols share it. */
type Methods = Map<string, Route[]>;
interface Pattern {
  readonly expression: RegExp;
  readonly methods: Methods;
}

const ID = '([A-Za-z0-9._:-]{1,200})';

export interface RouteTableOptions {
  readonly upstreams: readonly UpstreamOptions[];
  readonly protocols: readonly Protocol[];
  readonly routes: readonly RouteEntry[];
}

/** Builds the table once; a look-up costs one map access for paths without ids. */
export function createRouteTable(options: RouteTableOptions): RouteTable {
  const mounts = options.upstreams
    .map((upstream) => ({
      prefix: prefixOf(upstream),
      mount: buildMount(upstream, options),
    }))
    .sort((one, other) => other.prefix.length - one.prefix.length);
  const find = (path: string) =>
    mounts.find(({ prefix }) => path.startsWith(prefix) && path.charAt(prefix.length) === '/');
  return {
    mountOf: (path) => find(path)?.mount,
    isMounted(path) {
      const found = find(path);
      return found !== undefined && found.prefix !== '' && found.mount.knows(path);
    },
  };
}

/** What a path that no mount covers is answered with. */
export function unknownRoute(): GatewayError {
  return new GatewayError('unknown_route', {
    detail: 'The setting gateway.routes opens further routes.',
  });
}

/** What paths of the mount begin with: nothing for `/`, else the mount. */
const prefixOf = ({ mount }: UpstreamOptions): string => (mount === '/' ? '' : mount);

const buildMount = (upstream: UpstreamOptions, options: RouteTableOptions): Mount => {
  const prefix = prefixOf(upstream);
  const exact = new Map<string, Methods>();
  const patterns = new Map<string, Pattern>();
  for (const route of routesOf(upstream, options)) {
    const { path, method } = route.operation;
    const methods = path.includes('{id}') ? patternOf(patterns, path).methods : methodsOf(exact, path);
    const routes = methods.get(method) ?? [];
    routes.push(route);
    methods.set(method, routes);
  }
  const spoken = options.protocols.flatMap((protocol) =>
    protocol.operations.map(({ path }) => expressionOf(path)),
  );
  return {
    upstream,
    knows(path) {
      const rest = path.slice(prefix.length);
      return exact.has(rest) || [...patterns.values()].some(({ expression }) => expression.test(rest));
    },
    match(method, path, headers) {
      const rest = path.slice(prefix.length);
      const found = exact.get(rest);
      if (found) return matched(found, method, headers, []);
      for (const pattern of patterns.values()) {
        const ids = pattern.expression.exec(rest);
        if (ids) return matched(pattern.methods, method, headers, ids.slice(1));
      }
      // A path that some protocol has, and that was not found: its protocol is left out here.
      if (spoken.some((expression) => expression.test(rest))) {
        throw new GatewayError('unknown_route', {
          detail: 'The setting gateway.upstreams[].protocols leaves its protocol out on this mount.',
        });
      }
      throw unknownRoute();
    },
  };
};

const routesOf = (upstream: UpstreamOptions, options: RouteTableOptions): readonly Route[] => {
  const prefix = prefixOf(upstream);
  const base = upstream.url.pathname.replace(/\/+$/, '');
  const toRoute = (operation: Operation, body: Route['body']): Route => ({
    operation,
    pattern: prefix + operation.path,
    body,
    upstreamPath: base + operation.path,
  });
  const ofProtocols = options.protocols
    .filter((protocol) => upstream.protocols?.includes(protocol.id) ?? true)
    .flatMap((protocol) => protocol.operations)
    .map((operation) => toRoute(operation, operation.content === 'scanned' ? 'scanned' : 'refused'));
  const known = new Set(ofProtocols.map((route) => `${route.operation.method} ${route.operation.path}`));
  // A protocol's own reading of its route is never weakened by an extra route of the same name.
  const extra = options.routes.filter((route) => !known.has(`${route.method} ${route.path}`));
  const ofOperator = jsonRoutes(extra).operations.map((operation) =>
    toRoute(operation, operation.content === 'scanned' ? 'scanned' : 'unread'),
  );
  return [...ofProtocols, ...ofOperator];
};

const methodsOf = (paths: Map<string, Methods>, path: string): Methods => {
  const known = paths.get(path);
  if (known) return known;
  const methods: Methods = new Map();
  paths.set(path, methods);
  return methods;
};

const patternOf = (patterns: Map<string, Pattern>, path: string): Pattern => {
  const known = patterns.get(path);
  if (known) return known;
  const pattern: Pattern = { expression: expressionOf(path), methods: new Map() };
  patterns.set(path, pattern);
  return pattern;
};

const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Of a path with `{id}`: what stands for each is a group. */
export const expressionOf = (path: string): RegExp =>
  new RegExp(`^${path.split('{id}').map(escapeRegex).join(ID)}$`);

const matched = (
  methods: Methods,
  method: string,
  headers: IncomingHttpHeaders,
  ids: readonly string[],
): RouteMatch => {
  const routes = methods.get(method);
  if (routes === undefined) {
    throw new GatewayError('method_not_allowed', { headers: { Allow: [...methods.keys()].join(', ') } });
  }
  return matchOf(choose(routes, headers), ids);
};

/** With what stood for `{id}` in its place upstream. */
export function matchOf(route: Route, ids: readonly string[]): RouteMatch {
  let next = 0;
  const upstreamPath = route.upstreamPath.replaceAll('{id}', () => ids[next++] ?? '');
  return { route, upstreamPath, ids };
}

/** Where protocols share a path, the marker header picks; without one, the protocol that needs none. */
const choose = (routes: readonly Route[], headers: IncomingHttpHeaders): Route => {
  const markerOf = (route: Route): string | undefined => route.operation.protocol.markerHeader;
  const isMarked = (route: Route): boolean => {
    const marker = markerOf(route);
    return marker !== undefined && headers[marker] !== undefined;
  };
  const chosen = routes.find(isMarked) ?? routes.find((route) => markerOf(route) === undefined) ?? routes[0];
  if (chosen === undefined) throw unknownRoute();
  return chosen;
};
