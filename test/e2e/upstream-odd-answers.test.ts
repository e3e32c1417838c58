/** Odd answers of an upstream that are good all the same: they pass, without what is not the client's, and nothing is left behind. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RawPlay,
  type RawUpstream,
  rawAnswer,
  rawChunk,
  startRawUpstream,
} from '../support/raw-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { type FaultKind, goodRest, typeOf } from '../support/upstream-fault.ts';

let upstream: RawUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await startRawUpstream();
  gateway = await startTestGateway(upstream.url);
});
afterAll(async () => {
  await gateway.close();
  await upstream.downTo(0);
  await upstream.close();
});

const post = (kind: FaultKind): Promise<Response> =>
  fetch(`${gateway.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'm',
      stream: kind !== 'json',
      messages: [{ role: 'user', content: 'hi' }],
    }),
  });

const STOLEN = '{"id":"stolen","choices":[]}';
const good = (kind: FaultKind, more = ''): Buffer => rawAnswer(typeOf(kind), goodRest(kind), more);

/** What is odd about an answer of the kind. */
const ODD: Readonly<Record<string, (kind: FaultKind) => RawPlay>> = {
  'a body longer than its length': (kind) => (socket) =>
    void socket.write(Buffer.concat([good(kind), Buffer.from('and more than was announced')])),
  'a second answer that nobody asked for': (kind) => (socket) =>
    void socket.write(Buffer.concat([good(kind), rawAnswer('application/json', STOLEN)])),
  'a second answer a little later': (kind) => (socket) =>
    void socket.write(good(kind), () =>
      setImmediate(() => socket.write(rawAnswer('application/json', STOLEN))),
    ),
  'a few interim answers': (kind) => (socket) =>
    void socket.write(
      Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(3)), good(kind)]),
    ),
  'gzip unasked': (kind) => (socket) =>
    void socket.write(rawAnswer(typeOf(kind), gzipSync(goodRest(kind)), 'Content-Encoding: gzip\r\n')),
  'a trailer': (kind) => (socket) =>
    void socket.write(
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 200 OK\r\nContent-Type: ${typeOf(kind)}\r\nTrailer: X-Late\r\nTransfer-Encoding: chunked\r\n\r\n`,
        ),
        rawChunk(goodRest(kind)),
        Buffer.from('0\r\nX-Late: stolen\r\nSet-Cookie: stolen=1\r\n\r\n'),
      ]),
    ),
  'cookies and places': (kind) => (socket) =>
    void socket.write(
      good(
        kind,
        'Set-Cookie: stolen=1\r\nLocation: /stolen\r\nContent-Location: /stolen\r\nX-Sallyport-Scan: stolen\r\nX-Accel-Redirect: /stolen\r\nX-Sendfile: /stolen\r\n',
      ),
    ),
  'fields of the connection': (kind) => (socket) =>
    void socket.write(
      good(kind, 'Connection: X-Hop\r\nX-Hop: stolen\r\nKeep-Alive: timeout=9\r\nUpgrade: stolen\r\n'),
    ),
};

describe.each(['json', 'stream'] as const)('%s with', (kind) => {
  it.each(Object.entries(ODD))('%s', async (_name, play) => {
    upstream.play(play(kind));
    for (let turn = 0; turn < 3; turn += 1) {
      const answer = await post(kind);
      expect(answer.status).toBe(200);
      const text = await answer.text();
      if (kind === 'json') expect(text).toBe(goodRest(kind));
      else expect(text).toContain('data: [DONE]');
      expect(`${text}${JSON.stringify([...answer.headers])}`).not.toMatch(/stolen|and more|link/i);
      expect(answer.headers.get('x-sallyport-tr-id')).toMatch(/^sp_/);
    }
    expect((await gateway.line(gateway.lines().length - 1)).outcome).toBe('ok');
  });
});

it('a stream may begin with a byte order mark', async () => {
  upstream.play((socket) => void socket.write(rawAnswer('text/event-stream', `\ufeff${goodRest('stream')}`)));
  const text = await (await post('stream')).text();
  expect(text.startsWith('data: {')).toBe(true);
});

it.each(['json', 'stream'] as const)('no content is no content: %s', async (kind) => {
  upstream.play((socket) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
  const answer = await post(kind);
  expect(answer.status).toBe(204);
  expect(await answer.text()).toBe('');
});

it.each(['json', 'stream'] as const)('content after no content is nobody’s: %s', async (kind) => {
  upstream.play(
    (socket) =>
      void socket.write(
        `HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n${good('json').toString('latin1')}`,
      ),
  );
  expect((await post(kind)).status).toBe(204);
  upstream.play((socket) => void socket.write(good(kind)));
  const answer = await post(kind);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(kind === 'json' ? goodRest(kind) : '[DONE]');
});

it('an error of the upstream’s own that tells no place passes as it is', async () => {
  const body = '{"error":{"message":"model not found, see https://docs.example.org/models"}}';
  upstream.play(
    (socket) => void socket.write(rawAnswer('application/json', body, 'Retry-After: 3\r\n', '429 Slow')),
  );
  const answer = await post('stream');
  expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([429, '3', body]);
});
