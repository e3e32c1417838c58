/** Prompts and providers through the management API: acceptance case 45, with a provider that is watched. */

import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chatAnswer, type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { type ManagementAnswer, startTestProgram, type TestProgram } from '../support/test-program.ts';

type Body = ManagementAnswer['body'];
const KEY = randomBytes(16).toString('hex');
let upstream: RecordingUpstream;
let program: TestProgram;
let shop: string;
beforeAll(async () => {
  upstream = await startRecordingUpstream();
  upstream.respond(chatAnswer('Fine.'));
  program = await startTestProgram(`
gateway:
  port: 0
  upstreams:
    - { name: main, mount: /, url: "${upstream.url.href.replace(/\/$/, '')}", model: small, apiKey: ${KEY} }
    - { name: nameless, mount: /n, url: "${upstream.url.href.replace(/\/$/, '')}" }
    - { name: gone, mount: /g, url: "http://127.0.0.1:9", model: small }
    - { name: claude, mount: /a, url: "${upstream.url.href}base", model: opus, apiKey: ${KEY}, protocols: [anthropic-messages] }
    - { name: echo, mount: /e, url: demo }
`);
  shop = (await ok('POST', '/projects', { name: 'Shop', type: 'app' })).id;
  await add('blocked', 'block', 'both');
  await add('masked', 'redact', 'both');
  await add('watched', 'audit', 'request');
});
afterAll(async () => {
  await program.close();
  await upstream.close();
});
afterEach(() => upstream.respond(chatAnswer('Fine.')));

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await program.ask(method, path, body === undefined ? {} : { body });
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
  return answer.body;
}
async function add(word: string, mode: string, direction: string): Promise<void> {
  const config = { type: 'keyword', words: [word] };
  const { id } = await ok('POST', '/scanners', { name: word, config, published: true, direction });
  await ok('POST', `/projects/${shop}/scanners/${id}`, {});
  await ok('PATCH', `/projects/${shop}`, { config: { scanners: [{ id, enabled: true, mode }] } });
}
const send = (input: unknown, more: object = {}): Promise<Body> =>
  ok('POST', '/prompts', { input, project: shop, ...more });
/** What the upstream was sent meanwhile. */
async function sentWhile<T>(work: () => Promise<T>): Promise<{ answer: T; sent: Body[] }> {
  const before = upstream.requests.length;
  const answer = await work();
  return { answer, sent: upstream.requests.slice(before).map((it) => JSON.parse(it.body.toString())) };
}

describe('a prompt', () => {
  it('45: that is cleared is sent, and its answer scanned', async () => {
    const { answer, sent } = await sentWhile(() => send('hello', { externalMetadata: { a: 'b' } }));
    expect(sent).toEqual([{ model: 'small', messages: [{ role: 'user', content: 'hello' }] }]);
    expect(upstream.requests.at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
    const { id, result } = answer;
    expect(result).toMatchObject({
      outcome: 'cleared',
      response: 'Fine.',
      providerResult: { data: 'Fine.', statusCode: 200 },
      files: [],
    });
    const directions = result.scannerResults.map((it: Body) => it.scanDirection);
    expect(directions).toEqual(['request', 'request', 'request', 'response', 'response']);
    const { prompt, memory, promptScanners } = await ok('GET', `/prompts/${id}`);
    expect(prompt).toMatchObject({
      id,
      input: 'hello',
      projectId: shop,
      type: 'prompt',
      result,
      externalMetadata: { a: 'b' },
      memory: [],
    });
    expect({ memory, promptScanners }).toEqual({ memory: [], promptScanners: null });
    const { promptScanners: shown } = await ok('GET', `/prompts/${id}?fetchScanners=true`);
    expect(Object.keys(shown.scanners)).toHaveLength(3);
  });

  it('45: that is blocked reaches no provider', async () => {
    const { answer, sent } = await sentWhile(() => send('a blocked word'));
    expect(sent).toEqual([]);
    expect(answer.result).toMatchObject({ outcome: 'blocked', response: null, providerResult: null });
    // With records.content masked, what blocked is not kept either.
    expect((await ok('GET', `/prompts/${answer.id}`)).prompt.input).toBe('a ******* word');
  });

  it('45: that is redacted is sent as it was masked', async () => {
    const { answer, sent } = await sentWhile(() => send('a masked word'));
    expect(sent[0].messages[0].content).toBe('a ****** word');
    expect(answer.result).toMatchObject({ outcome: 'redacted', response: 'Fine.' });
  });

  it('45: that is audited is flagged and sent', async () => {
    const { answer, sent } = await sentWhile(() => send('a watched word'));
    expect(sent[0].messages[0].content).toBe('a watched word');
    expect(answer.result).toMatchObject({ outcome: 'flagged', response: 'Fine.' });
  });

  it('45: is judged by its answer too', async () => {
    upstream.respond(chatAnswer('a blocked answer'));
    const blocked = await send('hello');
    expect(blocked.result).toMatchObject({
      outcome: 'blocked',
      response: null,
      providerResult: { data: null, statusCode: 200 },
    });
    expect(JSON.stringify(await ok('GET', `/prompts/${blocked.id}`))).not.toContain('blocked answer');
    upstream.respond(chatAnswer('a masked answer, watched'));
    const masked = await send('hello');
    const data = 'a ****** answer, watched';
    expect(masked.result).toMatchObject({ outcome: 'redacted', response: data, providerResult: { data } });
  });

  it('that is no text is sent as JSON', async () => {
    const { sent } = await sentWhile(() => send({ question: ['x', 1] }));
    expect(sent[0].messages[0].content).toBe('{"question":["x",1]}');
    expect((await sentWhile(() => send(true))).sent[0].messages[0].content).toBe('true');
  });

  it.each<[string, object, number, unknown]>([
    ['a provider that is not there', { provider: 'other' }, 422, [{ loc: ['body', 'provider'] }]],
    ['one without a model', { provider: 'nameless' }, 422, [{ loc: ['body', 'provider'] }]],
    ['one that does not answer', { provider: 'gone' }, 502, 'The provider could not be reached'],
    ['a prompt that is not scanned', { skipScanning: true }, 422, [{ loc: ['body', 'skipScanning'] }]],
    ['a conversation', { parentId: 'x' }, 422, [{ loc: ['body', 'parentId'] }]],
    ['no input', { input: null }, 422, [{ loc: ['body', 'input'] }]],
  ])('of %s is refused', async (_, more, status, detail) => {
    const body = { input: 'hello', project: shop, ...more };
    expect(await program.ask('POST', '/prompts', { body })).toMatchObject({ status, body: { detail } });
  });

  it('passes the status of a provider that fails, and none of its text', async () => {
    upstream.respond((_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"error":"our own words"}');
    });
    const { result } = await send('hello');
    expect(result).toMatchObject({
      outcome: 'cleared',
      response: null,
      providerResult: { statusCode: 429, data: null },
    });
    upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    });
    expect((await program.ask('POST', '/prompts', { body: { input: 'x', project: shop } })).status).toBe(502);
  });

  it('is asked of Anthropic in its own words', async () => {
    upstream.respond((_request, response) => {
      const content = [
        { type: 'text', text: 'One. ' },
        { type: 'thinking', thinking: '…' },
        { type: 'text', text: 'Two.' },
      ];
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ content }));
    });
    const { answer, sent } = await sentWhile(() => send('hello', { provider: 'claude' }));
    expect(sent[0]).toMatchObject({ model: 'opus', messages: [{ role: 'user', content: 'hello' }] });
    expect(upstream.requests.at(-1)).toMatchObject({
      target: '/base/v1/messages',
      headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' },
    });
    expect(answer.result.response).toBe('One. Two.');
  });

  it('stands in the combined log, and in the records, with the versions that judged it', async () => {
    const { id, result } = await send('watched hello', { provider: 'echo' });
    expect(result.response).toBe('You said: watched hello');
    const { prompts } = await ok('GET', `/prompts?onlyUser=false&projectId=${shop}&limit=1`);
    expect(prompts[0]).toMatchObject({ id, type: 'prompt' });
    const { providers } = await ok('GET', '/providers?search=echo');
    const listed = await ok('GET', `/prompts?onlyUser=false&providerId=${providers[0].id}`);
    expect(listed.prompts.map((it: Body) => it.id)).toEqual([id]);
    expect((await program.ask('GET', `/scans/${id}`)).status).toBe(404);
  });
});

describe('providers', () => {
  it('are the upstreams, without address or key', async () => {
    const answer = await ok('GET', '/providers?ascending=true');
    expect(answer).toMatchObject({ next: null, prev: null });
    expect(answer.providers.map(({ name, type, inputs }: Body) => [name, type, inputs])).toEqual([
      ['main', 'openai-compatible', { model: 'small' }],
      ['nameless', 'openai-compatible', {}],
      ['gone', 'openai-compatible', { model: 'small' }],
      ['claude', 'anthropic', { model: 'opus' }],
      ['echo', 'openai-compatible', { model: 'demo' }],
    ]);
    expect(JSON.stringify(answer)).not.toContain(KEY);
    expect(JSON.stringify(answer)).not.toContain(upstream.url.host);
    const [{ id }] = answer.providers;
    expect((await ok('GET', `/providers/${id}`)).provider).toEqual(answer.providers[0]);
    expect((await ok('GET', '/providers/main')).provider.id).toBe(id);
    expect((await program.ask('GET', '/providers/other')).status).toBe(404);
  });
});
