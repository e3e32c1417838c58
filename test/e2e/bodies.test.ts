/** Request bodies on the wire: what is scanned is what is forwarded, byte for byte (THREATS 2.2). */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chatAnswer, type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BLOCKED_WORD, CARD } from '../support/word-scan-service.ts';

let upstream: RecordingUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url);
});

beforeEach(() => upstream.respond(chatAnswer('Fine.')));

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const post = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });

const chat = (content: string): string =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] });

const expectRefused = async (answer: Response, status: number): Promise<void> => {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('x-sallyport-scan')).toBe('prompt=unscanned;reason=uninspectable, response=none');
  await answer.text();
};

describe('forwarded bytes', () => {
  it('are those that came: white space, numbers, key order and escapes as written', async () => {
    const body =
      ' {\n\t"messages" : [ {"content":"caf\\u00e9 \\ud83d\\ude00 \\/ é", "role":"user"} ],\r\n' +
      '"temperature":1.0e-0, "seed":12345678901234567890, "top_p":1E+0, "model":"m", "__proto__":{"a":1}, "x":-0}\n';
    expect((await post(body)).status).toBe(200);
    expect(upstream.requests.at(-1)?.body.toString()).toBe(body);
  });

  it('differ in the masked characters alone', async () => {
    const around = [
      '{ "messages":[{"role":"user","content":"\\u0061 ',
      ' \\u00e9"}],  "model":"m", "n":1.0}',
    ];
    const answer = await post(around.join(CARD));
    expect(answer.headers.get('x-sallyport-scan')).toBe('prompt=masked, response=scanned');
    expect(upstream.requests.at(-1)?.body.toString()).toBe(around.join('X'.repeat(CARD.length)));
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity, gzip', gzipSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('are decoded from %s, and the header goes', async (coding, encode) => {
    const body = chat('a coded body');
    expect((await post(encode(body), { 'content-encoding': coding })).status).toBe(200);
    const sent = upstream.requests.at(-1);
    expect(sent?.body.toString()).toBe(body);
    expect(sent?.headers['content-encoding']).toBeUndefined();
  });

  it('are judged decoded', async () => {
    const answer = await post(gzipSync(chat(BLOCKED_WORD)), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(403);
  });
});

describe('refused bodies', () => {
  const text = chat('hi');
  const gzip = gzipSync(text);

  it.each([
    ['two codings', 'gzip, gzip', gzipSync(gzip), 415],
    ['an unknown coding', 'compress', Buffer.from(text), 415],
    ['raw deflate', 'deflate', deflateRawSync(text), 400],
    ['a second gzip member', 'gzip', Buffer.concat([gzip, gzip]), 400],
    ['zeros after a gzip member', 'gzip', Buffer.concat([gzip, Buffer.alloc(4)]), 400],
    ['a damaged gzip checksum', 'gzip', Buffer.concat([gzip.subarray(0, -8), Buffer.alloc(8)]), 400],
    ['a second zstd frame', 'zstd', Buffer.concat([zstdCompressSync(text), zstdCompressSync(text)]), 400],
    ['bytes after brotli', 'br', Buffer.concat([brotliCompressSync(text), Buffer.from('x')]), 400],
    ['bytes after deflate', 'deflate', Buffer.concat([deflateSync(text), Buffer.from('x')]), 400],
    ['a cut gzip body', 'gzip', gzip.subarray(0, -4), 400],
    ['a cut zstd body', 'zstd', zstdCompressSync(text).subarray(0, -1), 400],
    ['a bomb', 'gzip', gzipSync(Buffer.alloc(10_000_000, 32)), 413],
    ['a small body over the ratio', 'br', brotliCompressSync(Buffer.alloc(60_000, 32)), 413],
  ])('%s', async (_name, coding, body, status) => {
    const before = upstream.requests.length;
    await expectRefused(await post(body, { 'content-encoding': coding }), status);
    expect(upstream.requests.length).toBe(before);
  });

  it.each([
    ['text/plain', 415],
    ['application/problem+json', 415],
    ['text/json', 415],
    ['application/jsonx', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=utf-8; charset=utf-16', 415],
    ['application/json; charset=ibm037', 415],
    ['APPLICATION/JSON; Charset="UTF-8"', 200],
    ['application/json;charset=utf-8', 200],
  ])('%s is %i', async (type, status) => {
    expect((await post(text, { 'content-type': type })).status).toBe(status);
  });

  it.each([
    ['invalid UTF-8', Buffer.from([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')])],
    ['an overlong character', Buffer.from([...Buffer.from('{"a":"'), 0xc0, 0xaf, ...Buffer.from('"}')])],
    ['a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['a lone surrogate', Buffer.from('{"model":"m","messages":[{"role":"user","content":"\\ud800"}]}')],
    ['a repeated key', Buffer.from('{"model":"m","messages":[],"messages":[{"role":"user","content":"x"}]}')],
    ['a repeated key, escaped', Buffer.from('{"model":"m","messages":[],"\\u006dessages":[]}')],
    ['NaN', Buffer.from('{"a":NaN}')],
    ['a comment', Buffer.from('{}//')],
    ['two documents', Buffer.from(`${text}${text}`)],
    ['nothing', Buffer.from('')],
    ['65 levels', Buffer.from(`${'['.repeat(65)}${']'.repeat(65)}`)],
    ['a list', Buffer.from('[]')],
  ])('%s is 400', async (_name, body) => {
    await expectRefused(await post(body), 400);
  });

  it('the bound is the last byte', async () => {
    const over = chat('x'.repeat(65_536 - chat('').length + 1));
    expect((await post(over.slice(0, -1).replace(/x"}]$/, '"}]}'))).status).toBe(200);
    await expectRefused(await post(over), 413);
  });

  it('binary parts and state of the upstream', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: [image] }] });
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('image');
  });
});
