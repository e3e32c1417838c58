/** Routes that pass unread: faults, time-outs and aborts are ours, not the proxy library's (DESIGN §14, THREATS S10). */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../support/raw-http.ts';
import {
  type RecordingUpstream,
  startRecordingUpstream,
  type UpstreamHandler,
} from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BLOCKED_WORD } from '../support/word-scan-service.ts';

let upstream: RecordingUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url, {
    upstreams: [{ name: 'main', mount: '/', url: new URL('/base/', upstream.url) }],
    routes: [
      { method: 'POST', path: '/v1/files', scan: 'none' },
      { method: 'POST', path: '/v1/rerank', scan: 'json' },
      { method: 'DELETE', path: '/v1/files/{id}', scan: 'none' },
    ],
    timeouts: { connectMs: 500, headersMs: 300, idleMs: 300, requestBodyMs: 2000, drainMs: 500 },
  });
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const get = (path = '/v1/models', init: RequestInit = {}): Promise<Response> =>
  fetch(gateway.origin + path, init);

const MODELS = '{"data": [ {"id":"m"} ]}';
const models: UpstreamHandler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', etag: '"1"', 'set-cookie': 'a=b' });
  response.end(MODELS);
};

const raw =
  (text: string, end: 'wait' | 'end' | 'reset'): UpstreamHandler =>
  (_request, _response, socket) => {
    socket.write(text, () => {
      if (end === 'end') socket.end();
      if (end === 'reset') socket.resetAndDestroy();
    });
  };

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

describe('a route without content', () => {
  it('passes, with the gateway’s headers and without the upstream’s cookies', async () => {
    upstream.respond(models);
    const answer = await get('/v1/models?limit=3', {
      headers: { 'x-sallyport-key': 'k', 'if-none-match': '"0"' },
    });
    expect(await answer.text()).toBe(MODELS);
    expect(answer.headers.get('x-sallyport-scan')).toBe('prompt=scanned, response=unscanned;reason=route');
    expect(answer.headers.get('x-sallyport-tr-id')).toMatch(/^sp_/);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('set-cookie')).toBeNull();
    const sent = upstream.requests.at(-1);
    expect(sent?.target).toBe('/base/v1/models?limit=3');
    expect(sent?.headers).toMatchObject({
      host: upstream.url.host,
      'if-none-match': '"0"',
      'accept-encoding': 'identity',
    });
    expect(sent?.headers['x-sallyport-key']).toBeUndefined();
    expect(sent?.headers['x-forwarded-for']).toBeUndefined();
  });

  it('says "not modified" as the upstream does', async () => {
    upstream.respond((_request, response) => response.writeHead(304, { etag: '"1"' }).end());
    const answer = await sendRaw(
      gateway.port,
      'GET /v1/models HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(304);
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.headers['x-sallyport-tr-id']).toMatch(/^sp_/);
  });

  it('judges ids and the query, names too', async () => {
    const before = upstream.requests.length;
    expect((await get(`/v1/models/${BLOCKED_WORD}`)).status).toBe(403);
    expect((await get(`/v1/models?${BLOCKED_WORD}=1`)).status).toBe(403);
    expect((await get(`/v1/models?a=%46${BLOCKED_WORD.slice(1)}`)).status).toBe(403);
    expect(upstream.requests.length).toBe(before);
  });

  it.each([
    [
      'a redirect',
      raw('HTTP/1.1 302 Found\r\nLocation: http://other/\r\nContent-Length: 0\r\n\r\n', 'wait'),
      502,
    ],
    ['an error page', raw('HTTP/1.1 500 x\r\nContent-Length: 14\r\n\r\nhost 127.0.0.1', 'wait'), 500],
    ['a reset before the headers', raw('', 'reset'), 502],
    ['an end before the headers', raw('', 'end'), 502],
    ['no HTTP', raw('SSH-2.0-x\r\n', 'end'), 502],
    ['no answer', () => undefined, 504],
  ] as readonly [string, UpstreamHandler, number][])(
    'answers %s in our words',
    async (_name, handler, status) => {
      upstream.respond(handler);
      const answer = await get();
      const text = await answer.text();
      expect(answer.status).toBe(status);
      expect(JSON.parse(text).error.message).toContain('Reference: sp_');
      expect(text).not.toContain('127.0.0.1');
      expect(answer.headers.get('x-sallyport-tr-id')).toMatch(/^sp_/);
    },
  );

  it.each([
    ['a reset', raw(`${HEAD}Content-Length: 99\r\n\r\n{"a":`, 'reset')],
    ['an early end', raw(`${HEAD}Content-Length: 99\r\n\r\n{"a":`, 'end')],
    ['an early end in chunks', raw(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n`, 'end')],
    ['silence', raw(`${HEAD}Content-Length: 99\r\n\r\n{"a":`, 'wait')],
  ] as readonly [string, UpstreamHandler][])(
    'in the body never looks whole after %s',
    async (_name, handler) => {
      const seen = gateway.lines().length;
      upstream.respond(handler);
      const answer = await get();
      await expect(answer.text()).rejects.toThrow();
      expect((await gateway.line(seen)).outcome).toBe('failed');
    },
  );

  it('closes the upstream when the client leaves', async () => {
    const seen = gateway.lines().length;
    const leave = new AbortController();
    const reached = new Promise<void>((resolve) => upstream.respond(() => resolve()));
    get('/v1/models', { signal: leave.signal }).catch(() => undefined);
    await reached;
    leave.abort();
    await upstream.requests.at(-1)?.closed;
    expect((await gateway.line(seen)).outcome).toBe('client_abort');
  });

  it('goes on after a fault: the next request passes', async () => {
    upstream.respond(raw('', 'reset'));
    await get();
    upstream.respond(models);
    expect((await get()).status).toBe(200);
  });

  it('passes compressed bytes on as they are', async () => {
    upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(MODELS));
    });
    expect(await (await get()).text()).toBe(MODELS);
  });
});

describe('routes that the operator opened', () => {
  it('pass unread with `scan: none`, and say so', async () => {
    upstream.respond(models);
    const body = `--x\r\n\r\n${BLOCKED_WORD}\r\n--x--`;
    const answer = await fetch(`${gateway.origin}/v1/files`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body,
    });
    expect(answer.headers.get('x-sallyport-scan')).toBe(
      'prompt=unscanned;reason=route, response=unscanned;reason=route',
    );
    expect(upstream.requests.at(-1)?.body.toString()).toBe(body);
    expect(upstream.requests.at(-1)?.target).toBe('/base/v1/files');
    expect(upstream.requests.at(-1)?.headers['content-type']).toBe('multipart/form-data; boundary=x');
  });

  it('keep the framing of chunked bodies, also where a method has none by default', async () => {
    upstream.respond(models);
    const body = 'c\r\nGET /evil HT\r\n0\r\n\r\n';
    const head =
      'DELETE /v1/files/f1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    const before = upstream.requests.length;
    expect((await sendRaw(gateway.port, head + body)).status).toBe(200);
    expect(upstream.requests.length).toBe(before + 1);
    expect(upstream.requests.at(-1)).toMatchObject({ method: 'DELETE', target: '/base/v1/files/f1' });
    expect(upstream.requests.at(-1)?.body.toString()).toBe('GET /evil HT');
  });

  it('are scanned whole with `scan: json`, both sides', async () => {
    const rerank = (query: string): Promise<Response> =>
      fetch(`${gateway.origin}/v1/rerank`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
    upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"results":["${BLOCKED_WORD}"]}`);
    });
    expect((await rerank(`x ${BLOCKED_WORD}`)).headers.get('x-sallyport-scan')).toMatch(/^prompt=blocked/);
    expect((await rerank('x')).headers.get('x-sallyport-scan')).toBe('prompt=scanned, response=blocked');
  });
});
