/** The scan API's acceptance cases 1 to 11 and 25 to 29: routing, authentication, what requests may be. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import { BENIGN, CARD, INJECTION } from '../support/scan-texts.ts';
import { type Answer, startTestScanApi, type TestScanApi, TOOLS } from '../support/test-scan-api.ts';
import { makeProfile, makeScanner } from '../unit/engine/profile.ts';

const SYNC = '/v1/scan/sync/request';
const ASYNC = '/v1/scan/async/request';
const STRICT = { ...makeProfile(), name: 'strict', id: randomUUID() };
const promptOf = (prompt: string): object => ({ contents: [{ prompt }] });
const batchOf = (...prompts: string[]): object[] =>
  prompts.map((prompt, at) => ({ req_id: at + 1, scan_req: promptOf(prompt) }));
const messageOf = ({ body }: Answer): unknown => body.error?.message;
const hmac = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');

let api: TestScanApi;
beforeAll(async () => {
  api = await startTestScanApi({
    policies: [compile(makeProfile(), TOOLS), compile(STRICT, TOOLS)],
  });
});
afterAll(() => api.close());

describe('routing and authentication', () => {
  it('case 1: all four endpoints answer 200 with application/json', async () => {
    const sync = await api.sync(promptOf(BENIGN));
    const batch = await api.ask('POST', ASYNC, { body: batchOf(BENIGN) });
    await api.complete(batch.body.scan_id);
    const results = await api.ask('GET', `/v1/scan/results?scan_ids=${batch.body.scan_id}`);
    const reports = await api.ask('GET', `/v1/scan/reports?report_ids=${sync.body.report_id}`);
    for (const answer of [sync, batch, results, reports]) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    }
  });

  it('case 2: a second slash before the path is no other path, and nothing redirects', async () => {
    for (const [method, path, body] of [
      ['POST', `/${SYNC}`, promptOf(BENIGN)],
      ['POST', `/${ASYNC}`, batchOf(BENIGN)],
      ['GET', `//v1/scan/results?scan_ids=${randomUUID()}`, undefined],
      ['GET', `//v1/scan/reports?report_ids=R${randomUUID()}`, undefined],
    ] as const) {
      expect([path, (await api.ask(method, path, { body })).status]).toEqual([path, 200]);
    }
  });

  it('case 3: key alone, bearer alone and both; none is 401, a wrong one is 403', async () => {
    const { key } = api;
    const bearer = `Bearer ${key}`;
    const wrong = randomBytes(16).toString('hex');
    const rows: readonly [Record<string, string | undefined>, number][] = [
      [{ 'x-pan-token': key }, 200],
      [{ 'x-pan-token': undefined, authorization: bearer }, 200],
      [{ 'x-pan-token': key, authorization: bearer }, 200],
      [{ 'x-pan-token': undefined }, 401],
      [{ 'x-pan-token': '' }, 401],
      [{ 'x-pan-token': wrong }, 403],
      [{ 'x-pan-token': undefined, authorization: `Bearer ${wrong}` }, 403],
      [{ 'x-pan-token': key, authorization: `Bearer ${wrong}` }, 403],
      [{ 'x-pan-token': wrong, authorization: bearer }, 403],
      [{ 'x-pan-token': undefined, authorization: `Basic ${key}` }, 403],
    ];
    for (const [headers, status] of rows) {
      for (const [method, path, body] of [
        ['POST', SYNC, promptOf(BENIGN)],
        ['GET', `/v1/scan/results?scan_ids=${randomUUID()}`, undefined],
      ] as const) {
        const answer = await api.ask(method, path, { headers, body });
        expect([headers, path, answer.status]).toEqual([headers, path, status]);
        if (status !== 200) expect(answer.body).toEqual({ error: { message: expect.any(String) } });
      }
    }
  });

  it('case 4: the payload hash may be keyed by the key or the bearer, and a wrong one is told only', async () => {
    const { key } = api;
    const body = '{"contents": [{"prompt": "sch\\u00f6n", "tool_event": null}]}';
    const bearer = { authorization: `Bearer ${key}` };
    const rows: readonly [Record<string, string | undefined>, string][] = [
      [{}, 'absent'],
      [{ 'x-payload-hash': hmac(key, body) }, 'right'],
      [{ 'x-pan-token': undefined, ...bearer, 'x-payload-hash': hmac(`Bearer ${key}`, body) }, 'right'],
      [{ ...bearer, 'x-payload-hash': hmac(`Bearer ${key}`, body) }, 'right'],
      [{ ...bearer, 'x-payload-hash': hmac(key, body) }, 'right'],
      [{ 'x-payload-hash': hmac(key, `${body} `) }, 'wrong'],
      [{ 'x-payload-hash': 'nonsense' }, 'wrong'],
    ];
    for (const [headers, state] of rows) {
      expect((await api.sync(body, headers)).status).toBe(200);
      expect([headers, api.lines.at(-1)?.payload_hash]).toEqual([headers, state]);
    }
    const headers = { 'x-payload-hash': hmac(`Bearer ${key}`, 'null') };
    const asked = await api.ask('GET', `/v1/scan/results?scan_ids=${randomUUID()}`, { headers });
    expect(asked.status).toBe(200);
  });

  it('case 4: in strict mode a POST without or with a wrong hash is a 403', async () => {
    const strict = await startTestScanApi({ payloadHash: 'strict' });
    const body = JSON.stringify(promptOf(BENIGN));
    const batch = JSON.stringify(batchOf(BENIGN));
    const ask = async (path: string, sent: string, hash?: string): Promise<number> =>
      (await strict.ask('POST', path, { body: sent, headers: { 'x-payload-hash': hash } })).status;
    expect(await ask(SYNC, body)).toBe(403);
    expect(await ask(SYNC, body, hmac(strict.key, batch))).toBe(403);
    expect(await ask(SYNC, body, hmac(strict.key, body))).toBe(200);
    expect(await ask(ASYNC, batch)).toBe(403);
    expect(await ask(ASYNC, batch, hmac(strict.key, batch))).toBe(200);
    expect((await strict.ask('GET', `/v1/scan/results?scan_ids=${randomUUID()}`)).status).toBe(200);
    await strict.close();
  });

  it('case 5: 404, 405, 415, 413 and 400', async () => {
    const json = promptOf(BENIGN);
    expect((await api.ask('GET', '/v1/scan/nothing')).status).toBe(404);
    expect((await api.ask('POST', `${SYNC}/`, { body: json })).status).toBe(404);
    for (const [method, path] of [
      ['GET', SYNC],
      ['DELETE', ASYNC],
      ['POST', '/v1/scan/results'],
      ['PUT', '/v1/scan/reports'],
    ] as const) {
      const answer = await api.ask(method, path);
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([
        path,
        405,
        method === 'POST' || method === 'PUT' ? 'GET' : 'POST',
      ]);
    }
    const typed = (type: string | undefined): Promise<Answer> =>
      api.sync(Buffer.from(JSON.stringify(json)), { 'content-type': type });
    expect((await typed(undefined)).status).toBe(415);
    expect((await typed('text/plain')).status).toBe(415);
    expect((await typed('application/json; charset=utf-16')).status).toBe(415);
    expect((await typed('application/json; charset=utf-8')).status).toBe(200);
    expect((await typed('Application/JSON;charset="UTF-8"')).status).toBe(200);
    for (const broken of [
      '',
      '{',
      '[]',
      '"text"',
      'null',
      Buffer.from('{"contents":[{"prompt":"\xff"}]}', 'latin1'),
    ]) {
      expect([broken, (await api.sync(broken)).status]).toEqual([broken, 400]);
    }
  });

  it('case 5: a body of the largest size is taken, one byte more is a 413', async () => {
    const padded = (document: object, bytes: number): string => JSON.stringify(document).padEnd(bytes, ' ');
    for (const [path, document, most] of [
      [SYNC, promptOf(BENIGN), 2_097_152],
      [ASYNC, batchOf(BENIGN), 5_242_880],
    ] as const) {
      expect((await api.ask('POST', path, { body: padded(document, most) })).status).toBe(200);
      const over = await api.ask('POST', path, { body: padded(document, most + 1) });
      expect([over.status, messageOf(over)]).toEqual([413, 'The request body is too large']);
    }
  });

  it('case 6: a 429 tells when to come again in all three places', async () => {
    const throttled = await startTestScanApi({ resultsPerMinute: 2, now: () => 0 });
    const ask = (): Promise<Answer> => throttled.ask('GET', `/v1/scan/results?scan_ids=${randomUUID()}`);
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const answer = await ask();
    expect(answer.status).toBe(429);
    const retry_after = { interval: 60, unit: 'second' };
    expect(answer.body).toEqual({ error: { message: 'Request exceeds limit', retry_after }, retry_after });
    expect(answer.headers.get('retry-after')).toBe('60');
    await throttled.close();
  });
});

describe('what requests may be', () => {
  it('case 7: unknown keys, odd metadata and nulls are accepted', async () => {
    const answer = await api.sync({
      contents: [
        { prompt: BENIGN, response: null, code_prompt: null, context: null, tool_event: null, extra: [1] },
      ],
      ai_profile: null,
      tr_id: null,
      session_id: null,
      transaction_id: null,
      metadata: { is_response: true, app_user: null, agent_meta: { agent_id: null }, chunk: 3 },
      whatever: { a: null },
    });
    expect(answer.status).toBe(200);
  });

  it('case 7: metadata of any depth beside a large text does not keep it from being judged', async () => {
    const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
    const prompt = JSON.stringify(`${'all is well. '.repeat(8_000)}${INJECTION}`);
    const body = `{"contents":[{"prompt":${prompt},"x":${deep}}],"metadata":{"a":${deep}}}`;
    const answer = await api.sync(body);
    expect([answer.status, answer.body.error, answer.body.prompt_detected.injection]).toEqual([
      200,
      false,
      true,
    ]);
  });

  it('case 8: profiles by id, name, both or the key', async () => {
    const ask = (ai_profile: unknown): Promise<Answer> =>
      api.sync({ contents: [{ prompt: BENIGN }], ai_profile });
    const { id } = STRICT;
    const nameFor = async (ai_profile: unknown): Promise<unknown> =>
      (await ask(ai_profile)).body.profile_name;
    expect(await nameFor(undefined)).toBe('default');
    expect(await nameFor({})).toBe('default');
    expect(await nameFor({ profile_name: 'strict' })).toBe('strict');
    expect(await nameFor({ profile_id: id })).toBe('strict');
    expect(await nameFor({ profile_id: id.toUpperCase() })).toBe('strict');
    expect(await nameFor({ profile_id: id, profile_name: 'default' })).toBe('strict');
    for (const unknown of [{ profile_name: 'nobody' }, { profile_id: randomUUID() }]) {
      const answer = await ask(unknown);
      expect([answer.status, messageOf(answer)]).toEqual([400, expect.stringMatching(/profile not found/i)]);
    }
    expect((await ask({ profile_id: 'no-uuid' })).status).toBe(400);
    expect((await ask({ profile_name: 'n'.repeat(101) })).status).toBe(400);
  });

  it('case 8: without a default profile it says so', async () => {
    const bare = await startTestScanApi({ policies: [] });
    const answer = await bare.sync(promptOf(BENIGN));
    expect([answer.status, messageOf(answer)]).toEqual([
      400,
      expect.stringContaining('No default AI profile available'),
    ]);
    await bare.close();
  });

  it('case 8: a key brings the profile that it is bound to', async () => {
    const key = randomBytes(16).toString('hex');
    const bound = await startTestScanApi({
      policies: [compile(STRICT, TOOLS)],
      keys: [{ name: 'bound', id: 'bound', key, profile: 'strict' }],
    });
    const answer = await bound.sync(promptOf(BENIGN), { 'x-pan-token': key });
    expect(answer.body.profile_name).toBe('strict');
    await bound.close();
  });

  it('case 9: only the last content is judged, and it must hold something', async () => {
    const actionOf = async (...contents: object[]): Promise<unknown> =>
      (await api.sync({ contents })).body.action;
    expect(await actionOf({ prompt: INJECTION }, { prompt: BENIGN })).toBe('allow');
    expect(await actionOf({ prompt: BENIGN }, { prompt: INJECTION })).toBe('block');
    expect(await actionOf({ prompt: INJECTION })).toBe('block');
    for (const contents of [
      [],
      [{}],
      [{ prompt: BENIGN }, {}],
      [{ prompt: null, response: null }],
      [{ prompt: '' }],
      [{ response: ' \n' }],
      [{ context: 'facts alone' }],
    ]) {
      expect([contents, (await api.sync({ contents })).status]).toEqual([contents, 400]);
    }
  });

  it('case 10: tool events of any ecosystem, with or without input and output', async () => {
    const metadata = {
      ecosystem: 'openai',
      method: 'tools/call',
      server_name: 'files',
      tool_invoked: 'read',
    };
    for (const tool_event of [
      { metadata, input: '{"path": "a"}' },
      { metadata: { ...metadata, ecosystem: 'mcp' }, output: 'plain text' },
      { metadata: { ...metadata, ecosystem: 'other' }, input: '', output: '' },
      { metadata },
      { input: 'not json {' },
      {},
    ]) {
      const answer = await api.sync({ contents: [{ tool_event }] });
      expect([tool_event, answer.status, answer.body.action]).toEqual([tool_event, 200, 'allow']);
      expect(answer.body.tool_detected.summary).toEqual({ detections: expect.any(Object), threats: [] });
    }
  });

  it('case 11: code alone is scanned; both sides show their flags', async () => {
    const code = await api.sync({ contents: [{ code_prompt: `card = "${CARD}"` }] });
    expect(code.body.prompt_detected.dlp).toBe(true);
    const answer = await api.sync({ contents: [{ code_response: `card = "${CARD}"` }] });
    expect(answer.body.response_detected.dlp).toBe(true);
    const both = await api.sync({ contents: [{ prompt: INJECTION, response: `It is ${CARD}` }] });
    expect(both.body.prompt_detected).toMatchObject({ injection: true, dlp: false });
    expect(both.body.response_detected).toMatchObject({ dlp: true });
  });

  it('limits: a context has at most 100,000 characters, an id 1,000', async () => {
    const ask = async (changes: object): Promise<number> =>
      (await api.sync({ contents: [{ prompt: BENIGN, context: 'x' }], ...changes })).status;
    const context = (text: string): object => ({ contents: [{ prompt: BENIGN, context: text }] });
    expect(await ask(context('😀'.repeat(100_000)))).toBe(200);
    expect(await ask(context('x'.repeat(100_001)))).toBe(400);
    expect(await ask({ session_id: 's'.repeat(1_000) })).toBe(200);
    expect(await ask({ session_id: 's'.repeat(1_001) })).toBe(400);
  });
});

describe('deployment', () => {
  it('case 25: the same POST twice is two scans', async () => {
    const batch = batchOf(BENIGN, INJECTION);
    const [one, two] = await Promise.all([
      api.ask('POST', ASYNC, { body: batch }),
      api.ask('POST', ASYNC, { body: batch }),
    ]);
    expect(one.body.scan_id).not.toBe(two.body.scan_id);
    expect(await api.complete(one.body.scan_id)).toHaveLength(2);
    expect(await api.complete(two.body.scan_id)).toHaveLength(2);
  });

  it.each([
    ['block', undefined, 'block'],
    ['allow', undefined, 'allow'],
    ['allow', 'alert', 'allow'],
    ['allow', 'block', 'block'],
  ] as const)(
    'case 26: a scan that hangs is a time-out: %s, forced %s',
    async (onTimeout, forced, action) => {
      const scanner = {
        name: 'everywhere',
        words: ['ember'],
        action: forced ?? 'block',
        forced: true,
      } as const;
      const scanners = forced === undefined ? [] : [makeScanner(scanner)];
      const profile = makeProfile({ scanners, latency: { maxInlineMs: 10, onTimeout } });
      const hanging = await startTestScanApi({
        policies: [compile(profile, TOOLS)],
        service: {
          name: 'embedded',
          requestBytesMax: 1_000_000,
          overlapChars: 0,
          clearable: true,
          revisionOf: () => '',
          scan: () => new Promise(() => undefined),
        },
      });
      const { status, body } = await hanging.sync({ contents: [{ prompt: BENIGN }], session_id: 's' });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        action,
        category: 'timeout',
        timeout: true,
        error: false,
        session_id: 's',
      });
      expect(body.errors).toContainEqual({ content_type: 'prompt', feature: 'injection', status: 'timeout' });
      await hanging.close();
    },
  );

  it('case 28: n8n sends a bare object and asks by path; health; all of it only where it is switched on', async () => {
    const body = promptOf(INJECTION);
    expect((await api.ask('POST', ASYNC, { body })).status).toBe(400);
    expect((await api.ask('GET', `/v1/scan/results/${randomUUID()}`)).status).toBe(404);
    expect((await api.ask('GET', '/v1/internal/health')).status).toBe(404);

    const open = await startTestScanApi({ compatibility: ['n8n', 'internal-health'] });
    expect((await open.ask('GET', '/v1/internal/health')).status).toBe(200);
    const { body: receipt } = await open.ask('POST', ASYNC, { body });
    await open.complete(receipt.scan_id);
    const result = await open.ask('GET', `/v1/scan/results/${receipt.scan_id}`);
    expect(result.body).toMatchObject({ action: 'block', scan_id: receipt.scan_id });
    expect((await open.ask('GET', `/v1/scan/results/${randomUUID()}`)).status).toBe(404);
    expect((await open.ask('GET', '/v1/scan/results/nonsense')).status).toBe(400);
    await open.close();
  });

  it('case 29: results and reports are not throttled unless it is set', async () => {
    const ask = async (path: string): Promise<number> => (await api.ask('GET', path)).status;
    const asked = Array.from({ length: 40 }, () => ask(`/v1/scan/results?scan_ids=${randomUUID()}`));
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    const throttled = await startTestScanApi({ resultsPerMinute: 1, now: () => 0 });
    await throttled.ask('GET', `/v1/scan/results?scan_ids=${randomUUID()}`);
    const reports = await throttled.ask('GET', `/v1/scan/reports?report_ids=R${randomUUID()}`);
    expect(reports.status).toBe(429);
    expect((await throttled.sync(promptOf(BENIGN))).status).toBe(200);
    await throttled.close();
  });
});
