/** Gateway keys: who may call, which upstream and policy a key stands for, and that no key leaks (DESIGN §14). */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chatAnswer,
  chatStream,
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
} from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BLOCKED_WORD } from '../support/word-scan-service.ts';

const newKey = (): string => `k-${randomBytes(16).toString('hex')}`;
const APP_KEY = newKey();
const OTHER_KEY = newKey();
const SLOW_KEY = newKey();
const HELD_KEY = newKey();

let upstream: RecordingUpstream;
let gateway: TestGateway;
let nowMs = 0;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url, {
    upstreams: [
      { name: 'main', mount: '/', url: upstream.url, profile: 'of-upstream' },
      { name: 'held', mount: '/held', url: upstream.url, apiKey: HELD_KEY },
    ],
    clients: [
      { name: 'app', key: APP_KEY, profile: 'of-client' },
      {
        name: 'other',
        keyHash: `sha256:${createHash('sha256').update(OTHER_KEY).digest('hex')}`,
        upstreams: ['held'],
      },
      { name: 'slow', key: SLOW_KEY, requestsPerMinute: 2 },
    ],
    clock: { monotonicMs: () => nowMs, unixMs: () => 0 },
  });
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const call = (headers: Record<string, string>, path = '/v1/chat/completions'): Promise<Response> =>
  fetch(gateway.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"model":"m","messages":[{"role":"user","content":"x"}]}',
  });

describe('a gateway key', () => {
  it('is asked for before anything is said about routes', async () => {
    expect((await call({})).status).toBe(401);
    expect((await call({}, '/nowhere')).status).toBe(401);
    expect((await call({ 'x-sallyport-key': newKey() })).status).toBe(401);
    expect((await call({ 'x-sallyport-key': '' })).status).toBe(401);
    expect((await call({ 'x-sallyport-key': "' OR '1'='1" })).status).toBe(401);
    expect((await call({ 'x-sallyport-key': APP_KEY }, '/nowhere')).status).toBe(404);
  });

  it('chooses the profile, and goes no further', async () => {
    const answer = await call({ 'x-sallyport-key': APP_KEY, authorization: 'Bearer of-the-client' });
    expect(answer.status).toBe(200);
    expect(upstream.requests.at(-1)?.headers.authorization).toBe('Bearer of-the-client');
    expect(JSON.stringify(upstream.requests.at(-1)?.rawHeaders)).not.toContain(APP_KEY);
    expect(gateway.service.calls.at(-1)?.request.ai_profile).toMatchObject({ profile_name: 'of-client' });
    expect(gateway.service.calls.at(-1)?.request.metadata).toMatchObject({
      app_name: 'app',
      user_ip: '127.0.0.1',
    });
  });

  it('does not count as a bearer where the client brings the upstream’s key', async () => {
    expect((await call({ authorization: `Bearer ${APP_KEY}` })).status).toBe(401);
  });

  it('that was also sent as bearer never reaches the upstream', async () => {
    await call({ 'x-sallyport-key': APP_KEY, authorization: `Bearer ${APP_KEY}` });
    expect(upstream.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('counts as bearer or x-api-key where the gateway holds the upstream’s key, which replaces it', async () => {
    for (const headers of [{ authorization: `Bearer ${APP_KEY}` }, { 'x-api-key': APP_KEY }]) {
      expect((await call(headers, '/held/v1/chat/completions')).status).toBe(200);
      const sent = upstream.requests.at(-1);
      expect(sent?.headers.authorization).toBe(`Bearer ${HELD_KEY}`);
      expect(sent?.headers['x-api-key']).toBeUndefined();
      expect(sent?.target).toBe('/v1/chat/completions');
    }
  });

  it('must be right in every header that holds one', async () => {
    const path = '/held/v1/chat/completions';
    const both = { 'x-sallyport-key': APP_KEY, authorization: `Bearer ${APP_KEY}` };
    expect((await call(both, path)).status).toBe(200);
    expect((await call({ ...both, authorization: `Bearer ${newKey()}` }, path)).status).toBe(401);
    expect((await call({ ...both, authorization: `Bearer ${OTHER_KEY}` }, path)).status).toBe(401);
    expect((await call({ ...both, 'x-sallyport-key': newKey() }, path)).status).toBe(401);
  });

  it('may be given as a hash, and is bound to its upstreams', async () => {
    expect((await call({ 'x-sallyport-key': OTHER_KEY }, '/held/v1/chat/completions')).status).toBe(200);
    expect((await call({ 'x-sallyport-key': OTHER_KEY })).status).toBe(403);
  });

  it('has so many requests a minute, and is told when to come again', async () => {
    nowMs = 1_000_000;
    expect((await call({ 'x-sallyport-key': SLOW_KEY })).status).toBe(200);
    nowMs += 20_000;
    expect((await call({ 'x-sallyport-key': SLOW_KEY })).status).toBe(200);
    nowMs += 10_000;
    const limited = await call({ 'x-sallyport-key': SLOW_KEY });
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('30');
    nowMs += 30_000;
    expect((await call({ 'x-sallyport-key': SLOW_KEY })).status).toBe(200);
    expect((await call({ 'x-sallyport-key': SLOW_KEY })).status).toBe(429);
  });

  it('of the upstream is not shown where an upstream quotes it', async () => {
    upstream.respond((request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `Wrong: ${request.headers.authorization}` } }));
    });
    const answer = await call({ 'x-sallyport-key': APP_KEY }, '/held/v1/chat/completions');
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain(HELD_KEY);
  });

  it('stands nowhere in the log', () => {
    const text = gateway.logText();
    for (const key of [APP_KEY, OTHER_KEY, SLOW_KEY, HELD_KEY]) expect(text).not.toContain(key);
  });
});

describe('a gateway key in the wrong place', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  it.each([
    ['authorization', (key: string) => `Bearer ${key}`],
    ['authorization', (key: string) => `bearer\t${key}`],
    ['authorization', (key: string) => key],
    ['authorization', (key: string) => `Token ${key}`],
    ['authorization', (key: string) => basic(`app:${key}`)],
    ['authorization', (key: string) => basic(key)],
    ['x-api-key', (key: string) => key],
    ['api-key', (key: string) => key],
    ['x-goog-api-key', (key: string) => key],
    ['openai-organization', (key: string) => key],
    ['cookie', (key: string) => `a=b; session=${key}`],
    ['x-debug', (key: string) => `{"key":"${key}"}`],
    ['user-agent', (key: string) => `app/1.0 (${key})`.replace(/[()]/g, ' ')],
  ])('%s does not reach the upstream', async (name, write) => {
    upstream.respond(chatAnswer('Fine.'));
    const answer = await call({ 'x-sallyport-key': APP_KEY, 'x-kept': 'kept', [name]: write(APP_KEY) });
    expect(answer.status).toBe(200);
    const headers = upstream.requests.at(-1)?.headers;
    expect(headers?.['x-kept']).toBe('kept');
    expect(JSON.stringify(headers)).not.toContain(APP_KEY);
    expect(JSON.stringify(headers)).not.toContain(Buffer.from(APP_KEY).toString('base64').slice(4, -4));
  });

  it.each([`?key=${APP_KEY}`, `?${APP_KEY}`, `?a=b&c=%6b${APP_KEY.slice(1)}`])(
    '%s is refused',
    async (query) => {
      const before = upstream.requests.length;
      const answer = await call({ 'x-sallyport-key': APP_KEY }, `/v1/chat/completions${query}`);
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain(APP_KEY);
      expect(upstream.requests.length).toBe(before);
    },
  );

  it.each([
    ['two spaces', (key: string) => `Bearer  ${key}`, 200],
    ['other letters', (key: string) => `BEARER ${key}`, 200],
    ['no scheme', (key: string) => key, 200],
    ['another scheme', (key: string) => `Token ${key}`, 401],
    ['a comma', (key: string) => `Bearer ${key}, Bearer ${newKey()}`, 401],
    ['two keys', (key: string) => `Bearer ${key} ${key}`, 401],
    ['quotes', (key: string) => `Bearer "${key}"`, 401],
    ['a part of the key', (key: string) => `Bearer ${key.slice(0, -1)}`, 401],
    ['more than the key', (key: string) => `Bearer ${key}x`, 401],
    ['the key in capitals', (key: string) => `Bearer ${key.toUpperCase()}`, 401],
    ['nothing', () => 'Bearer', 401],
  ] as const)('as a credential with %s', async (_name, write, status) => {
    upstream.respond(chatAnswer('Fine.'));
    const answer = await call({ authorization: write(APP_KEY) }, '/held/v1/chat/completions');
    expect(answer.status).toBe(status);
  });
});

describe('the key that the gateway holds', () => {
  const ask = (stream = false): Promise<Response> =>
    fetch(`${gateway.origin}/held/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sallyport-key': APP_KEY },
      body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'x' }] }),
    });

  it('is taken out of headers of the answer', async () => {
    upstream.respond((request, response, socket) => {
      response.setHeader('x-echo', `got ${request.headers.authorization}`);
      response.setHeader('x-fine', 'yes');
      chatAnswer('Fine.')(request, response, socket);
    });
    const answer = await ask();
    expect([answer.status, answer.headers.get('x-echo'), answer.headers.get('x-fine')]).toEqual([
      200,
      null,
      'yes',
    ]);
  });

  it('does not come back in a stream', async () => {
    upstream.respond((request, response, socket) =>
      streamAnswer(chatStream(['Your key is ', String(request.headers.authorization), ' indeed.']))(
        request,
        response,
        socket,
      ),
    );
    const text = await (await ask(true)).text();
    expect(text).not.toContain(HELD_KEY);
    expect(text).not.toContain('[DONE]');
  });

  it('does not come back in an answer of status 200', async () => {
    upstream.respond((request, response, socket) =>
      chatAnswer(`Your key is ${request.headers.authorization}`)(request, response, socket),
    );
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain(HELD_KEY);
    expect(gateway.logText()).not.toContain(HELD_KEY);
  });
});

describe('keys that change while the gateway runs', () => {
  const path = '/v1/chat/completions';
  it('are taken and refused from then on, keep their counts, and former ones still go no further', async () => {
    const [oldKey, freshKey] = [newKey(), newKey()];
    const running = await startTestGateway(upstream.url, {
      clients: [{ name: 'app', key: oldKey, requestsPerMinute: 3 }],
    });
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(running.origin + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"model":"m","messages":[{"role":"user","content":"x"}]}',
      });
    upstream.respond(chatAnswer('Fine.'));
    expect((await ask({ 'x-sallyport-key': oldKey })).status).toBe(200);
    expect((await ask({ 'x-sallyport-key': freshKey })).status).toBe(401);
    running.gateway.replaceClients([{ name: 'app', key: freshKey, requestsPerMinute: 3 }]);
    expect((await ask({ 'x-sallyport-key': oldKey })).status).toBe(401);
    const both = { 'x-sallyport-key': freshKey, authorization: `Bearer ${oldKey}` };
    expect((await ask(both)).status).toBe(200);
    expect(upstream.requests.at(-1)?.headers.authorization).toBeUndefined();
    expect((await ask({ 'x-sallyport-key': freshKey })).status).toBe(200);
    expect((await ask({ 'x-sallyport-key': freshKey })).status).toBe(429);
    expect(() => running.gateway.replaceClients([{ name: 'app' }])).toThrow(/key/);
    expect((await ask({ 'x-sallyport-key': freshKey })).status).toBe(429);
    await running.close();
  });
});

describe('guessing', () => {
  it('is slowed, then not listened to, and does not lock out who has the key', async () => {
    const key = newKey();
    const guarded = await startTestGateway(upstream.url, {
      clients: [{ name: 'app', key }],
      limits: { failedKeysPerMinute: 40 },
      clock: { monotonicMs: () => 0, unixMs: () => 0 },
    });
    const ask = (shown: string): Promise<Response> =>
      fetch(`${guarded.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sallyport-key': shown },
        body: '{"model":"m","messages":[{"role":"user","content":"x"}]}',
      });
    upstream.respond(chatAnswer('Fine.'));
    expect((await ask(key)).status).toBe(200);
    const guesses = await Promise.all(Array.from({ length: 60 }, () => ask(newKey())));
    const statuses = guesses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(41);
    const unheard = guesses.filter(({ status }) => status === 429);
    expect(unheard).toHaveLength(19);
    expect(unheard[0]?.headers.get('retry-after')).toBe('2');
    expect((await ask(key)).status).toBe(200);
    await guarded.close();
  });
});

describe('blocks of one key', () => {
  it('wait for their turn beyond so many a minute; what passes does not', async () => {
    const [key, other] = [newKey(), newKey()];
    const guarded = await startTestGateway(upstream.url, {
      clients: [
        { name: 'app', key },
        { name: 'other', key: other },
      ],
      limits: { blocksPerMinute: 60 },
      clock: { monotonicMs: () => 0, unixMs: () => 0 },
    });
    const ask = async (shown: string, content: string): Promise<{ status: number; ms: number }> => {
      const from = performance.now();
      const { status } = await fetch(`${guarded.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sallyport-key': shown },
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] }),
      });
      return { status, ms: performance.now() - from };
    };
    upstream.respond(chatAnswer('Fine.'));
    const free = await Promise.all(Array.from({ length: 60 }, () => ask(key, BLOCKED_WORD)));
    expect(free.every(({ status }) => status === 403)).toBe(true);
    const slowed = ask(key, BLOCKED_WORD);
    const quick = await Promise.race([
      slowed.then(() => 'the slowed one'),
      Promise.all([ask(key, 'x'), ask(other, BLOCKED_WORD)]).then((answers) =>
        answers.map(({ status }) => status),
      ),
    ]);
    expect(quick).toEqual([200, 403]);
    expect(await slowed).toMatchObject({ status: 403 });
    expect((await slowed).ms).toBeGreaterThan(900);
    await guarded.close();
  });
});

describe('nothing that a client sends', () => {
  const HEADERS = [
    ['x-sallyport-profile', 'open'],
    ['x-sallyport-scan', 'prompt=none'],
    ['x-sallyport-policy', 'off'],
    ['x-profile-name', 'open'],
    ['x-pan-profile', 'open'],
    ['x-guardrails', 'off'],
    ['x-portkey-config', '{"guardrails":[]}'],
    ['x-bypass', 'true'],
    ['x-internal', '1'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-real-ip', '127.0.0.1'],
    ['x-request-id', 'sp_00000000000000000000000000000000'],
    ['x-sallyport-tr-id', 'sp_00000000000000000000000000000000'],
    ['anthropic-version', '2023-06-01'],
    ['user-agent', 'kube-probe/1.0'],
    ['cookie', 'admin=true'],
    ['origin', 'http://127.0.0.1'],
  ] as const;
  const MEMBERS = [
    { guardrails: [] },
    { metadata: { guardrails: [], profile: 'open', ai_profile: { profile_name: 'open' } } },
    { extra_body: { policy: 'off' } },
    { ai_profile: { profile_name: 'open' } },
    { profile: 'open' },
    { disable_scan: true },
    { trustedRoles: ['user'] },
    { safety_settings: 'none' },
    { user: 'admin' },
  ];

  it.each(HEADERS)('as header %s chooses or weakens a policy', async (name, value) => {
    const answer = await fetch(`${gateway.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sallyport-key': APP_KEY, [name]: value },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: BLOCKED_WORD }] }),
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-sallyport-tr-id')).not.toContain('00000000000000000000');
    expect(gateway.service.calls.at(-1)?.request.ai_profile).toMatchObject({ profile_name: 'of-client' });
    const text = await answer.text();
    for (const word of ['of-client', 'of-upstream', 'injection', BLOCKED_WORD])
      expect(text).not.toContain(word);
  });

  it.each(MEMBERS)('as member %o chooses or weakens a policy', async (member) => {
    const answer = await fetch(`${gateway.origin}/v1/chat/completions?profile=open&scan=none`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sallyport-key': APP_KEY },
      body: JSON.stringify({ ...member, model: 'm', messages: [{ role: 'user', content: BLOCKED_WORD }] }),
    });
    expect(answer.status).toBe(403);
    expect(gateway.service.calls.at(-1)?.request.ai_profile).toMatchObject({ profile_name: 'of-client' });
  });
});
