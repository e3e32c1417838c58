/** Raw bytes against a real listener: what must be refused before routing, and never reaches the upstream (THREATS 2.1). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../support/raw-http.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';

let upstream: RecordingUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url);
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const BODY = '{"model":"m","messages":[{"role":"user","content":"hi"}]}';
const PATH = '/v1/chat/completions';

interface Parts {
  readonly line?: string;
  readonly fields?: readonly string[];
  readonly body?: string;
  readonly length?: boolean;
}

const build = ({ line, fields = [], body = BODY, length = true }: Parts): string =>
  [
    line ?? `POST ${PATH} HTTP/1.1`,
    'Host: gateway',
    'Content-Type: application/json',
    'Connection: close',
    ...(length ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
    ...fields,
    '',
    body,
  ].join('\r\n');

const expectRefused = async (bytes: string, status: number): Promise<void> => {
  const before = upstream.requests.length;
  const answer = await sendRaw(gateway.port, bytes);
  expect(answer.status).toBe(status);
  expect(answer.headers['x-sallyport-tr-id']).toMatch(/^sp_[0-9a-f]{32}$/);
  expect(answer.headers['x-sallyport-scan']).toMatch(/^prompt=/);
  expect(JSON.parse(answer.body).error).toMatchObject({ message: expect.stringContaining('Reference: sp_') });
  expect(upstream.requests.length).toBe(before);
};

describe('a request that is as it should be', () => {
  it('passes', async () => {
    const answer = await sendRaw(gateway.port, build({}));
    expect(answer.status).toBe(200);
    expect(upstream.requests.at(-1)?.body.toString()).toBe(BODY);
  });

  it('passes by HTTP/1.0 with a length', async () => {
    const answer = await sendRaw(gateway.port, build({ line: `POST ${PATH} HTTP/1.0` }));
    expect(answer.status).toBe(200);
    expect(answer.raw).toContain('"content":"Fine."');
  });

  it('passes in chunks', async () => {
    const chunked = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
    const answer = await sendRaw(
      gateway.port,
      build({ fields: ['Transfer-Encoding: chunked'], body: chunked, length: false }),
    );
    expect(answer.status).toBe(200);
    expect(upstream.requests.at(-1)?.body.toString()).toBe(BODY);
    expect(upstream.requests.at(-1)?.headers['transfer-encoding']).toBeUndefined();
  });

  it('is told to go on only after its head was accepted', async () => {
    const accepted = await sendRaw(gateway.port, build({ fields: ['Expect: 100-continue'] }));
    expect(accepted.raw).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    const refused = await sendRaw(
      gateway.port,
      build({ line: 'POST /nowhere HTTP/1.1', fields: ['Expect: 100-continue'] }),
    );
    expect(refused.raw).toMatch(/^HTTP\/1\.1 404/);
    expect(upstream.requests.at(-1)?.headers.expect).toBeUndefined();
  });

  it('may offer h2c, which is ignored and goes no further', async () => {
    const fields = ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
    const answer = await sendRaw(gateway.port, build({ fields }));
    expect(answer.status).toBe(200);
    expect(upstream.requests.at(-1)?.headers.upgrade).toBeUndefined();
    expect(upstream.requests.at(-1)?.headers['http2-settings']).toBeUndefined();
  });
});

describe('targets', () => {
  it.each([
    '//v1/chat/completions',
    '/v1//chat/completions',
    '/v1\\chat\\completions',
    '/v1/chat/./completions',
    '/v1/x/../chat/completions',
    '/v1/%2e%2e/v1/chat/completions',
    '/v1/chat%2fcompletions',
    '/v1/chat/%63ompletions',
    '/v1/chat/completions%00',
    '/v1/chat/completions%20',
    '/v1/chat/completions;x=1',
    '/v1/chat/completions#x',
    '/v1/chat/completions?a=1#x',
    '/v1/models/..',
    'http://other/v1/chat/completions',
    'http://[::bad/v1/chat/completions',
    '*',
    '/v1/chat/completions?a=<b>',
    '/v1/chat/completions?a=%zz',
    '/v1/chat/completions?a=%ff',
    '/v1/chat/completions?a=b+c',
    `/v1/chat/completions?a=${'x'.repeat(1023)}`,
  ])('refuses %s with 400', (target) => expectRefused(build({ line: `POST ${target} HTTP/1.1` }), 400));

  it.each(['/V1/chat/completions', '/v1/chat/completions/', '/v1/chat/completions.', '/v1/embeddings', '/'])(
    'knows no %s',
    (target) => expectRefused(build({ line: `POST ${target} HTTP/1.1` }), 404),
  );

  it('says which setting opens a path', async () => {
    const answer = await sendRaw(gateway.port, build({ line: 'POST /v1/embeddings HTTP/1.1' }));
    expect(answer.body).toContain('gateway.routes');
  });

  it.each(['PUT', 'PATCH', 'QUERY', 'OPTIONS', 'DELETE', 'GET', 'HEAD'])(
    'has no %s on a POST route',
    async (method) => {
      const answer = await sendRaw(gateway.port, build({ line: `${method} ${PATH} HTTP/1.1` }));
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('POST');
    },
  );

  it('forwards an accepted query as it is', async () => {
    const line = `POST ${PATH}?beta=true&x=%41%20b HTTP/1.1`;
    expect((await sendRaw(gateway.port, build({ line }))).status).toBe(200);
    expect(upstream.requests.at(-1)?.target).toBe(`${PATH}?beta=true&x=%41%20b`);
  });

  it('judges the decoded values of a query', async () => {
    const line = `POST ${PATH}?x=%46ORBIDDEN HTTP/1.1`;
    expect((await sendRaw(gateway.port, build({ line }))).status).toBe(403);
  });
});

describe('headers and framing', () => {
  it.each([
    ['two hosts', ['Host: other'], 400],
    ['two content types', ['Content-Type: text/plain'], 400],
    ['two content encodings', ['Content-Encoding: identity', 'Content-Encoding: identity'], 400],
    ['two authorizations', ['Authorization: Bearer a', 'Authorization: Bearer b'], 400],
    ['two api keys', ['X-Api-Key: a', 'x-api-key: b'], 400],
    ['two gateway keys', ['X-Sallyport-Key: a', 'x-sallyport-key: b'], 400],
    ['two sessions', ['X-Session-Id: a', 'x-session-id: b'], 400],
    ['a session id with spaces', ['X-Session-Id: a b'], 400],
    ['a session id that is too long', [`X-Session-Id: ${'a'.repeat(101)}`], 400],
    ['an unknown expectation', ['Expect: y 100-continue'], 417],
    ['another expectation', ['Expect: 200-ok'], 417],
    ['a websocket upgrade', ['Connection: upgrade', 'Upgrade: websocket'], 426],
    ['another upgrade', ['Upgrade: irc/6.9'], 400],
    ['more than a hundred headers', Array.from({ length: 97 }, (_, at) => `X-H${at}: 1`), 431],
    ['two thousand headers', Array.from({ length: 1500 }, (_, at) => `x${at}:1`), 431],
    ['more than 16 KiB of headers', [`X-Long: ${'a'.repeat(17_000)}`], 431],
  ])('refuses %s', (_name, fields, status) => expectRefused(build({ fields }), status));

  it('names the protocol of the upgrade it would serve', async () => {
    const fields = ['Connection: upgrade', 'Upgrade: websocket'];
    expect((await sendRaw(gateway.port, build({ fields }))).headers.upgrade).toBeDefined();
  });

  it.each([
    ['gzip, chunked', 'gzip, chunked'],
    ['chunked twice', 'chunked, chunked'],
    ['xchunked', 'xchunked'],
    ['identity after chunked', 'chunked, identity'],
  ])('refuses transfer codings: %s', (_name, coding) => {
    const body = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
    return expectRefused(build({ fields: [`Transfer-Encoding: ${coding}`], body, length: false }), 400);
  });

  it.each([
    ['length and chunks', build({ fields: ['Transfer-Encoding: chunked'] }), 400],
    ['two lengths', build({ fields: [`Content-Length: ${BODY.length}`] }), 400],
    ['a signed length', build({ fields: ['Content-Length: +3'], length: false }), 400],
    ['no host', `GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n`, 400],
    ['a space before the colon', build({ fields: ['X-A : b'] }), 400],
    ['a folded header', build({ fields: ['X-A: b', ' c'] }), 400],
    ['HTTP/1.2', build({ line: `POST ${PATH} HTTP/1.2` }), 400],
    ['HTTP/2.0', build({ line: `POST ${PATH} HTTP/2.0` }), 400],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    [
      'HTTP/1.0 in chunks',
      build({
        line: `POST ${PATH} HTTP/1.0`,
        fields: ['Transfer-Encoding: chunked'],
        body: '0\r\n\r\n',
        length: false,
      }),
      400,
    ],
  ])('refuses %s', (_name, bytes, status) => expectRefused(bytes, status));

  it('closes on CONNECT', async () => {
    const answer = await sendRaw(gateway.port, 'CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n');
    expect(answer.raw).toBe('');
  });

  it('refuses a body on a route without content', () => {
    return expectRefused(build({ line: 'GET /v1/models HTTP/1.1' }), 400);
  });

  it('shapes errors for Anthropic clients before a route is known', async () => {
    const fields = ['anthropic-version: 2023-06-01'];
    const answer = await sendRaw(gateway.port, build({ line: 'POST /v1/nowhere HTTP/1.1', fields }));
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });

  it('drops what belongs to the hop, to the gateway or to another method', async () => {
    const fields = [
      'Connection: X-Gone',
      'X-Gone: 1',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Trailer: X-T',
      'Proxy-Authorization: Basic eA==',
      'X-Session-Id: s-1',
      'X-Request-Id: r-1',
      'X-Sallyport-Key: k',
      'X-Sallyport-Profile: open',
      'Range: bytes=0-3',
      'If-None-Match: "a"',
      'Accept-Encoding: gzip',
      'X-HTTP-Method-Override: GET',
      'X-Custom: kept',
      'Authorization: Bearer upstream-key',
    ];
    await sendRaw(gateway.port, build({ fields }));
    const headers = upstream.requests.at(-1)?.headers ?? {};
    expect(headers).toMatchObject({
      host: upstream.url.host,
      'accept-encoding': 'identity',
      'x-custom': 'kept',
      authorization: 'Bearer upstream-key',
      'content-length': String(BODY.length),
    });
    const names = Object.keys(headers).filter((name) => name.startsWith('x-'));
    expect(names).toEqual(['x-custom']);
    for (const name of ['te', 'trailer', 'range', 'if-none-match', 'keep-alive', 'proxy-authorization']) {
      expect(headers[name]).toBeUndefined();
    }
  });
});
