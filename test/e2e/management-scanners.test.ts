/** Scanners and versions through the management API: acceptance cases 1 to 34 of the contract, on a real listener. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ManagementAnswer, startTestProgram, type TestProgram } from '../support/test-program.ts';

let program: TestProgram;
beforeAll(async () => {
  program = await startTestProgram();
});
afterAll(() => program.close());

const ask: TestProgram['ask'] = (...args) => program.ask(...args);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NOBODY = '01a22038-a4ba-763e-8bc8-5c354ff4ec46';

const keyword = (words: readonly string[]): object => ({ type: 'keyword', words });
async function create(more: object = {}): Promise<string> {
  const { status, body } = await ask('POST', '/scanners', {
    body: { name: 'Berries', config: keyword(['blueberry']), ...more },
  });
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['id']);
  return body.id;
}
const patch = (id: string, body: object): Promise<ManagementAnswer> =>
  ask('PATCH', `/scanners/${id}`, { body });
async function versionsOf(id: string, query = ''): Promise<ManagementAnswer['body'][]> {
  const { status, body } = await ask('GET', `/scanners/${id}/versions${query}`);
  expect(status).toBe(200);
  return body.versions;
}
/** A project with the scanner in it, enabled where a version is published. */
async function projectWith(scanner: string, enabled: boolean): Promise<string> {
  const { body } = await ask('POST', '/projects', { body: { name: 'Shop', type: 'app' } });
  expect((await ask('POST', `/projects/${body.id}/scanners/${scanner}`)).status).toBe(200);
  if (enabled) await configure(body.id, { id: scanner, enabled: true });
  return body.id;
}
const configure = (project: string, entry: object): Promise<ManagementAnswer> =>
  ask('PATCH', `/projects/${project}`, { body: { config: { scanners: [entry] } } });
async function entryOf(project: string, scanner: string): Promise<ManagementAnswer['body']> {
  const { body } = await ask('GET', `/projects/${project}`);
  return body.project.config.scanners.find((it: { id: string }) => it.id === scanner);
}

describe('the list of versions', () => {
  it('1: a new scanner has exactly v_1, not published', async () => {
    const versions = await versionsOf(await create());
    expect(versions).toHaveLength(1);
    expect(versions[0]).toMatchObject({ name: 'v_1', published: false, description: '', createdBy: null });
    expect(Object.keys(versions[0])).toEqual(
      expect.arrayContaining(['createdAt', 'createdBy', 'description', 'id', 'name', 'published']),
    );
  });

  it('2: two updates stand newest first, with ids and growing times', async () => {
    const id = await create();
    await patch(id, { config: keyword(['one']) });
    await patch(id, { config: keyword(['two']) });
    const versions = await versionsOf(id);
    expect(versions.map((it) => it.name)).toEqual(['v_3', 'v_2', 'v_1']);
    const times = versions.map((it) => it.createdAt);
    expect(times).toEqual([...new Set(times)].sort().reverse());
    for (const version of versions) {
      expect(version.id).toMatch(UUID);
      expect(version.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
    }
  });

  it('3: onlyPublished shows the published ones', async () => {
    const id = await create();
    expect(await versionsOf(id, '?onlyPublished=true')).toEqual([]);
    await patch(id, { config: keyword(['two']), published: true });
    expect((await versionsOf(id, '?onlyPublished=TRUE')).map((it) => it.name)).toEqual(['v_2']);
    expect(await versionsOf(id, '?onlyPublished=false')).toHaveLength(2);
    expect((await ask('GET', `/scanners/${id}/versions?onlyPublished=perhaps`)).status).toBe(422);
  });

  it('4: unknown is 404, no UUID 422, no token 401', async () => {
    expect((await ask('GET', `/scanners/${NOBODY}/versions`)).status).toBe(404);
    const { status, body } = await ask('GET', '/scanners/v_1/versions');
    expect([status, body.detail[0].loc]).toEqual([422, ['path', 'scannerId']]);
    const none = await ask('GET', `/scanners/${NOBODY}/versions`, { token: null });
    expect([none.status, none.body]).toEqual([401, { detail: 'Not authenticated' }]);
    expect((await ask('GET', '/scanners', { token: 'wrong' })).status).toBe(401);
  });
});

describe('an update', () => {
  it('5: of the config makes a version with an automatic name', async () => {
    const id = await create();
    const { status, body } = await patch(id, { config: keyword(['two']) });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      message: expect.any(String),
      versionMeta: { name: 'v_2', published: false },
    });
  });

  it('6, 7, 8: takes a version as an object, a name, or a description alone', async () => {
    const id = await create();
    const first = await patch(id, {
      config: keyword(['two']),
      version: { name: 'second', description: 'more words', published: false, push: false },
    });
    expect(first.body.versionMeta).toMatchObject({
      name: 'second',
      description: 'more words',
      published: false,
    });
    const second = await patch(id, { config: keyword(['three']), version: 'my-name', published: true });
    expect(second.body.versionMeta).toMatchObject({ name: 'my-name', published: true });
    const third = await patch(id, { config: keyword(['four']), version: { description: 'just words' } });
    expect(third.body.versionMeta).toMatchObject({ name: 'v_4', description: 'just words' });
  });

  it('9: leaves old versions readable by id, name and time', async () => {
    const id = await create();
    const [v1] = await versionsOf(id);
    await patch(id, { config: keyword(['two']) });
    for (const version of [v1.id, 'v_1', v1.createdAt]) {
      const { body } = await ask('GET', `/scanners/${id}?version=${encodeURIComponent(version)}`);
      expect(body.scanner).toMatchObject({ config: { words: ['blueberry'] }, versionMeta: { name: 'v_1' } });
    }
    expect((await ask('GET', `/scanners/${id}`)).body.scanner.config.words).toEqual(['two']);
  });

  it('10: with a bad name is 422 with its place, with a taken one 409; nothing is stored', async () => {
    const id = await create();
    for (const name of ['my name', '1.0', 'a'.repeat(101), '']) {
      const { status, body } = await patch(id, { config: keyword(['two']), version: { name } });
      expect([name, status, body.detail[0].loc]).toEqual([name, 422, ['body', 'version', 'name']]);
    }
    expect((await patch(id, { config: keyword(['two']), version: 'v_1' })).status).toBe(409);
    expect(await versionsOf(id)).toHaveLength(1);
    expect((await patch(id, { config: keyword(['two']) })).body.versionMeta.name).toBe('v_2');
  });

  it('11: of name or tags alone makes none', async () => {
    const id = await create();
    expect((await patch(id, { name: 'Fruit', tags: ['sweet'] })).body.versionMeta).toBeNull();
    expect(await versionsOf(id)).toHaveLength(1);
    expect((await ask('GET', `/scanners/${id}`)).body.scanner).toMatchObject({
      name: 'Fruit',
      tags: ['sweet'],
    });
  });

  it('12: of the direction makes one; its words are lower case', async () => {
    const id = await create();
    expect((await ask('GET', `/scanners/${id}`)).body.scanner.direction).toBe('request');
    expect((await patch(id, { direction: 'both' })).body.versionMeta).toMatchObject({ direction: 'both' });
    expect((await patch(id, { direction: 'BOTH' })).status).toBe(422);
  });

  it('13: of published alone publishes the newest', async () => {
    const id = await create();
    await patch(id, { published: true });
    expect((await versionsOf(id)).map((it) => it.published)).toEqual([true]);
  });

  it.each<[number, object, boolean]>([
    [14, { published: true }, true],
    [15, {}, false],
    [15, { published: false }, false],
    [16, { version: { published: true }, published: false }, true],
    [17, { version: { published: false }, published: true }, false],
    [18, { version: { description: 'd' }, published: true }, true],
    [18, { version: null, published: true }, true],
    [18, { version: 'named', published: true }, true],
    [19, { version: { name: 'x' } }, false],
  ])('%i: %j is published: %s', async (_case, more, published) => {
    const id = await create();
    const { body } = await patch(id, { config: keyword(['two']), ...more });
    expect(body.versionMeta.published).toBe(published);
  });

  it.each([
    [{ config: { type: 'regex', pattern: '(' } }, ['body', 'config', 'pattern']],
    [{ config: { type: 'keyword', words: [] } }, ['body', 'config', 'words']],
    [{ config: { type: 'keyword', words: 'x' } }, ['body', 'config', 'words']],
    [{ name: 'x'.repeat(101) }, ['body', 'name']],
    [{ tags: ['a b'] }, ['body', 'tags', 0]],
  ])('%j is refused with its place, and stored nowhere', async (body, loc) => {
    const id = await create();
    const answer = await patch(id, body);
    expect([answer.status, answer.body.detail[0].loc]).toEqual([422, loc]);
    expect(await versionsOf(id)).toHaveLength(1);
  });
});

describe('a push', () => {
  it('20, 22: sets the version in every project that has the scanner, and nothing else of them', async () => {
    const id = await create({ published: true });
    const [p, q] = [await projectWith(id, true), await projectWith(id, false)];
    await configure(p, { id, mode: 'audit', flagMessage: 'No berries.' });
    const before = await entryOf(p, id);
    const { body } = await patch(id, { config: keyword(['two']), version: { published: true, push: true } });
    expect(await entryOf(p, id)).toEqual({ ...before, version: body.versionMeta.id });
    expect((await entryOf(q, id)).version).toBe(body.versionMeta.id);
    await patch(id, { config: keyword(['three']), version: { published: true, push: false } });
    expect((await entryOf(p, id)).version).toBe(body.versionMeta.id);
  });

  it('21: of what is not published has no effect, and the answer says so', async () => {
    const id = await create({ published: true });
    const p = await projectWith(id, true);
    const before = await entryOf(p, id);
    const { status, body } = await patch(id, {
      config: keyword(['two']),
      version: { published: false, push: true },
    });
    expect([status, body.versionMeta.published]).toEqual([200, false]);
    expect(body.message).toContain('not published');
    expect(await entryOf(p, id)).toEqual(before);
  });
});

describe('publishing a version', () => {
  const patchVersion = (id: string, version: string, body: object): Promise<ManagementAnswer> =>
    ask('PATCH', `/scanners/${id}/versions/${version}`, { body });

  it('23, 26: publishes, twice is once, projects keep theirs, and it is audited', async () => {
    const id = await create({ published: true });
    const p = await projectWith(id, true);
    const before = await entryOf(p, id);
    const { body } = await patch(id, { config: keyword(['two']) });
    const version = body.versionMeta.id;
    for (const _round of [1, 2]) {
      expect(await patchVersion(id, version, { published: true, push: false })).toMatchObject({
        status: 200,
        body: { message: expect.any(String) },
      });
    }
    expect((await versionsOf(id))[0]).toMatchObject({ id: version, published: true });
    expect(await entryOf(p, id)).toEqual(before);
    const events = (await ask('GET', '/audit?type=scanner-version-published&limit=100')).body.events;
    expect(events.filter((it: { versionId: string }) => it.versionId === version)).toMatchObject([
      { scannerId: id, versionId: version },
    ]);
  });

  it.each([
    [24, { published: true, push: true }],
    [25, { push: true }],
    [25, { published: false, push: true }],
  ])('%i: %j publishes and pushes', async (_case, body) => {
    const id = await create({ published: true });
    const p = await projectWith(id, true);
    const made = (await patch(id, { config: keyword(['two']) })).body.versionMeta.id;
    expect((await patchVersion(id, made, body)).status).toBe(200);
    expect((await entryOf(p, id)).version).toBe(made);
    expect((await versionsOf(id))[0].published).toBe(true);
  });

  it('27: a description alone changes nothing else', async () => {
    const id = await create();
    const [v1] = await versionsOf(id);
    await patchVersion(id, v1.id, { description: 'x' });
    expect(await versionsOf(id)).toEqual([{ ...v1, description: 'x' }]);
  });

  it('28, 29: a foreign or unknown one is 404, and none can be deleted', async () => {
    const [id, other] = [await create(), await create()];
    const [v1] = await versionsOf(other);
    expect((await patchVersion(id, v1.id, { published: true })).status).toBe(404);
    expect((await patchVersion(id, NOBODY, { published: true })).status).toBe(404);
    const gone = await ask('DELETE', `/scanners/${other}/versions/${v1.id}`);
    expect([gone.status, gone.headers.get('allow')]).toEqual([405, 'PATCH']);
  });
});

describe('use in a project', () => {
  it('30: enabling takes the latest published', async () => {
    const id = await create({ published: true });
    await patch(id, { config: keyword(['two']), published: true });
    await patch(id, { config: keyword(['three']) });
    const p = await projectWith(id, true);
    const v2 = (await versionsOf(id)).find((it) => it.name === 'v_2');
    expect((await entryOf(p, id)).version).toBe(v2.id);
  });

  it('31, 32: what is not published cannot be set, an older one can, and traffic is judged by it', async () => {
    const id = await create({ config: keyword(['zanzibar']), published: true });
    const made = (await patch(id, { config: keyword(['timbuktu']) })).body.versionMeta.id;
    await ask('POST', `/projects/default/scanners/${id}`);
    await configure('default', { id, enabled: true });
    expect([await program.chat('off to zanzibar'), await program.chat('off to timbuktu')]).toEqual([
      403, 200,
    ]);
    expect((await configure('default', { id, version: made })).status).toBe(422);
    await ask('PATCH', `/scanners/${id}/versions/${made}`, { body: { push: true } });
    expect([await program.chat('off to zanzibar'), await program.chat('off to timbuktu')]).toEqual([
      200, 403,
    ]);
    expect((await configure('default', { id, version: 'v_1' })).status).toBe(200);
    expect([await program.chat('off to zanzibar'), await program.chat('off to timbuktu')]).toEqual([
      403, 200,
    ]);
    await ask('DELETE', `/scanners/${id}`);
    expect(await program.chat('off to zanzibar')).toBe(200);
    expect((await ask('GET', `/scanners/${id}`)).status).toBe(404);
  });

  it('34: one without a published version cannot be enabled', async () => {
    const id = await create();
    const p = await projectWith(id, false);
    expect((await configure(p, { id, enabled: true })).status).toBe(422);
    expect(await entryOf(p, id)).toMatchObject({ enabled: false, version: null });
  });

  it('35: a package lists its scanner once, and a push leaves its members as they are', async () => {
    const id = await create({ published: true });
    const { body } = await ask('POST', '/scanner-packages', {
      body: { name: 'Fruit', scannerIds: [id, id] },
    });
    const project = (await ask('POST', '/projects', { body: { name: 'Shop', type: 'app' } })).body.id;
    expect((await ask('POST', `/projects/${project}/scanner-packages/${body.id}`)).status).toBe(200);
    await configure(project, { id, enabled: true });
    await patch(id, { config: keyword(['two']), version: { published: true, push: true } });
    const shown = (await ask('GET', `/scanner-packages/${body.id}`)).body;
    expect(shown.package).toMatchObject({ scannerIds: [id], scannerCounts: { keyword: 1 } });
    expect(shown.scanners).toHaveLength(1);
    expect(await entryOf(project, id)).toMatchObject({ enabled: true, mode: 'block' });
  });
});
