/** Every limit of the listener at its edge: connections, places, bytes, slow clients (THREATS D1-D3). */

import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSocket } from '../support/open-socket.ts';
import { sendRaw } from '../support/raw-http.ts';
import { chatAnswer, type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../support/test-gateway.ts';

let upstream: RecordingUpstream;
const started: TestGateway[] = [];

beforeAll(async () => {
  upstream = await startRecordingUpstream();
});
afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.close();
  upstream.respond(chatAnswer('Fine.'));
});
afterAll(() => upstream.close());

const start = async (options: TestGatewayOptions): Promise<TestGateway> => {
  const gateway = await startTestGateway(upstream.url, {
    ...options,
    timeouts: { drainMs: 50, ...options.timeouts },
  });
  started.push(gateway);
  return gateway;
};

const PATH = '/v1/chat/completions';
const chat = (content: string): string =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] });
const request = (body: string | Buffer, fields: readonly string[] = [], target = PATH): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `POST ${target} HTTP/1.1`,
        'Host: a',
        'Content-Type: application/json',
        'Connection: close',
        `Content-Length: ${Buffer.byteLength(body)}`,
        ...fields,
        '\r\n',
      ].join('\r\n'),
    ),
    Buffer.from(body),
  ]);
const GOOD = request(chat('hi'));
const is503 = (raw: string): void => {
  expect(raw).toMatch(/^HTTP\/1\.1 503 /);
  expect(raw).toMatch(/\r\nretry-after: 1\r\n/i);
  expect(raw).toMatch(/\r\nx-sallyport-tr-id: sp_/i);
};
/** An upstream that keeps its answers back until it is told. */
const heldUpstream = (): { held: ServerResponse[]; release(): void } => {
  const held: ServerResponse[] = [];
  upstream.respond((_request, response) => held.push(response));
  const answer = chatAnswer('Fine.');
  return {
    held,
    release: () => {
      const [request] = upstream.requests;
      if (request === undefined) throw new TypeError('nothing came');
      for (const response of held.splice(0)) answer(request, response, response.req.socket);
    },
  };
};

describe('limits.connections', () => {
  it('answers the next one with 503, and serves it when one has left', async () => {
    const gateway = await start({ limits: { connections: 3, connectionsPerAddress: 3 } });
    const open = await Promise.all([1, 2, 3].map(() => openSocket(gateway.port)));
    is503((await sendRaw(gateway.port, GOOD)).raw);
    const silent = await openSocket(gateway.port);
    is503(await silent.closed);
    const before = upstream.requests.length;
    open[0]?.socket.write(GOOD);
    await open[0]?.closed;
    expect(upstream.requests.length).toBe(before + 1);
    expect((await sendRaw(gateway.port, GOOD)).status).toBe(200);
    for (const one of open) one.close();
  });

  it('serves no request of a refused connection', async () => {
    const gateway = await start({ limits: { connections: 1, connectionsPerAddress: 1 } });
    const one = await openSocket(gateway.port);
    const before = upstream.requests.length;
    is503((await sendRaw(gateway.port, Buffer.concat([GOOD, GOOD]))).raw);
    expect(upstream.requests.length).toBe(before);
    one.close();
  });
});

describe('limits.connectionsPerAddress', () => {
  it('leaves room for other addresses', async () => {
    const gateway = await start({ limits: { connections: 10, connectionsPerAddress: 2 } });
    const open = [await openSocket(gateway.port), await openSocket(gateway.port)];
    is503((await sendRaw(gateway.port, GOOD)).raw);
    const other = await openSocket(gateway.port, '127.0.0.2');
    other.socket.write(GOOD);
    expect(await other.closed).toMatch(/^HTTP\/1\.1 200 /);
    for (const one of open) one.close();
  });

  it('does not count against a trusted proxy', async () => {
    const gateway = await start({
      limits: { connections: 10, connectionsPerAddress: 1 },
      trustedProxies: ['127.0.0.0/8'],
    });
    const one = await openSocket(gateway.port);
    expect((await sendRaw(gateway.port, GOOD)).status).toBe(200);
    one.close();
  });
});

describe('limits.exchanges, limits.waiting and timeouts.waitMs', () => {
  it('let one wait for a place, and tell the next to come again', async () => {
    const gateway = await start({ limits: { exchanges: 1, waiting: 1 }, timeouts: { waitMs: 60_000 } });
    const { held, release } = heldUpstream();
    const before = upstream.requests.length;
    const first = sendRaw(gateway.port, GOOD);
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const second = await openSocket(gateway.port);
    second.socket.write(GOOD);
    const third = await openSocket(gateway.port);
    third.socket.write(GOOD);
    const refused = await Promise.race([second.closed, third.closed]);
    is503(refused);
    expect(upstream.requests.length).toBe(before + 1);
    upstream.respond(chatAnswer('Fine.'));
    release();
    expect((await first).status).toBe(200);
    await Promise.all([second.closed, third.closed]);
    const texts = [second.text(), third.text()].map((text) => text.slice(9, 12)).sort();
    expect(texts).toEqual(['200', '503']);
  });

  it('end a wait that takes too long, and count pipelined requests too', async () => {
    const gateway = await start({ limits: { exchanges: 1, waiting: 5 }, timeouts: { waitMs: 20 } });
    const { held, release } = heldUpstream();
    const keep = Buffer.from(GOOD.toString().replace('Connection: close\r\n', ''));
    const socket = await openSocket(gateway.port);
    socket.socket.write(Buffer.concat([keep, GOOD]));
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    // Whoever comes later is sent away later.
    is503((await sendRaw(gateway.port, GOOD)).raw);
    expect(held).toHaveLength(1);
    release();
    const raw = await socket.closed;
    expect(raw.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
  });

  it('do not keep a refusal waiting that needs no place', async () => {
    const gateway = await start({ limits: { exchanges: 1, waiting: 0 } });
    const { held } = heldUpstream();
    const busy = await openSocket(gateway.port);
    busy.socket.write(GOOD);
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    is503((await sendRaw(gateway.port, GOOD)).raw);
    expect((await sendRaw(gateway.port, request('{}', [], '/nowhere'))).status).toBe(404);
    busy.close();
    await gateway.line(2);
    upstream.respond(chatAnswer('Fine.'));
    expect((await sendRaw(gateway.port, GOOD)).status).toBe(200);
  });
});

describe('limits.inFlightBytes', () => {
  const limits = { inFlightBytes: 4_000, waiting: 0 };

  it('counts announced bodies while their exchanges last', async () => {
    const gateway = await start({ limits });
    const { held, release } = heldUpstream();
    const first = sendRaw(gateway.port, request(chat('x'.repeat(3_000))));
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    is503((await sendRaw(gateway.port, request(chat('x'.repeat(1_500))))).raw);
    const small = sendRaw(gateway.port, GOOD);
    while (held.length === 1) await new Promise((resolve) => setImmediate(resolve));
    upstream.respond(chatAnswer('Fine.'));
    release();
    expect([(await first).status, (await small).status]).toEqual([200, 200]);
    expect((await sendRaw(gateway.port, request(chat('x'.repeat(3_000))))).status).toBe(200);
  });

  it('counts what was not announced: chunks, decoded bodies, answers', async () => {
    const gateway = await start({ limits });
    const long = chat('word '.repeat(1_000));
    const chunked = [
      `POST ${PATH} HTTP/1.1`,
      'Host: a',
      'Content-Type: application/json',
      'Connection: close',
      'Transfer-Encoding: chunked',
      '',
      long.length.toString(16),
      long,
      '0\r\n\r\n',
    ].join('\r\n');
    is503((await sendRaw(gateway.port, chunked)).raw);
    is503((await sendRaw(gateway.port, request(gzipSync(long), ['Content-Encoding: gzip']))).raw);
    upstream.respond(chatAnswer('x'.repeat(5_000)));
    is503((await sendRaw(gateway.port, GOOD)).raw);
    upstream.respond(chatAnswer('Fine.'));
    expect((await sendRaw(gateway.port, GOOD)).status).toBe(200);
  });
});

const members = (count: number): string => Array.from({ length: count }, (_, at) => `,"x${at}":1`).join('');

describe('limits of a request', () => {
  it.each([
    [
      'headers',
      { headers: 20 },
      (over: number) =>
        request(
          chat('x'),
          Array.from({ length: 16 + over }, (_, at) => `X-${at}: 1`),
        ),
      431,
    ],
    [
      'queryChars',
      { queryChars: 20 },
      (over: number) => request(chat('x'), [], `${PATH}?a=${'b'.repeat(18 + over)}`),
      400,
    ],
    [
      'bodyBytes',
      { bodyBytes: 100 },
      (over: number) => request(chat('x'.repeat(100 - chat('').length + over))),
      413,
    ],
    [
      'jsonDepth',
      { jsonDepth: 5 },
      (over: number) =>
        request(
          `{"model":"m","messages":[{"role":"user","content":"x"}],"x":${'['.repeat(4 + over)}${']'.repeat(4 + over)}}`,
        ),
      400,
    ],
    [
      'jsonItems',
      { jsonItems: 20 },
      (over: number) =>
        request(
          `{"model":"m","messages":[{"role":"user","content":"x"}],"x":[${'[1],'.repeat(9)}${'2,'.repeat(over)}3]}`,
        ),
      400,
    ],
    [
      'jsonKeys',
      { jsonKeys: 20 },
      (over: number) =>
        request(`{"model":"m","messages":[{"role":"user","content":"x"}]${members(16 + over)}}`),
      400,
    ],
  ] as const)('%s: the bound is served, one more is not', async (_name, limits, make, status) => {
    const gateway = await start({ limits });
    expect((await sendRaw(gateway.port, make(0))).status).toBe(200);
    const before = upstream.requests.length;
    expect((await sendRaw(gateway.port, make(1))).status).toBe(status);
    expect(upstream.requests.length).toBe(before);
  });

  it('answerJsonKeys, answerJsonItems: an answer with more is a 502', async () => {
    const { members: has, items } = { members: 10, items: 1 };
    for (const limits of [{ answerJsonKeys: has }, { answerJsonItems: items }]) {
      expect((await sendRaw((await start({ limits })).port, GOOD)).status).toBe(200);
    }
    const fewKeys = await start({ limits: { answerJsonKeys: has - 1 } });
    expect((await sendRaw(fewKeys.port, GOOD)).status).toBe(502);
    const noItems = await start({ limits: { answerJsonItems: items - 1 } });
    expect((await sendRaw(noItems.port, GOOD)).status).toBe(502);
  });

  it('headerBytes: a longer head is a 431', async () => {
    const gateway = await start({ limits: { headerBytes: 2_048 } });
    expect((await sendRaw(gateway.port, request(chat('x'), [`X-A: ${'a'.repeat(1_700)}`]))).status).toBe(200);
    expect((await sendRaw(gateway.port, request(chat('x'), [`X-A: ${'a'.repeat(2_100)}`]))).status).toBe(431);
  });

  it('decodedRatio: a body that grows more is a 413', async () => {
    const gateway = await start({ limits: { decodedRatio: 20 } });
    const coded = (chars: number): Buffer =>
      request(gzipSync(chat('x'.repeat(chars))), ['Content-Encoding: gzip']);
    expect((await sendRaw(gateway.port, coded(1_000))).status).toBe(200);
    expect((await sendRaw(gateway.port, coded(4_000))).status).toBe(413);
  });
});

describe('slow clients', () => {
  it('timeouts.requestHeadersMs ends a connection that says nothing, or its head too slowly', async () => {
    const gateway = await start({ timeouts: { requestHeadersMs: 100 } });
    const silent = await openSocket(gateway.port);
    const slow = await openSocket(gateway.port);
    slow.socket.write(`POST ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: b`);
    expect(await silent.closed).toMatch(/^$|^HTTP\/1\.1 408 /);
    expect(await slow.closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('timeouts.requestBodyMs ends a body that comes byte by byte', async () => {
    const gateway = await start({ timeouts: { requestBodyMs: 100 } });
    const slow = await openSocket(gateway.port);
    slow.socket.on('error', () => undefined);
    const head = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n`;
    slow.socket.write(`${head}{"a":"`);
    const trickle = setInterval(() => slow.socket.write('x'), 10);
    expect(await slow.closed).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(trickle);
  });

  it('timeouts.keepAliveMs ends a connection that asks nothing more', async () => {
    const gateway = await start({ timeouts: { keepAliveMs: 100 } });
    const idle = await openSocket(gateway.port);
    idle.socket.write(GOOD.toString().replace('Connection: close\r\n', ''));
    expect(await idle.closed).toMatch(/^HTTP\/1\.1 200 /);
  });
});
