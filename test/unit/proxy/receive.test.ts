/** A request's body is read strictly: each way in which it can be wrong has its own refusal (DESIGN §4.2). */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import type { RequestHead } from '../../../src/proxy/edge.ts';
import {
  announcedBytes,
  hasBody,
  isJsonType,
  type ReceivedBody,
  type ReceiveLimits,
  receiveBody,
} from '../../../src/proxy/receive.ts';

afterEach(() => {
  vi.useRealTimers();
});

const LIMITS: ReceiveLimits = {
  bodyBytes: 100,
  decodedRatio: 50,
  requestBodyMs: 1000,
  json: { depthMax: 3, keysMax: 5 },
};
const HEAD: RequestHead = { path: '/', query: '', queryTexts: [], expectsContinue: false };

type Headers = Readonly<Record<string, string>>;

const requestOf = (headers: Headers, ...chunks: readonly (string | Buffer)[]): IncomingMessage => {
  const request = new IncomingMessage(new Socket());
  request.headers = { 'content-type': 'application/json', ...headers };
  for (const chunk of chunks) request.push(chunk);
  return request;
};

interface Received {
  readonly body?: ReceivedBody;
  readonly reason?: unknown;
  readonly charged: readonly number[];
  readonly continued: number;
}

async function receive(
  request: IncomingMessage,
  options: { readonly head?: Partial<RequestHead>; readonly charge?: (bytes: number) => void } = {},
): Promise<Received> {
  const charged: number[] = [];
  let continued = 0;
  const writeContinue = (): void => {
    continued += 1;
  };
  const response = Object.assign(new ServerResponse(request), { writeContinue });
  const charge = options.charge ?? ((bytes: number) => charged.push(bytes));
  try {
    const body = await receiveBody(request, response, { ...HEAD, ...options.head }, LIMITS, {
      charge,
      step: () => undefined,
    });
    return { body, charged, continued };
  } catch (reason) {
    return { reason, charged, continued };
  }
}

const whole = (headers: Headers, ...chunks: readonly (string | Buffer)[]): IncomingMessage => {
  const request = requestOf(headers, ...chunks);
  request.push(null);
  return request;
};

describe('the content type', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json \t; \tcharset="UTF-8" \t',
  ])('«%s» is JSON', (type) => {
    expect(isJsonType(type)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'text/plain',
    'application/jsonl',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json, application/json',
    'x application/json',
    'application/json;charset="utf-8',
  ])('«%s» is refused unread', async (type) => {
    expect(isJsonType(type)).toBe(false);
    const request = whole({}, '{}');
    request.headers['content-type'] = type;
    expect((await receive(request)).reason).toMatchObject({ code: 'unsupported_media_type' });
  });
});

describe('the framing', () => {
  it.each([
    [{}, false],
    [{ 'content-length': '0' }, false],
    [{ 'content-length': '1' }, true],
    [{ 'transfer-encoding': 'chunked' }, true],
  ])('%j announces a body: %s', (headers, announced) => {
    expect(hasBody(requestOf(headers))).toBe(announced);
  });

  it.each([
    [{}, 0],
    [{ 'content-length': '7' }, 7],
    [{ 'content-length': '7000' }, 100],
  ])('%j announces %d bytes', (headers, bytes) => {
    expect(announcedBytes(requestOf(headers), LIMITS)).toBe(bytes);
  });
});

describe('a body', () => {
  it('is handed on as bytes, text and tree', async () => {
    const text = '{"é":1.0}';
    const { body, charged, continued } = await receive(
      whole({ 'content-length': '10' }, '{"', Buffer.from('é":1.0}')),
    );
    expect(body).toMatchObject({ text, wireBytes: 10, wasCoded: false, json: { type: 'object' } });
    expect(body?.bytes.toString()).toBe(text);
    expect([charged, continued]).toEqual([[], 0]);
  });

  it('in chunks is charged as it comes', async () => {
    const { body, charged } = await receive(whole({ 'transfer-encoding': 'chunked' }, '{"a"', ':1}'));
    expect([body?.text, charged]).toEqual(['{"a":1}', [4, 3]]);
  });

  it('in a coding is decoded, and charged for what it becomes', async () => {
    const coded = gzipSync('{"a":1}');
    const headers = { 'content-encoding': 'gzip', 'content-length': `${coded.length}` };
    const { body, charged } = await receive(whole(headers, coded));
    expect(body).toMatchObject({ text: '{"a":1}', wireBytes: coded.length, wasCoded: true });
    expect(charged).toEqual([7]);
  });

  it('of just the limit passes', async () => {
    const text = `"${'a'.repeat(98)}"`;
    expect((await receive(whole({ 'content-length': '100' }, text))).body?.text).toBe(text);
  });

  it('is asked for where the client waits, once nothing speaks against it', async () => {
    const head = { expectsContinue: true };
    expect((await receive(whole({ 'content-length': '2' }, '{}'), { head })).continued).toBe(1);
    expect((await receive(whole({ 'content-length': '101' }), { head })).continued).toBe(0);
    expect((await receive(whole({ 'content-encoding': 'lzma' }), { head })).continued).toBe(0);
  });
});

describe('a body is refused', () => {
  const tooLarge = { code: 'body_too_large', status: 413, detail: 'The limit is 100 bytes.' };

  it.each([
    ['by its announced size', { 'content-length': '101' }, []],
    ['by its size', {}, ['"', 'a'.repeat(99), '"']],
    ['by its decoded size', { 'content-encoding': 'gzip' }, [gzipSync(`"${'a'.repeat(99)}"`)]],
  ])('%s', async (_why, headers: Headers, chunks) => {
    expect((await receive(whole(headers, ...chunks))).reason).toMatchObject(tooLarge);
  });

  it.each(['lzma', 'gzip, gzip'])('in the coding %s', async (coding) => {
    const { reason } = await receive(whole({ 'content-encoding': coding }, '{}'));
    expect(reason).toMatchObject({ code: 'unsupported_encoding', cause: { fault: 'unknown' } });
  });

  it('where its coding is broken', async () => {
    const { reason } = await receive(whole({ 'content-encoding': 'gzip' }, '{}'));
    expect(reason).toMatchObject({ code: 'bad_encoding', cause: { fault: 'broken' } });
  });

  it.each([
    ['a byte order mark', Buffer.from('\ufeff{}'), 'bad_utf8'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'bad_utf8'],
    ['a character that begins as such a mark does', Buffer.from('\ufec0'), 'bad_json'],
    ['one that ends as such a mark does', Buffer.from('\u3eff'), 'bad_json'],
    ['one with another middle', Buffer.from('\ufabf'), 'bad_json'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 'bad_json'],
  ])('for %s', async (_what, bytes, code) => {
    expect((await receive(whole({}, bytes))).reason).toMatchObject({ code });
  });

  it.each([
    ['{"a"}', 'syntax at offset 4'],
    ['{"a":1,"a":1}', 'duplicate key at offset 7'],
    ['[[[[1]]]]', 'too deep at offset 3'],
    ['{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}', 'too many keys at offset 31'],
  ])('for its JSON %s, with the place and no word of it', async (text, found) => {
    const { reason } = await receive(whole({}, text));
    expect(reason).toMatchObject({ code: 'bad_json', status: 400, detail: `Found: ${found}.` });
    expect(reason).toHaveProperty('cause.name', 'JsonError');
  });

  it('where it does not come in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const received = receive(requestOf({ 'content-length': '9' }, '{'));
    await vi.advanceTimersByTimeAsync(1000);
    expect((await received).reason).toMatchObject({
      code: 'body_timeout',
      status: 408,
      cause: { fault: 'timeout' },
    });
  });

  it('where there is no room for it, coded or not', async () => {
    const full = new GatewayError('overloaded');
    const charge = (): never => {
      throw full;
    };
    expect((await receive(whole({}, '{}'), { charge })).reason).toBe(full);
    const coded = gzipSync('{}');
    const headers = { 'content-encoding': 'gzip', 'content-length': `${coded.length}` };
    expect((await receive(whole(headers, coded), { charge })).reason).toBe(full);
  });

  it('as cut where the client left', async () => {
    const request = requestOf({}, '{');
    const received = receive(request);
    request.destroy();
    expect((await received).reason).toMatchObject({ name: 'BodyError', fault: 'cut' });
  });
});
