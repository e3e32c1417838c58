/** What the vendor's samples send, byte for byte as their SDK would, and the precedence of `published` (contract §5.4, §9). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ManagementAnswer, startTestProgram, type TestProgram } from '../support/test-program.ts';

let program: TestProgram;
beforeAll(async () => {
  program = await startTestProgram();
});
afterAll(() => program.close());

/** As the SDK's models do: a field that is missing or of another type is an error. */
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
const versionMeta = z.object({
  id: z.guid(),
  name: z.string().regex(/^[a-zA-Z0-9-_]+$/),
  published: z.boolean(),
  createdAt: time,
  createdBy: z.string().nullable(),
  description: z.string().nullable(),
  direction: z.enum(['request', 'response', 'both']).nullish(),
});
const patchScannerResponse = z.object({ message: z.string(), versionMeta: versionMeta.nullable() });
const versionsResponse = z.object({ versions: z.array(versionMeta) });
const scannerResponse = z.object({
  scanner: z.object({ id: z.guid(), name: z.string(), versionMeta, config: z.looseObject({}) }),
});
const messageResponse = z.object({ message: z.string() });

/** One request on a connection of its own, with the headers of Python's client. */
async function send<T>(answer: z.ZodType<T>, method: string, path: string, json?: string): Promise<T> {
  const response = await fetch(`${program.control}/backend/v1${path}`, {
    method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${program.adminToken}`,
      'user-agent': 'python-httpx/0.27.0',
      connection: 'close',
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: json }),
  });
  expect(response.status).toBe(200);
  return answer.parse(await response.json());
}

const made = z.object({ id: z.guid() });
const newScanner = async (): Promise<string> =>
  (
    await send(
      made,
      'POST',
      '/scanners',
      '{"name": "Competitors", "config": {"type": "keyword", "words": ["acme"]}, "direction": "request"}',
    )
  ).id;
/** A project that has it enabled. */
async function newProject(scanner: string): Promise<string> {
  const { id } = await send(
    made,
    'POST',
    '/projects',
    '{"name": "Shop", "type": "app", "adminIds": ["owner"]}',
  );
  await send(messageResponse, 'POST', `/projects/${id}/scanners/${scanner}`, '{}');
  const config = { scanners: [{ id: scanner, enabled: true, mode: 'block', blocking: true }] };
  await send(messageResponse, 'PATCH', `/projects/${id}`, JSON.stringify({ config }));
  return id;
}
const ask: TestProgram['ask'] = (...args) => program.ask(...args);
const patch = (scanner: string, body: object): Promise<ManagementAnswer> =>
  ask('PATCH', `/scanners/${scanner}`, { body });
const activeIn = async (project: string): Promise<string> =>
  (await ask('GET', `/projects/${project}`)).body.project.config.scanners[0].version;

describe('50: the samples', () => {
  it('update a scanner with a version, list the versions, and publish one', async () => {
    const scanner = await newScanner();
    // cai.scanners.update(scanner=…, name=…, config=KeywordScannerConfig(…), direction=…, version=…)
    const { versionMeta: updated } = await send(
      patchScannerResponse,
      'PATCH',
      `/scanners/${scanner}`,
      '{"name": "Competitors", "config": {"type": "keyword", "words": ["acme", "globex"]}, "direction": "both", ' +
        '"published": null, "tags": null, "version": {"name": "more-names", "description": "Adds Globex", ' +
        '"published": true, "push": false}}',
    );
    expect(updated).toMatchObject({
      name: 'more-names',
      description: 'Adds Globex',
      published: true,
      direction: 'both',
    });

    // cai.scanners.versions.iterate(scanner=…, onlyPublished=…), as Python writes truth
    const list = (query: string) => send(versionsResponse, 'GET', `/scanners/${scanner}/versions${query}`);
    expect((await list('')).versions.map((it) => it.name)).toEqual(['more-names', 'v_1']);
    expect((await list('?onlyPublished=False')).versions).toHaveLength(2);
    expect((await list('?onlyPublished=True')).versions).toEqual([updated]);

    // cai.scanners.versions.publish(scanner=…, version=…, push=True)
    const project = await newProject(scanner);
    expect(await activeIn(project)).toBe(updated?.id);
    const first = (await list('')).versions.at(-1)?.id ?? '';
    const path = `/scanners/${scanner}/versions/${first}`;
    await send(messageResponse, 'PATCH', path, '{"description": null, "published": true, "push": true}');
    expect(await activeIn(project)).toBe(first);
    expect((await list('?onlyPublished=true')).versions.map((it) => it.name)).toEqual(['more-names', 'v_1']);
    const { scanner: shown } = await send(scannerResponse, 'GET', `/scanners/${scanner}?version=v_1`);
    expect(shown.config).toEqual({ type: 'keyword', words: ['acme'] });
  });
});

describe('published', () => {
  const config = { type: 'keyword', words: ['globex'] };
  it.each([
    ['14: no version, true', { published: true }, true],
    ['15: no version, false', { published: false }, false],
    ['15: no version, absent', {}, false],
    ['15: no version, null', { version: null, published: null }, false],
    ['16: version true, update false', { version: { published: true }, published: false }, true],
    ['17: version false, update true', { version: { published: false }, published: true }, false],
    ['18: version without it, update true', { version: { description: 'x' }, published: true }, true],
    ['18: version with null, update true', { version: { published: null }, published: true }, true],
    ['18: version is a name, update true', { version: 'named', published: true }, true],
    ['19: neither', { version: { description: 'x' } }, false],
  ] as const)('%s', async (_case, body, published) => {
    const scanner = await newScanner();
    const { status, body: answer } = await patch(scanner, { config, ...body });
    expect([status, answer.versionMeta.published]).toEqual([200, published]);
    const { versions } = (await ask('GET', `/scanners/${scanner}/versions?onlyPublished=true`)).body;
    expect(versions).toHaveLength(published ? 1 : 0);
  });
});

describe('a version that is pushed', () => {
  it('24, 25: is active at once in every project that has the scanner, and is published by it', async () => {
    const scanner = await newScanner();
    await patch(scanner, { published: true });
    const first = (await ask('GET', `/scanners/${scanner}/versions`)).body.versions[0].id;
    const projects = await Promise.all([newProject(scanner), newProject(scanner)]);
    const active = (): Promise<string[]> => Promise.all(projects.map(activeIn));
    expect(await active()).toEqual([first, first]);
    for (const body of [{ published: true, push: true }, { push: true }, { published: false, push: true }]) {
      const { id } = (await patch(scanner, { config: { words: [JSON.stringify(body)] } })).body.versionMeta;
      expect(await active()).not.toContain(id);
      expect((await ask('PATCH', `/scanners/${scanner}/versions/${id}`, { body })).status).toBe(200);
      expect(await active()).toEqual([id, id]);
      const { versions } = (await ask('GET', `/scanners/${scanner}/versions?onlyPublished=true`)).body;
      expect(versions[0].id).toBe(id);
    }
  });
});
