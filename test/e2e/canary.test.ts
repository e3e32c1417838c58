/** Marked keys, headers and texts go through a whole program: no log, error or file of it holds one (THREATS U8). */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCliProcess, startCli } from '../support/cli-process.ts';
import {
  chatAnswer,
  chatStream,
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
} from '../support/recording-upstream.ts';
import { BLOCK_WORD, MISBEHAVIOURS, type StandInAirs, startStandInAirs } from '../support/stand-in-airs.ts';

const mark = (): string => `canary${randomBytes(12).toString('hex')}`;
const MARKS = {
  upstreamKey: mark(),
  clientKey: mark(),
  wrongKey: mark(),
  scanKey: mark(),
  header: mark(),
  prompt: mark(),
  answer: mark(),
  query: mark(),
  path: mark(),
  broken: mark(),
};

let folder: string;
let upstream: RecordingUpstream;
let airs: StandInAirs;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-canary-'));
  upstream = await startRecordingUpstream();
  airs = await startStandInAirs();
});
afterAll(async () => {
  await upstream.close();
  await airs.close();
  rmSync(folder, { recursive: true, force: true });
});

const SETTINGS = (url: URL): string => `
logLevel: trace
gateway:
  upstreams: [{ name: main, mount: /, url: '${url.origin}/', profile: default, apiKey: '\${UPSTREAM_KEY}' }]
  clients: [{ name: app, key: '\${CLIENT_KEY}' }]
records: { content: none }
profiles: [{ name: default }]
`;

/** Which marks a text holds, by name. */
const heldIn = (text: string): readonly string[] =>
  Object.entries(MARKS).flatMap(([name, value]) => (text.includes(value) ? [name] : []));

interface Sent {
  readonly path?: string;
  readonly key?: string;
  readonly body?: string;
  readonly stream?: boolean;
}

it('marked keys, headers and texts stand in no log, error or file', async () => {
  const program = startCli(['serve', '--config', 'canary.yaml'], {
    folder,
    files: { 'canary.yaml': SETTINGS(upstream.url) },
    env: {
      UPSTREAM_KEY: MARKS.upstreamKey,
      CLIENT_KEY: MARKS.clientKey,
      PANW_AI_SEC_API_ENDPOINT: airs.origin,
      PANW_AI_SEC_API_KEY: MARKS.scanKey,
    },
  });
  const { gateway, control } = await program.ready();
  const errors: string[] = [];
  const send = async ({ path = '/v1/chat/completions', key = MARKS.clientKey, ...sent }: Sent) => {
    const messages = [{ role: 'user', content: `say ${MARKS.prompt}` }];
    const answer = await fetch(gateway + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'x-marked': MARKS.header,
        'x-session-id': 's-1',
      },
      body: sent.body ?? JSON.stringify({ model: 'm', stream: sent.stream ?? false, messages }),
    });
    const text = await answer.text();
    if (answer.status >= 400) errors.push(text + JSON.stringify([...answer.headers]));
    return { status: answer.status, text };
  };

  upstream.respond(chatAnswer(`It says ${MARKS.answer}.`));
  expect((await send({})).text).toContain(MARKS.answer);
  expect(upstream.requests.at(-1)?.headers.authorization).toBe(`Bearer ${MARKS.upstreamKey}`);
  expect(JSON.stringify(upstream.requests.at(-1)?.rawHeaders)).not.toContain(MARKS.clientKey);
  await send({ path: `/v1/chat/completions?note=${MARKS.query}` });
  upstream.respond(streamAnswer(chatStream([`It says ${MARKS.answer}.`])));
  expect((await send({ stream: true })).text).toContain(MARKS.answer);

  // Each of these is refused, blocked or broken, and must be told without what it holds.
  expect((await send({ key: MARKS.wrongKey })).status).toBe(401);
  expect((await send({ path: `/v1/${MARKS.path}` })).status).toBe(404);
  expect((await send({ body: `{"model":"m","messages":${MARKS.broken}` })).status).toBe(400);
  expect((await send({ body: JSON.stringify({ model: 'm', messages: MARKS.broken }) })).status).toBe(400);
  const blocked = [{ role: 'user', content: `${BLOCK_WORD} ${MARKS.prompt}` }];
  expect((await send({ body: JSON.stringify({ model: 'm', messages: blocked }) })).status).toBe(403);
  upstream.respond(chatAnswer(`${BLOCK_WORD} ${MARKS.answer}`));
  expect((await send({})).status).toBe(403);
  upstream.respond((_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: `wrong key ${MARKS.upstreamKey}` } }));
  });
  expect((await send({})).status).toBe(401);
  upstream.respond((_request, _response, socket) => socket.end(`NOT HTTP ${MARKS.answer}\r\n\r\n`));
  expect((await send({})).status).toBe(502);
  upstream.respond(streamAnswer(`data: not json ${MARKS.answer}\n\n`));
  expect((await send({ stream: true })).status).toBe(502);
  upstream.respond(chatAnswer('Fine.'));
  for (const fault of ['500', '403', 'not HTTP', 'broken JSON', '400'] as const) {
    airs.answerWith(MISBEHAVIOURS[fault]);
    expect((await send({})).status).toBeGreaterThanOrEqual(500);
  }
  const control404 = await fetch(`${control}/${MARKS.path}`, { headers: { authorization: MARKS.wrongKey } });
  errors.push(await control404.text());

  program.child.kill('SIGTERM');
  const { out, err } = await program.result;
  expect(out).toContain('"msg":"exchange"');
  expect(heldIn(out)).toEqual([]);
  expect(heldIn(err)).toEqual([]);
  expect(errors.flatMap(heldIn)).toEqual([]);
  const files = readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true });
  const data = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  expect(data.length).toBeGreaterThan(1);
  for (const file of data)
    expect({ file, held: heldIn(readFileSync(file, 'latin1')) }).toEqual({ file, held: [] });
});

it('a start that fails does not tell the values it read', async () => {
  const file = `scan: { key: ${MARKS.scanKey}, timeoutMs: ${MARKS.broken} }\nnonsense: ${MARKS.header}\n`;
  const { code, out, err } = await runCliProcess(['serve', '--config', 'bad.yaml'], {
    files: { 'bad.yaml': file },
    env: { SALLYPORT_GATEWAY_PORT: MARKS.clientKey, SALLYPORT_ADMIN_TOKEN: MARKS.upstreamKey },
  });
  expect(code).toBe(1);
  expect(heldIn(out + err)).toEqual([]);
});
