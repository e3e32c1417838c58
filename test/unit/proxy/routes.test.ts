/** The closed route table. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { PROTOCOLS } from '../../../src/protocols/index.ts';
import type { UpstreamOptions } from '../../../src/proxy/options.ts';
import { createRouteTable, type RouteMatch, type RouteTableOptions } from '../../../src/proxy/routes.ts';

const upstream = (name: string, mount: string, more: Partial<UpstreamOptions> = {}): UpstreamOptions => ({
  name,
  mount,
  url: new URL('http://127.0.0.1:1'),
  ...more,
});

const table = (
  upstreams: readonly UpstreamOptions[],
  routes: RouteTableOptions['routes'] = [],
  protocols = PROTOCOLS,
) => {
  const built = createRouteTable({ upstreams, protocols, routes });
  return (method: string, path: string, headers = {}): RouteMatch & { upstream: string } => {
    const mount = built.mountOf(path);
    if (mount === undefined) throw new GatewayError('unknown_route');
    return { ...mount.match(method, path, headers), upstream: mount.upstream.name };
  };
};

const faultOf = (run: () => unknown): GatewayError => {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error('nothing was refused');
};

describe('createRouteTable', () => {
  const main: ReturnType<typeof table> = (...asked) =>
    table([upstream('main', '/'), upstream('claude', '/anthropic')])(...asked);

  it('knows the longest mount, and cuts only at a slash', () => {
    expect(main('POST', '/v1/chat/completions').upstream).toBe('main');
    expect(main('POST', '/anthropic/v1/messages').upstream).toBe('claude');
    expect(faultOf(() => main('POST', '/anthropicv1/messages')).code).toBe('unknown_route');
    expect(faultOf(() => main('POST', '/anthropic')).code).toBe('unknown_route');
    const { mountOf } = createRouteTable({
      upstreams: [upstream('claude', '/anthropic')],
      protocols: PROTOCOLS,
      routes: [],
    });
    expect(mountOf('/anthropic/v1/messages')?.upstream.name).toBe('claude');
    for (const path of ['/anthropicv1/messages', '/v1/messages', '/other'])
      expect(mountOf(path)).toBeUndefined();
  });

  it('tells the routes of mounts other than / for any method', () => {
    const { isMounted } = createRouteTable({
      upstreams: [upstream('main', '/'), upstream('claude', '/anthropic')],
      protocols: PROTOCOLS,
      routes: [{ method: 'GET', path: '/v1/files/{id}', scan: 'none' }],
    });
    const known = ['/anthropic/v1/messages', '/anthropic/v1/models/claude-x', '/anthropic/v1/files/f1'];
    expect(known.filter(isMounted)).toEqual(known);
    const others = ['/v1/messages', '/anthropic/v1/none', '/anthropic/v1/models/a/b', '/anthropic', '/none'];
    expect(others.filter(isMounted)).toEqual([]);
  });

  it('builds the upstream path from the route, below the path of its URL', () => {
    const based = table([upstream('main', '/llm', { url: new URL('http://127.0.0.1:1/api/base//') })]);
    const match = based('GET', '/llm/v1/models/gpt-4o:x');
    expect(match.upstreamPath).toBe('/api/base/v1/models/gpt-4o:x');
    expect(match.ids).toEqual(['gpt-4o:x']);
    expect(match.route.pattern).toBe('/llm/v1/models/{id}');
    expect(based('POST', '/llm/v1/chat/completions')).toMatchObject({
      upstreamPath: '/api/base/v1/chat/completions',
      ids: [],
    });
  });

  it.each([
    '/v1/models/',
    '/v1/models/a/b',
    '/v1/models/a$b',
    `/v1/models/${'a'.repeat(201)}`,
    '/V1/models',
    '/v1/models/{id}',
  ])('does not know %s', (path) => {
    const fault = faultOf(() => main('GET', path));
    expect(fault.code).toBe('unknown_route');
    expect(fault.detail).toContain('gateway.routes');
  });

  it('names the methods of a known path', () => {
    const fault = faultOf(() => main('DELETE', '/v1/models'));
    expect(fault.code).toBe('method_not_allowed');
    expect(fault.headers).toEqual({ Allow: 'GET' });
    const opened = table([upstream('main', '/')], [{ method: 'POST', path: '/v1/models', scan: 'json' }]);
    expect(faultOf(() => opened('DELETE', '/v1/models')).headers).toEqual({ Allow: 'GET, POST' });
  });

  it('tells protocols of one path apart by their marker header', () => {
    expect(main('GET', '/v1/models').route.operation.protocol.id).toBe('openai-chat');
    const marked = main('GET', '/v1/models', { 'anthropic-version': '2023-06-01' });
    expect(marked.route.operation.protocol.id).toBe('anthropic-messages');
    const reversed = table([upstream('main', '/')], [], PROTOCOLS.toReversed());
    expect(reversed('GET', '/v1/models').route.operation.protocol.id).toBe('openai-chat');
    // A path of one protocol is its own, marked or not.
    expect(main('POST', '/v1/messages').route.operation.protocol.id).toBe('anthropic-messages');
  });

  it('leaves out protocols that the upstream does not speak, and says so', () => {
    const narrow = table([upstream('claude', '/', { protocols: ['anthropic-messages'] })]);
    expect(narrow('GET', '/v1/models').route.operation.protocol.id).toBe('anthropic-messages');
    const fault = faultOf(() => narrow('POST', '/v1/chat/completions'));
    expect(fault.code).toBe('unknown_route');
    expect(fault.detail).toContain('gateway.upstreams[].protocols');
  });

  it('adds the operator’s routes, never over a protocol’s own', () => {
    const opened = table(
      [upstream('main', '/')],
      [
        { method: 'POST', path: '/v1/rerank', scan: 'json' },
        { method: 'POST', path: '/v1/files', scan: 'none' },
        { method: 'POST', path: '/v1/chat/completions', scan: 'none' },
        { method: 'POST', path: '/v1/messages', scan: 'none' },
        { method: 'POST', path: '/v1/{id}', scan: 'none' },
      ],
    );
    expect(opened('POST', '/v1/rerank').route.body).toBe('scanned');
    expect(opened('POST', '/v1/files').route.body).toBe('unread');
    expect(opened('POST', '/v1/chat/completions').route.body).toBe('scanned');
    expect(opened('POST', '/v1/messages').route.body).toBe('scanned');
    expect(opened('POST', '/v1/images').route.body).toBe('unread');
    expect(opened('GET', '/v1/models').route.body).toBe('refused');
  });

  it('knows an operator’s path with several ids, for each of its methods', () => {
    const path = '/v1/threads/{id}/runs/{id}';
    const opened = table(
      [upstream('main', '/')],
      [
        { method: 'GET', path, scan: 'none' },
        { method: 'POST', path, scan: 'json' },
      ],
    );
    expect(opened('GET', '/v1/threads/t1/runs/r2')).toMatchObject({
      ids: ['t1', 'r2'],
      upstreamPath: '/v1/threads/t1/runs/r2',
      route: { body: 'unread' },
    });
    expect(opened('POST', '/v1/threads/t1/runs/r2').route.body).toBe('scanned');
    expect(faultOf(() => opened('PUT', '/v1/threads/t1/runs/r2')).headers).toEqual({ Allow: 'GET, POST' });
  });

  it('takes an operator’s path for what it says, not for a pattern of its own', () => {
    const opened = table([upstream('main', '/')], [{ method: 'GET', path: '/v1.0/a-b/{id}', scan: 'none' }]);
    expect(opened('GET', '/v1.0/a-b/x').ids).toEqual(['x']);
    expect(faultOf(() => opened('GET', '/v1x0/a-b/x')).code).toBe('unknown_route');
  });
});
