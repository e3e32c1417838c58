/** The remote scan service against a stand-in that misbehaves: every fault has one class and one reason. */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScanCall, ScanReply } from '../../../src/core/scan-service.ts';
import {
  createPrismaAirsService,
  type PrismaAirsOptions,
  type PrismaAirsService,
} from '../../../src/scan/prisma-airs.ts';
import {
  allow,
  inTurn,
  MISBEHAVIOURS,
  type Misbehaviour,
  refuse,
  type StandInAirs,
  startStandInAirs,
  verdictOf,
} from '../../support/stand-in-airs.ts';

let airs: StandInAirs;
let services: PrismaAirsService[] = [];

beforeEach(async () => {
  airs = await startStandInAirs();
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.close()));
  services = [];
  await airs.close();
});

const serviceWith = (options: Partial<PrismaAirsOptions> = {}): PrismaAirsService => {
  const service = createPrismaAirsService({
    endpoint: new URL(airs.origin),
    timeoutMs: 5000,
    answerBytesMax: 1_048_576,
    requestBytesMax: 2_000_000,
    holdbackChars: 256,
    trustPartial: false,
    once: false,
    now: () => performance.now(),
    ...options,
  });
  services.push(service);
  return service;
};

const callWith = (text: string, more: Partial<ScanCall> = {}): ScanCall => ({
  side: 'prompt',
  partial: false,
  request: {
    tr_id: 'tr-1',
    transaction_id: 'tr-1',
    session_id: 'session-1',
    ai_profile: { profile_name: 'default' },
    contents: [{ prompt: text }],
  },
  ...more,
});
const CALL = callWith('hello');

const classOf = (reply: ScanReply): string =>
  reply.outcome === 'answered' ? `answered ${reply.response.action}` : `${reply.failure}/${reply.reason}`;

const FAULTS: Readonly<Record<Misbehaviour, string>> = {
  hang: 'unavailable/timeout',
  'hang after headers': 'unavailable/timeout',
  'hang in an error': 'misconfigured/misconfigured',
  'slow drip': 'unavailable/timeout',
  'reset before headers': 'unavailable/unavailable',
  'reset after headers': 'unavailable/unavailable',
  'half a body': 'unavailable/unavailable',
  'half a chunked body': 'unavailable/unavailable',
  'not HTTP': 'unavailable/unavailable',
  'HTML with 200': 'invalid/invalid',
  'JSON as text/plain': 'invalid/invalid',
  'no content type': 'invalid/invalid',
  'empty body': 'invalid/invalid',
  'broken JSON': 'invalid/invalid',
  'JSON that is no object': 'invalid/invalid',
  'duplicate keys': 'invalid/invalid',
  'not UTF-8': 'invalid/invalid',
  'a byte order mark': 'invalid/invalid',
  'encoded unasked': 'invalid/invalid',
  'no action': 'invalid/invalid',
  'unknown action': 'invalid/invalid',
  alert: 'invalid/invalid',
  'action that is no string': 'invalid/invalid',
  'masked data that is no object': 'invalid/invalid',
  "another call's transaction_id": 'invalid/invalid',
  "another call's tr_id": 'invalid/invalid',
  'detectors out of time': 'unavailable/timeout',
  'detectors failed': 'unavailable/unavailable',
  'detector errors without flag': 'unavailable/unavailable',
  '202': 'invalid/invalid',
  '204': 'invalid/invalid',
  redirect: 'invalid/invalid',
  '400': 'invalid/invalid',
  '400 about the profile': 'misconfigured/misconfigured',
  '400 without default profile': 'misconfigured/misconfigured',
  '401': 'misconfigured/misconfigured',
  '403': 'misconfigured/misconfigured',
  '404': 'invalid/invalid',
  '413': 'invalid/invalid',
  '429': 'unavailable/unavailable',
  '429 at the root': 'unavailable/unavailable',
  '429 nested': 'unavailable/unavailable',
  '429 with header': 'unavailable/unavailable',
  '500': 'unavailable/unavailable',
  '503': 'unavailable/unavailable',
  '504': 'unavailable/unavailable',
  'huge answer': 'invalid/invalid',
};
const RETRIED: readonly string[] = ['503'];
const LATE = ['hang', 'hang after headers', 'hang in an error', 'slow drip'];

describe('a fault of the service', () => {
  it.each(Object.entries(MISBEHAVIOURS))('%s', async (name, answer) => {
    airs.answerWith(answer);
    const service = serviceWith(LATE.includes(name) ? { timeoutMs: 150 } : {});
    const reply = await service.scan(CALL);
    expect([name, classOf(reply)]).toEqual([name, Object.entries(FAULTS).find(([key]) => key === name)?.[1]]);
    expect(airs.calls).toHaveLength(RETRIED.includes(name) ? 2 : 1);
    if (reply.outcome === 'failed') expect(reply.note).not.toContain('hello');
  });

  it.each([
    ['429', undefined],
    ['429 at the root', 120],
    ['429 nested', 7],
    ['429 with header', 11],
  ] as const)('%s tells when to ask again: %s s', async (name, seconds) => {
    airs.answerWith(MISBEHAVIOURS[name]);
    expect(await serviceWith().scan(CALL)).toMatchObject({ outcome: 'failed' });
    const reply = await serviceWith().scan(CALL);
    expect(reply.outcome === 'failed' && reply.retryAfterSeconds).toBe(seconds);
  });

  it('nobody listening, and a name that does not resolve, are unavailable', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const address = free.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => free.close(resolve));
    for (const endpoint of [`http://127.0.0.1:${port}`, 'http://scan.invalid']) {
      const reply = await serviceWith({ endpoint: new URL(endpoint) }).scan(CALL);
      expect(classOf(reply)).toBe('unavailable/unavailable');
    }
  });

  it('plain HTTP where TLS is expected is unavailable', async () => {
    const endpoint = new URL(airs.origin.replace('http:', 'https:'));
    expect(classOf(await serviceWith({ endpoint }).scan(CALL))).toBe('unavailable/unavailable');
  });

  it('notes tell what to mend, without the key', async () => {
    const key = randomBytes(16).toString('hex');
    airs.answerWith(MISBEHAVIOURS['401']);
    const reply = await serviceWith({ key }).scan(CALL);
    expect(reply.outcome === 'failed' && reply.note).toContain('PANW_AI_SEC_API_KEY');
    expect(JSON.stringify(reply)).not.toContain(key);
  });
});

describe('an answer', () => {
  it('is judged by its action alone', async () => {
    airs.answerWith((call) => ({ ...allow(call), category: 'malicious', prompt_detected: { dlp: true } }));
    expect(classOf(await serviceWith().scan(CALL))).toBe('answered allow');
    airs.answerWith((call) => ({ ...allow(call), category: 'benign', action: 'block' }));
    expect(classOf(await serviceWith().scan(CALL))).toBe('answered block');
  });
  it('with a block stands although detectors failed', async () => {
    airs.answerWith((call) => ({ ...allow(call), action: 'block', error: true, timeout: true }));
    expect(classOf(await serviceWith().scan(CALL))).toBe('answered block');
  });
  it('that is partial is trusted where the operator says so', async () => {
    airs.answerWith(MISBEHAVIOURS['detectors out of time']);
    expect(classOf(await serviceWith({ trustPartial: true }).scan(CALL))).toBe('answered allow');
  });
  it.each([
    ['our session in tr_id', { transaction_id: undefined, tr_id: 'session-1' }],
    ['our tr_id', { transaction_id: undefined, tr_id: 'tr-1' }],
    ['no ids at all', { transaction_id: undefined, tr_id: undefined, session_id: undefined }],
    ['nulls and a foreign tr_id beside our transaction_id', { session_id: null, tr_id: 'mirror' }],
  ])('with %s is ours', async (_name, ids) => {
    airs.answerWith((call) => ({ ...allow(call), ...ids }));
    expect(classOf(await serviceWith().scan(CALL))).toBe('answered allow');
  });
  it.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'of content type %s is read',
    async (type) => {
      airs.answerWith((call) => {
        call.response.writeHead(200, { 'content-type': type });
        call.response.end(JSON.stringify(allow(call)));
      });
      expect(classOf(await serviceWith().scan(CALL))).toBe('answered allow');
    },
  );
  it('of exactly the byte limit is read, one more is not', async () => {
    airs.answerWith((call) => {
      const body = JSON.stringify({ ...allow(call), transaction_id: 'tr-1' });
      call.response.writeHead(200, { 'content-type': 'application/json' });
      call.response.end(body + ' '.repeat(4096 - body.length));
    });
    expect(classOf(await serviceWith({ answerBytesMax: 4096 }).scan(CALL))).toBe('answered allow');
    expect(classOf(await serviceWith({ answerBytesMax: 4095 }).scan(CALL))).toBe('invalid/invalid');
  });
});

describe('a request', () => {
  it('carries the credentials, the payload hash and our ids', async () => {
    const key = randomBytes(16).toString('hex');
    const token = randomBytes(16).toString('hex');
    await serviceWith({ key, token, endpoint: new URL(`${airs.origin}/base/`) }).scan(CALL);
    const [call] = airs.calls;
    expect(call?.path).toBe('/base/v1/scan/sync/request');
    expect(call?.headers).toMatchObject({
      'x-pan-token': key,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'x-payload-hash': createHmac('sha256', key)
        .update(call?.raw ?? '')
        .digest('hex'),
    });
    expect(call?.body).toEqual(CALL.request);
  });
  it('has no payload hash and no token without a key', async () => {
    await serviceWith({ token: 'bearer-only' }).scan(CALL);
    expect(airs.calls[0]?.headers).not.toHaveProperty('x-payload-hash');
    expect(airs.calls[0]?.headers).not.toHaveProperty('x-pan-token');
  });
  it('goes over one kept connection after the other', async () => {
    const service = serviceWith({ connectionsMax: 1 });
    for (let turn = 0; turn < 5; turn += 1) await service.scan(CALL);
    expect(new Set(airs.calls.map((call) => call.connection))).toEqual(new Set([1]));
  });
  it('uses no more connections than set', async () => {
    const service = serviceWith({ connectionsMax: 3 });
    await Promise.all(Array.from({ length: 12 }, () => service.scan(CALL)));
    expect(new Set(airs.calls.map((call) => call.connection)).size).toBeLessThanOrEqual(3);
  });
});

describe('a retry', () => {
  it('follows a 503, once', async () => {
    airs.answerWith(inTurn(refuse(503, {}), verdictOf));
    expect(classOf(await serviceWith().scan(CALL))).toBe('answered allow');
    expect(airs.calls).toHaveLength(2);
  });
  it('follows a kept connection that the service had closed', async () => {
    const service = serviceWith({ connectionsMax: 1 });
    await service.scan(CALL);
    airs.answerWith(inTurn(MISBEHAVIOURS['reset before headers'], verdictOf));
    expect(classOf(await service.scan(CALL))).toBe('answered allow');
    expect(airs.calls).toHaveLength(3);
  });
  it('does not follow a reset of a kept connection in the answer', async () => {
    const service = serviceWith({ connectionsMax: 1 });
    await service.scan(CALL);
    airs.answerWith(inTurn(MISBEHAVIOURS['half a body'], verdictOf));
    expect(classOf(await service.scan(CALL))).toBe('unavailable/unavailable');
    expect(airs.calls).toHaveLength(2);
  });
  it('waits as long as the service says, and not at all where the deadline is nearer', async () => {
    airs.answerWith(inTurn(refuse(503, {}, { 'retry-after': '3' }), verdictOf));
    const reply = await serviceWith({ timeoutMs: 2000 }).scan(CALL);
    expect(reply).toMatchObject({ failure: 'unavailable', retryAfterSeconds: 3 });
    expect(airs.calls).toHaveLength(1);
  });
  it('shares the deadline with the first attempt', async () => {
    airs.answerWith(inTurn(refuse(503, {}), MISBEHAVIOURS.hang));
    const started = performance.now();
    const reply = await serviceWith({ timeoutMs: 200 }).scan(CALL);
    expect(classOf(reply)).toBe('unavailable/timeout');
    expect(performance.now() - started).toBeLessThan(1000);
    expect(airs.calls).toHaveLength(2);
  });
  it('has a budget', async () => {
    airs.answerWith(refuse(503, {}));
    const breaker = { failuresInRow: 1000, callsMin: 200, windowMs: 1, probeMs: 1000 };
    const service = serviceWith({ breaker, now: () => 1 });
    for (let turn = 0; turn < 30; turn += 1) await service.scan(CALL);
    expect(airs.calls).toHaveLength(40);
  });
});

describe('the breaker', () => {
  it('opens after five failures, asks nothing while open, and closes after a probe', async () => {
    let now = 0;
    const service = serviceWith({ now: () => now });
    airs.answerWith(refuse(500, {}));
    for (let turn = 0; turn < 5; turn += 1) await service.scan(CALL);
    const reply = await service.scan(CALL);
    expect(reply).toMatchObject({ failure: 'unavailable', reason: 'unavailable', retryAfterSeconds: 5 });
    expect(airs.calls).toHaveLength(5);
    airs.answerWith(verdictOf);
    now = 5000;
    const both = await Promise.all([service.scan(CALL), service.scan(CALL)]);
    expect(both.map(classOf)).toEqual(['answered allow', 'unavailable/unavailable']);
    expect(classOf(await service.scan(CALL))).toBe('answered allow');
  });
  it.each(['HTML with 200', '401', 'alert', 'detectors failed'] as const)(
    'stays closed on %s: an open one may be let through, that never',
    async (name) => {
      const service = serviceWith();
      airs.answerWith(MISBEHAVIOURS[name]);
      for (let turn = 0; turn < 8; turn += 1) await service.scan(CALL);
      expect(airs.calls).toHaveLength(8);
    },
  );
});

describe('a client that leaves', () => {
  it('ends the call at once, and never as unavailable', async () => {
    airs.answerWith(() => {
      leaving.abort();
    });
    const leaving = new AbortController();
    const reply = await serviceWith().scan({ ...CALL, signal: leaving.signal });
    expect(classOf(reply)).toBe('invalid/invalid');
  });
  it('before the call is not asked about', async () => {
    expect(classOf(await serviceWith().scan({ ...CALL, signal: AbortSignal.abort() }))).toBe(
      'invalid/invalid',
    );
    expect(airs.calls).toHaveLength(0);
  });
  it('does not count as a failure of the service', async () => {
    const service = serviceWith();
    for (let turn = 0; turn < 6; turn += 1) {
      const leaving = new AbortController();
      airs.answerWith(() => leaving.abort());
      await service.scan({ ...CALL, signal: leaving.signal });
    }
    airs.answerWith(verdictOf);
    expect(classOf(await service.scan(CALL))).toBe('answered allow');
  });
});

describe('opaque strings', () => {
  it('are judged after the text and cut off the masked data', async () => {
    const reply = await serviceWith().scan(callWith('code 123456', { opaque: 'sig/abc' }));
    expect(airs.calls[0]?.body.contents.at(-1)?.prompt).toBe('code 123456\nsig/abc');
    expect(reply).toMatchObject({
      response: { action: 'allow', prompt_masked_data: { data: 'code XXXXXX' } },
    });
  });
  it('that were masked make it a block without masked data', async () => {
    const reply = await serviceWith().scan(callWith('hello', { opaque: 'sig 123456' }));
    expect(reply).toMatchObject({ response: { action: 'block', prompt_detected: { dlp: true } } });
    expect(reply.outcome === 'answered' && reply.response.prompt_masked_data).toBeUndefined();
  });
  it('over the byte limit are judged in requests of their own, and all must allow', async () => {
    const opaque = `${'a'.repeat(300_000)} BLOCK-ME`;
    const reply = await serviceWith({ requestBytesMax: 200_000 }).scan(callWith('hello', { opaque }));
    expect(classOf(reply)).toBe('answered block');
    expect(airs.calls.length).toBeGreaterThan(2);
    for (const call of airs.calls) expect(call.raw.length).toBeLessThan(200_000);
  });
});

describe('a growing text', () => {
  it.each([
    [300, 44],
    [100, 0],
  ])('of %i characters is final up to %i', async (chars, openFrom) => {
    const reply = await serviceWith().scan(callWith('x'.repeat(chars), { partial: true }));
    expect(reply).toMatchObject({ outcome: 'answered', openFrom });
  });
  it('is never final within a character', async () => {
    const text = `${'x'.repeat(10)}😀${'x'.repeat(255)}`;
    const reply = await serviceWith().scan(callWith(text, { partial: true }));
    expect(reply).toMatchObject({ openFrom: 10 });
  });
});
