/** Keys of upstreams from the store of secrets: rotated without a restart, never missing in silence, never told. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startCli } from '../support/cli-process.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { chatAnswer, type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { startTestProgram, type TestProgram } from '../support/test-program.ts';

const newValue = (): string => `canary${randomBytes(12).toString('hex')}`;
const newKey = (): string => randomBytes(32).toString('base64url');

/** Far above the second that it takes. */
const WAIT = { timeout: 10_000 };

let upstream: RecordingUpstream;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  upstream = await startRecordingUpstream();
  upstream.respond(chatAnswer('Fine.'));
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  await upstream.close();
});

const gatewayYaml = (): string => `
gateway:
  port: 0
  upstreams:
    - { name: main, mount: /, url: '${upstream.url.origin}', model: small, apiKey: 'secret:vendor' }
    - { name: open, mount: /open, url: '${upstream.url.origin}' }
`;
const settings = (more = ''): string => gatewayYaml() + more;
async function start(yaml = settings(), of?: TestProgram): Promise<TestProgram> {
  const program = await startTestProgram(yaml, of ? { dataDir: join(of.folder, 'data') } : {});
  open.push(program);
  return program;
}
const shown = (): string | undefined => upstream.requests.at(-1)?.headers.authorization;
const readiness = async (program: TestProgram): Promise<unknown> =>
  (await fetch(`${program.control}/readyz`)).json();
const UNREADY = (reason: string): unknown => ({ status: 'unready', reasons: [reason] });
async function makeSecret(program: TestProgram, value: string): Promise<string> {
  const { status, body } = await program.ask('POST', '/secrets', { body: { name: 'vendor', value } });
  expect({ status, body }).toEqual({ status: 200, body: { id: expect.any(String) } });
  return body.id;
}

describe('an upstream whose key is a secret', () => {
  it('is not asked without it: 503, and readiness says so', async () => {
    const program = await start();
    expect(await readiness(program)).toEqual(UNREADY('upstream_key_missing'));
    const answer = await fetch(`${program.gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-client' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] }),
    });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('key is not available');
    const models = await fetch(`${program.gateway}/v1/models`, { headers: { authorization: 'Bearer mine' } });
    expect(models.status).toBe(503);
    const prompt = await program.ask('POST', '/prompts', { body: { input: 'hello' } });
    expect(prompt).toMatchObject({ status: 503, body: { detail: "The provider's key is not available" } });
    const { token } = (
      await program.ask('POST', '/tokens', {
        body: { name: 't', machine: true, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
      })
    ).body;
    const inline = await fetch(`${program.gateway}/openai/main/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token.value}` },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] }),
    });
    expect(inline.status).toBe(503);
    expect(upstream.requests).toEqual([]);
  });

  it('has the key of the very next request after a change, here and in every other process', async () => {
    const [first, second] = [newValue(), newValue()];
    const key = `secrets: { key: ${newKey()} }\n`;
    const program = await start(settings(key));
    const other = await start(settings(key), program);
    const id = await makeSecret(program, first);
    expect(await program.chat('hello')).toBe(200);
    expect(shown()).toBe(`Bearer ${first}`);
    expect(await readiness(program)).toEqual({ status: 'ready' });
    await vi.waitFor(async () => expect(await readiness(other)).toEqual({ status: 'ready' }), WAIT);

    expect((await program.ask('PATCH', `/secrets/${id}`, { body: { value: second } })).status).toBe(200);
    expect(await program.chat('hello')).toBe(200);
    expect(shown()).toBe(`Bearer ${second}`);
    await vi.waitFor(async () => {
      expect(await other.chat('hello')).toBe(200);
      expect(shown()).toBe(`Bearer ${second}`);
    }, WAIT);
    const { body } = await program.ask('POST', '/prompts', { body: { input: 'hello' } });
    expect(body.result.response).toBe('Fine.');
    expect(shown()).toBe(`Bearer ${second}`);

    expect((await program.ask('DELETE', `/secrets/${id}`)).status).toBe(200);
    expect(await program.chat('hello')).toBe(503);
    await vi.waitFor(async () => expect(await other.chat('hello')).toBe(503), WAIT);
    expect(await readiness(program)).toEqual(UNREADY('upstream_key_missing'));
  });

  it('withholds the key that an answer quotes', async () => {
    const value = newValue();
    const program = await start();
    await makeSecret(program, value);
    upstream.respond(chatAnswer(`You are ${value}`));
    expect(await program.chat('hello')).toBe(502);
  });

  it('is told apart from one whose secret was made with another key', async () => {
    const program = await start();
    await makeSecret(program, newValue());
    const other = await start(settings(`secrets: { key: ${newKey()} }\n`), program);
    expect(await readiness(other)).toEqual(UNREADY('secret_key_wrong'));
    expect(await other.chat('hello')).toBe(503);
    const refused = await other.ask('POST', '/secrets', { body: { name: 'more', value: newValue() } });
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('encrypted with another key') },
    });
    expect(upstream.requests).toEqual([]);
  });
});

describe('the API of secrets', () => {
  it('shows no value again, whatever is asked', async () => {
    const value = newValue();
    const program = await start();
    const id = await makeSecret(program, value);
    const masked = { id, name: 'vendor', value: '*'.repeat(12) };
    expect((await program.ask('GET', '/secrets')).body).toMatchObject({ secrets: [masked] });
    expect((await program.ask('GET', `/secrets/${id}`)).body).toMatchObject({ secret: masked });
    const answers = await Promise.all([
      program.ask('POST', '/secrets', { body: { name: 'vendor', value } }),
      program.ask('POST', '/secrets', { body: { name: value, value: `${value} ${value}` } }),
      program.ask('POST', '/secrets', { body: { name: 'x', value: [value] } }),
      program.ask('PATCH', `/secrets/${id}`, { body: { value: { text: value } } }),
      program.ask('PATCH', `/secrets/${id}`, { body: { value } }),
      program.ask('GET', '/secrets'),
      program.ask('GET', '/audit'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([409, 422, 422, 422, 200, 200, 200]);
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain(value);
    expect((await program.ask('GET', '/secrets/not-a-uuid')).status).toBe(422);
    expect((await program.ask('GET', `/secrets/${randomBytes(1).toString('hex')}`)).status).toBe(422);
  });

  it('keeps its generated key in a file that only its owner reads', async () => {
    const program = await start();
    expect(statSync(join(program.folder, 'data/secret-key')).mode & 0o777).toBe(0o600);
  });

  it('needs a given key where processes share a database', async (context) => {
    const server = await startPostgres();
    if (server === undefined) return context.skip();
    open.push({ close: () => server.remove() });
    const url = await server.newDatabase();
    const bare = await start(settings(`store: { url: '${url}' }\n`));
    const body = { name: 'vendor', value: newValue() };
    expect(await bare.ask('POST', '/secrets', { body })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('SALLYPORT_SECRET_KEY') },
    });
    expect(existsSync(join(bare.folder, 'data/secret-key'))).toBe(false);
    const records = readFileSync(join(bare.folder, 'data/records-key'), 'utf8').trim();
    const keyed = await start(
      settings(`store: { url: '${url}' }\nrecords: { key: ${records} }\nsecrets: { key: ${newKey()} }\n`),
    );
    await makeSecret(keyed, body.value);
    expect(await keyed.chat('hello')).toBe(200);
    expect(shown()).toBe(`Bearer ${body.value}`);
    await vi.waitFor(async () => expect(await readiness(bare)).toEqual(UNREADY('secret_key_wrong')), WAIT);
  });
});

it('the value of a secret stands in no log, no answer and no file', async () => {
  const value = newValue();
  const key = newKey();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-secrets-'));
  open.push({ close: async () => rmSync(folder, { recursive: true, force: true }) });
  const program = startCli(['serve', '--config', 'canary.yaml'], {
    folder,
    files: { 'canary.yaml': `logLevel: trace\nrecords: { content: full }\n${gatewayYaml()}` },
    env: { SALLYPORT_SECRET_KEY: key },
  });
  const { gateway, control } = await program.ready();
  const token = readFileSync(join(folder, 'data/admin-token'), 'utf8').trim();
  const ask = async (method: string, path: string, body?: object): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await fetch(`${control}/backend/v1${path}`, { method, headers, ...sent })).text();
  };
  const chat = async (): Promise<string> => {
    const answer = await fetch(`${gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] }),
    });
    return (await answer.text()) + JSON.stringify([...answer.headers]);
  };
  const told = [await chat(), await ask('POST', '/secrets', { name: 'vendor', value }), await chat()];
  expect(shown()).toBe(`Bearer ${value}`);
  upstream.respond((_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json', 'x-told': value });
    response.end(JSON.stringify({ error: { message: `wrong key ${value}` } }));
  });
  told.push(await chat(), await ask('POST', '/secrets', { name: 'vendor', value }));
  told.push(await ask('GET', '/audit'), await ask('POST', '/scanners/export', {}));
  program.child.kill('SIGTERM');
  const { out, err } = await program.result;
  expect(out).toContain('"msg":"exchange"');
  for (const text of [...told, out, err]) {
    expect(text).not.toContain(value);
    expect(text).not.toContain(key);
  }
  const files = readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true });
  for (const file of files.filter((it) => it.isFile())) {
    const held = readFileSync(join(file.parentPath, file.name), 'latin1');
    expect({ file: file.name, held: held.includes(value) || held.includes(key) }).toEqual({
      file: file.name,
      held: false,
    });
  }
});
