/** The listener's own life: orderly end, refusal shape, keep-alive after early answers, and what the log holds. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../support/raw-http.ts';
import {
  chatAnswer,
  chatStream,
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
} from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BLOCKED_WORD } from '../support/word-scan-service.ts';

let upstream: RecordingUpstream;
let gateway: TestGateway;

beforeEach(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url, { onBlock: 'refusal' });
});

afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

const post = (
  content: string,
  more: Record<string, unknown> = {},
  path = '/v1/chat/completions',
): Promise<Response> =>
  fetch(gateway.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], ...more }),
  });

describe('closing', () => {
  it('lets an open exchange finish and takes no new ones', async () => {
    let release = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      upstream.respond((request, response, socket) => {
        release = () => chatAnswer('Late but whole.')(request, response, socket);
        resolve();
      });
    });
    const open = post('hi');
    await reached;
    expect(gateway.gateway.openExchanges).toBe(1);
    const closed = gateway.gateway.close();
    await expect(post('new')).rejects.toThrow();
    release();
    expect(await (await open).text()).toContain('Late but whole.');
    await closed;
    expect(gateway.gateway.openExchanges).toBe(0);
  });

  it('ends what is still open after its time', async () => {
    const late = await startTestGateway(upstream.url, {
      timeouts: { connectMs: 500, headersMs: 5000, idleMs: 5000, requestBodyMs: 2000, drainMs: 50 },
    });
    const reached = new Promise<void>((resolve) => upstream.respond(() => resolve()));
    const open = fetch(`${late.origin}/v1/models`);
    open.catch(() => undefined);
    await reached;
    await late.close();
    await expect(open).rejects.toThrow();
  });
});

describe('onBlock: refusal', () => {
  it('answers 200 in the protocol’s own refusal, on both sides', async () => {
    const prompt = await post(BLOCKED_WORD);
    expect(prompt.status).toBe(200);
    expect(await prompt.json()).toMatchObject({ choices: [{ finish_reason: 'content_filter' }] });
    expect(prompt.headers.get('x-sallyport-scan')).toBe('prompt=blocked, response=none');
    upstream.respond(chatAnswer(BLOCKED_WORD));
    const answer = await post('hi');
    expect(await answer.json()).toMatchObject({ choices: [{ finish_reason: 'content_filter' }] });
    expect(answer.headers.get('x-sallyport-scan')).toBe('prompt=scanned, response=blocked');
  });

  it('answers a stream as a stream', async () => {
    const prompt = await post(BLOCKED_WORD, { stream: true });
    expect(prompt.headers.get('content-type')).toContain('text/event-stream');
    expect(await prompt.text()).toMatch(/content_filter[\s\S]*\[DONE\]/);
    upstream.respond(streamAnswer(chatStream([BLOCKED_WORD])));
    const answer = await post('hi', { stream: true });
    expect(await answer.text()).toMatch(/content_filter[\s\S]*\[DONE\]/);
  });

  it('stays a 403 where the operation has no refusal', async () => {
    expect((await post(BLOCKED_WORD, {}, '/v1/messages/count_tokens')).status).toBe(403);
  });
});

describe('an early answer', () => {
  it('leaves the connection in step: the body is read away, the next request is answered', async () => {
    const body = 'x'.repeat(40_000);
    const first = `POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const second = 'GET /also-nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const answer = await sendRaw(gateway.port, first + second);
    expect(answer.raw.match(/HTTP\/1\.1 404/g)).toHaveLength(2);
  });

  it('is given before a huge body was sent', async () => {
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    const answer = await sendRaw(gateway.port, `${head}Content-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`);
    expect(answer.status).toBe(413);
  });

  it('comes when a body does not arrive in time', async () => {
    const slow = await startTestGateway(upstream.url, {
      timeouts: { connectMs: 500, headersMs: 500, idleMs: 500, requestBodyMs: 50, drainMs: 50 },
    });
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    const answer = await sendRaw(slow.port, `${head}Content-Length: 20\r\n\r\n{"a":`);
    expect(answer.status).toBe(408);
    expect(answer.headers['x-sallyport-tr-id']).toMatch(/^sp_/);
    await slow.close();
  });
});

describe('a client that does not read', () => {
  it('is given up in time', async () => {
    const impatient = await startTestGateway(upstream.url, {
      limits: { responseBytes: 33_554_432 },
      timeouts: { clientIdleMs: 100, drainMs: 50 },
    });
    upstream.respond(chatAnswer('x'.repeat(20_000_000)));
    const socket = connect(impatient.port, '127.0.0.1');
    const body = '{"model":"m","messages":[{"role":"user","content":"x"}]}';
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
    expect((await impatient.line(0)).outcome).toBe('client_abort');
    socket.destroy();
    await impatient.close();
  });
});

describe('a client that does not read what passes unread', () => {
  it('is given up in time too, and so is its upstream', async () => {
    const impatient = await startTestGateway(upstream.url, {
      timeouts: { clientIdleMs: 100, idleMs: 60_000, drainMs: 50 },
    });
    upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.alloc(50_000_000, 32));
    });
    const socket = connect(impatient.port, '127.0.0.1');
    socket.pause();
    socket.on('error', () => undefined);
    socket.write('GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n');
    expect((await impatient.line(0)).outcome).toBe('client_abort');
    await upstream.requests.at(-1)?.closed;
    socket.destroy();
    await impatient.close();
  });
});

describe('the log', () => {
  it('has one line an exchange with both sides, and nothing of what was said', async () => {
    const secret = randomBytes(12).toString('hex');
    upstream.respond(chatAnswer(`answer ${secret}`));
    await fetch(`${gateway.origin}/v1/chat/completions?trace=${secret}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${secret}`,
        'x-custom': secret,
        'x-session-id': `s-${secret}`,
        'x-request-id': 'client-7',
      },
      body: JSON.stringify({
        model: secret,
        user: secret,
        messages: [{ role: 'user', content: secret }],
        [secret]: 1,
      }),
    });
    await fetch(`${gateway.origin}/v1/models/${secret}`);
    await fetch(`${gateway.origin}/${secret}`);
    upstream.respond((_request, _response, socket) => socket.resetAndDestroy());
    await post(secret);
    const line = await gateway.line(0);
    await gateway.line(3);
    expect(gateway.lines()).toHaveLength(4);
    expect(line).toMatchObject({
      request_id: 'client-7',
      session: true,
      upstream: 'main',
      operation: 'openai-chat.create',
      method: 'POST',
      route: '/v1/chat/completions',
      status: 200,
      upstream_status: 200,
      prompt: 'scanned',
      response: 'scanned',
      outcome: 'ok',
    });
    expect(line.tr_id).toMatch(/^sp_/);
    expect(gateway.logText()).not.toContain(secret);
    expect(gateway.logText()).not.toContain(upstream.url.port);
    expect((await gateway.line(1)).route).toBe('/v1/models/{id}');
  });

  it('keeps one tr_id over both sides, never the client’s', async () => {
    const answer = await fetch(`${gateway.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': 'sp_mine',
        'x-sallyport-tr-id': 'sp_mine',
      },
      body: '{"model":"m","messages":[{"role":"user","content":"x"}]}',
    });
    const trId = answer.headers.get('x-sallyport-tr-id');
    expect(trId).not.toBe('sp_mine');
    const ids = gateway.service.calls.map((call) => call.request.tr_id);
    expect(ids).toEqual([trId, trId]);
    expect((await gateway.line(0)).tr_id).toBe(trId);
  });
});
