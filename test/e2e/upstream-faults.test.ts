/** Upstreams that fail, lie and break off: the client never sees a clean-looking answer (THREATS 2.4, S10 to S13). */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chatAnswer,
  chatChunk,
  chatStream,
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
  type UpstreamHandler,
} from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BLOCKED_WORD, CARD } from '../support/word-scan-service.ts';

let upstream: RecordingUpstream;
let gateway: TestGateway;
/** Gives up soon. */
let hasty: TestGateway;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url);
  hasty = await startTestGateway(upstream.url, {
    timeouts: { connectMs: 500, headersMs: 100, idleMs: 100, requestBodyMs: 2000, drainMs: 500 },
  });
});

afterAll(async () => {
  await gateway.close();
  await hasty.close();
  await upstream.close();
});

const post = (stream = false, signal?: AbortSignal, to = gateway): Promise<Response> =>
  fetch(`${to.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'hi' }] }),
    ...(signal === undefined ? {} : { signal }),
  });

const writeRaw =
  (text: string, end: (socket: Socket) => void): UpstreamHandler =>
  (_request, _response, socket) => {
    socket.write(text, () => end(socket));
  };

const json = (headers: Record<string, string>, body: string | Buffer, status = 200): UpstreamHandler => {
  return (_request, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
};

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const SSE_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n';

/** Every fault is told in the gateway's words: no host, port or path of the upstream. */
const expectFault = async (answer: Response, status: number): Promise<void> => {
  const text = await answer.text();
  expect(answer.status).toBe(status);
  expect(JSON.parse(text).error.message).toContain('Reference: sp_');
  expect(text).not.toContain(upstream.url.port);
  expect(text).not.toContain('127.0.0.1');
  expect(answer.headers.get('x-sallyport-tr-id')).toMatch(/^sp_/);
};

describe('a faulty JSON answer', () => {
  it.each([
    ['reset before the headers', (_q, _r, socket) => socket.resetAndDestroy(), 502],
    ['closed before the headers', (_q, _r, socket) => socket.destroy(), 502],
    ['not HTTP', writeRaw('SSH-2.0-x\r\n', (socket) => socket.end()), 502],
    [
      'reset in the body',
      writeRaw(`${HEAD}Content-Length: 99\r\n\r\n{"a":`, (s) => s.resetAndDestroy()),
      502,
    ],
    ['an early end with a length', writeRaw(`${HEAD}Content-Length: 99\r\n\r\n{"a":1}`, (s) => s.end()), 502],
    [
      'an early end in chunks',
      writeRaw(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":`, (s) => s.end()),
      502,
    ],
    ['an early end without a length', writeRaw(`${HEAD}Connection: close\r\n\r\n{"a":`, (s) => s.end()), 502],
    ['a redirect', json({ location: 'http://other/' }, '{}', 302), 502],
    ['not modified', json({}, '', 304), 502],
    ['HTML', json({ 'content-type': 'text/html' }, '<html>secret host</html>'), 502],
    [
      'no content type',
      writeRaw('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}', () => undefined),
      502,
    ],
    [
      'two content types',
      writeRaw(
        `${HEAD}Content-Type: text/html\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`,
        () => undefined,
      ),
      502,
    ],
    ['a body over the cap', json({}, `{"a":"${'x'.repeat(300_000)}"}`), 502],
    ['a length over the cap', writeRaw(`${HEAD}Content-Length: 999999999\r\n\r\n`, () => undefined), 502],
    ['a bomb', json({ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(5_000_000, 32))), 502],
    ['two codings', json({ 'content-encoding': 'gzip, br' }, 'x'), 502],
    ['damaged gzip', json({ 'content-encoding': 'gzip' }, 'x'.repeat(50)), 502],
    ['no JSON', json({}, 'not json'), 502],
    ['a repeated key', json({}, '{"choices":[],"choices":[]}'), 502],
    ['invalid UTF-8', json({}, Buffer.from([0x22, 0xff, 0x22])), 502],
  ] as readonly [string, UpstreamHandler, number][])('%s', async (_name, handler, status) => {
    upstream.respond(handler);
    await expectFault(await post(), status);
  });

  it.each([
    ['before the headers', () => undefined],
    ['in the body', writeRaw(`${HEAD}Content-Length: 99\r\n\r\n{"a":`, () => undefined)],
  ] as readonly [string, UpstreamHandler][])('that falls silent %s', async (_name, handler) => {
    upstream.respond(handler);
    await expectFault(await post(false, undefined, hasty), 504);
  });

  it('from nobody at all', async () => {
    const gone = await startRecordingUpstream();
    await gone.close();
    const lonely = await startTestGateway(gone.url);
    const answer = await fetch(`${lonely.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"m","messages":[{"role":"user","content":"x"}]}',
    });
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain(gone.url.port);
    await lonely.close();
  });

  it('that is an error keeps its status: JSON is scanned, another body is replaced', async () => {
    upstream.respond(json({ 'retry-after': '3' }, '{"error":{"message":"slow down"}}', 429));
    const limited = await post();
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('3');
    expect(await limited.text()).toBe('{"error":{"message":"slow down"}}');

    upstream.respond(
      json({ 'content-type': 'text/html', 'retry-after': '4' }, '<h1>nginx at 10.0.0.7</h1>', 503),
    );
    const replaced = await post();
    expect(replaced.headers.get('retry-after')).toBe('4');
    await expectFault(replaced, 503);

    upstream.respond(json({}, `{"error":{"message":"${BLOCKED_WORD}"}}`, 400));
    const blocked = await post();
    expect(blocked.status).toBe(403);
    expect(await blocked.text()).not.toContain(BLOCKED_WORD);

    upstream.respond(json({}, `{"error":{"message":"no ${CARD}"}}`, 400));
    expect(await (await post()).text()).toBe(`{"error":{"message":"no ${'X'.repeat(19)}"}}`);
  });
});

describe('a JSON answer', () => {
  it('goes on byte for byte, without headers that name the upstream', async () => {
    const body = '{ "choices":[ ],\n "n":1.0e0, "id":"\\u00e9" }';
    upstream.respond(
      json(
        { 'set-cookie': 'a=b', location: '/x', 'x-sallyport-scan': 'fake', 'x-kept': '1', etag: '"1"' },
        body,
      ),
    );
    const answer = await post();
    expect(await answer.text()).toBe(body);
    expect(answer.headers.get('x-sallyport-scan')).toBe('prompt=scanned, response=scanned');
    expect(answer.headers.get('x-kept')).toBe('1');
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('location')).toBeNull();
  });

  it('is decoded where it was compressed unasked', async () => {
    upstream.respond(json({ 'content-encoding': 'GZIP', etag: '"1"' }, gzipSync('{"choices":[]}')));
    const answer = await post();
    expect(await answer.text()).toBe('{"choices":[]}');
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('may come where a stream was asked, and the reverse', async () => {
    upstream.respond(chatAnswer(`Take ${CARD}.`));
    expect(await (await post(true)).text()).toContain(`Take ${'X'.repeat(19)}.`);
    upstream.respond(streamAnswer(chatStream(['Take ', CARD, '.'])));
    const streamed = await post(false);
    expect(streamed.headers.get('content-type')).toContain('text/event-stream');
    expect(await streamed.text()).not.toContain('4111');
  });

  it('of a blocked kind is a 403 of ours', async () => {
    upstream.respond(chatAnswer(`a ${BLOCKED_WORD} text`));
    const answer = await post();
    expect(answer.headers.get('x-sallyport-scan')).toBe('prompt=scanned, response=blocked');
    await expectFault(answer, 403);
  });
});

const LONG = 'A sentence that has an end. '.repeat(20);

describe('a faulty stream', () => {
  it.each([
    ['data that is no JSON', 'data: hello\n\n'],
    ['an empty data field', 'data:\n\n'],
    ['two documents', 'data: {} {}\n\n'],
    ['a repeated key', 'data: {"a":1,"a":2}\n\n'],
    ['a document that is too deep', `data: ${'['.repeat(70)}${']'.repeat(70)}\n\n`],
    ['a body over the cap', `data: "${'x'.repeat(300_000)}"\n\n`],
    ['nothing', ''],
    ['no end mark', `data: ${chatChunk('hi')}\n\n`],
    ['an unterminated last event', `data: ${chatChunk('hi')}\n\ndata: ${chatChunk('', 'stop')}`],
  ])('before anything was sent is a plain error: %s', async (_name, text) => {
    upstream.respond(streamAnswer(text));
    await expectFault(await post(true), 502);
  });

  it('that is cut or reset ends visibly broken', async () => {
    const start = `data: ${chatChunk(LONG)}\n\ndata: ${chatChunk(LONG)}\n\n`;
    for (const end of [(s: Socket) => s.end(), (s: Socket) => s.resetAndDestroy()]) {
      upstream.respond(
        writeRaw(`${SSE_HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk(start)}`, (socket) => {
          setImmediate(() => end(socket));
        }),
      );
      const text = await (await post(true)).text();
      expect(text).not.toContain('[DONE]');
      expect(text).toMatch(/"error"/);
    }
  });

  it('that falls silent is ended in time', async () => {
    upstream.respond(
      writeRaw(`${SSE_HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk(': hello\n\n')}`, () => undefined),
    );
    await expectFault(await post(true), 504);
  });
});

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

describe('a stream', () => {
  it('tells its result right before the last event', async () => {
    upstream.respond(streamAnswer(chatStream(['Hello ', 'there.'])));
    const answer = await post(true);
    expect(answer.headers.get('x-sallyport-scan')).toBe('prompt=scanned, response=streamed');
    const text = await answer.text();
    expect(text.endsWith(': sallyport response=scanned\n\ndata: [DONE]\n\n')).toBe(true);
  });

  it('goes on event for event as it was written, without what is not data', async () => {
    const data = chatChunk('Hi.').replace('"created":1', '"created" : 1.0');
    const end = `data: ${chatChunk('', 'stop')}\n\ndata: [DONE]\n\n`;
    upstream.respond(streamAnswer(`\ufeff: note\nid: 7\nretry: 10\nevent: chunk\ndata: ${data}\n\n${end}`));
    const text = await (await post(true)).text();
    expect(text.startsWith(`event: chunk\ndata: ${data}\n\n`)).toBe(true);
    expect(text).not.toContain('id: 7');
    expect(text).not.toContain('note');
  });

  it.each(['\r', '\r\n'])('is read with line ends %j', async (lineEnd) => {
    upstream.respond(streamAnswer(chatStream(['Hi.']).replaceAll('\n', lineEnd)));
    expect(await (await post(true)).text()).toContain('data: [DONE]');
  });

  it('is decoded where it was compressed unasked', async () => {
    upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      response.end(gzipSync(chatStream([`see ${CARD}`])));
    });
    const text = await (await post(true)).text();
    expect(text).toContain('X'.repeat(19));
    expect(text).toContain(': sallyport response=masked\n\ndata: [DONE]');
  });

  it('is refused plainly while nothing was sent, and the upstream is aborted at once', async () => {
    upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${chatChunk(`${BLOCKED_WORD}. ${LONG}`)}\n\n`);
    });
    await expectFault(await post(true), 403);
    await upstream.requests.at(-1)?.closed;
  });

  it('ends as filtered where the block comes late, and the upstream is aborted at once', async () => {
    let goOn = (): void => undefined;
    upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${chatChunk(LONG)}\n\n`);
      response.write(`data: ${chatChunk(LONG)}\n\n`);
      goOn = () => void response.write(`data: ${chatChunk(` ${BLOCKED_WORD}. ${LONG.repeat(10)}`)}\n\n`);
    });
    const answer = await post(true);
    let text = '';
    for await (const bytes of answer.body ?? []) {
      if (text === '') goOn();
      text += Buffer.from(bytes).toString();
    }
    expect(text).toContain(LONG);
    expect(text).toContain('content_filter');
    expect(text).toContain(': sallyport response=blocked');
    expect(text).not.toContain(BLOCKED_WORD.slice(0, 4));
    await upstream.requests.at(-1)?.closed;
  });
});

describe('a client that leaves', () => {
  it.each([
    ['before the answer', () => undefined],
    ['in the answer', writeRaw(`${HEAD}Content-Length: 99\r\n\r\n{"a":`, () => undefined)],
    ['in the stream', writeRaw(`${SSE_HEAD}Transfer-Encoding: chunked\r\n\r\n`, () => undefined)],
  ] as readonly [string, UpstreamHandler][])(
    '%s ends the upstream within a second',
    async (_name, handler) => {
      const seen = gateway.lines().length;
      const leave = new AbortController();
      const reached = new Promise<void>((resolve) => {
        upstream.respond((request, response, socket) => {
          handler(request, response, socket);
          resolve();
        });
      });
      const answer = post(true, leave.signal);
      answer.catch(() => undefined);
      await reached;
      const startedMs = performance.now();
      leave.abort();
      await upstream.requests.at(-1)?.closed;
      // The time-outs of this gateway are 300 ms: the abort must be what ended it.
      expect(performance.now() - startedMs).toBeLessThan(250);
      expect((await gateway.line(seen)).outcome).toBe('client_abort');
    },
  );
});
