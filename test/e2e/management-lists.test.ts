/** Lists, time travel, strange bodies and names through the management API (acceptance cases 47 and THREATS L, U). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ManagementAnswer, startTestProgram, type TestProgram } from '../support/test-program.ts';

let program: TestProgram;
beforeAll(async () => {
  program = await startTestProgram();
});
afterAll(() => program.close());
const ask: TestProgram['ask'] = (...args) => program.ask(...args);
const create = async (name: string, more: object = {}): Promise<string> =>
  (await ask('POST', '/scanners', { body: { name, config: { words: ['x'] }, ...more } })).body.id;
const raw = (init: RequestInit): Promise<Response> =>
  fetch(`${program.control}/backend/v1/scanners`, {
    ...init,
    headers: { authorization: `Bearer ${program.adminToken}`, ...init.headers },
  });

describe('a list', () => {
  beforeAll(async () => {
    await create('zq needle', { tags: ['blunt'] });
    await create('zq pattern', { config: { pattern: 'a+' }, published: true, direction: 'both' });
  });

  it('47: visits every item once, forwards and back', async () => {
    for (let i = 0; i < 7; i++) await create(`listed ${i}`, { tags: ['page'] });
    const walk = async (step: 'next' | 'prev', from = ''): Promise<{ names: string[]; last: string }> => {
      const names: string[] = [];
      let cursor = from;
      let last = from;
      for (let pages = 0; pages < 20; pages++) {
        const query = `limit=3&tags=page${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
        const { body } = await ask('GET', `/scanners?${query}`);
        if (cursor === '') expect(body.prev).toBeNull();
        names.push(...body.scanners.map((it: { name: string }) => it.name));
        last = cursor;
        if (body[step] === null) break;
        cursor = body[step];
      }
      return { names, last };
    };
    const forward = await walk('next');
    expect(forward.names).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `listed ${i}`));
    expect((await walk('prev', forward.last)).names).toHaveLength(7);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=ten',
    'cursor=nothing',
    'cursor=e30=',
    'ascending=si',
    'sortBy=secret',
  ])('%s is 422 with its place', async (query) => {
    const { status, body } = await ask('GET', `/scanners?${query}`);
    expect([status, body.detail[0].loc]).toEqual([422, ['query', query.split('=')[0]]]);
  });

  it.each<[string, string[]]>([
    ['search=NEEDLE', ['zq needle']],
    ['search=%25', []],
    ['tags=blunt', ['zq needle']],
    ['type=regex&search=pattern', ['zq pattern']],
    ['type=keyword&type=regex&search=zq%20&ascending=true', ['zq needle', 'zq pattern']],
    ['published=true&search=zq%20', ['zq pattern']],
    ['direction=both&search=zq%20', ['zq pattern']],
    ['packaged=true&search=zq%20', []],
  ])('?%s shows %j', async (query, names) => {
    const { body } = await ask('GET', `/scanners?${query}`);
    expect(body.scanners.map((it: { name: string }) => it.name)).toEqual(names);
  });

  it('tells the packages where they are asked for', async () => {
    const { body } = await ask('GET', '/scanners?source=system&includePackages=true&limit=3');
    const [first] = body.scanners;
    expect(body.scannerPackages[first.packageId]).toMatchObject({ name: expect.any(String), vendored: true });
    expect((await ask('GET', '/scanner-packages?source=system')).body.packages).toHaveLength(4);
  });
});

describe('time travel', () => {
  it('shows scanners and projects as they were', async () => {
    const id = await create('Before', { published: true });
    const project = (await ask('POST', '/projects', { body: { name: 'Shop', type: 'app' } })).body.id;
    await ask('POST', `/projects/${project}/scanners/${id}`);
    const [added] = (await ask('GET', '/audit?type=project-scanner-added&limit=1')).body.events;
    const then = encodeURIComponent(added.createdAt);
    await ask('PATCH', `/scanners/${id}`, { body: { name: 'After' } });
    await ask('PATCH', `/projects/${project}`, { body: { name: 'Market' } });
    await ask('DELETE', `/projects/${project}/scanners/${id}`);
    expect((await ask('GET', `/scanners/${id}?configAt=${then}`)).body.scanner.name).toBe('Before');
    expect((await ask('GET', `/projects/${project}?configAt=${then}`)).body.project.name).toBe('Shop');
    const { projectScanners } = (await ask('GET', `/projects/${project}/scanners?configAt=${then}`)).body;
    expect(Object.keys(projectScanners.configs)).toEqual([id]);
    expect((await ask('GET', `/projects/${project}/scanners`)).body.projectScanners.configs).toEqual({});
    expect((await ask('GET', `/scanners/${id}?configAt=2001-01-01T00:00:00Z`)).status).toBe(404);
    expect((await ask('GET', `/scanners/${id}?configAt=yesterday`)).status).toBe(422);
    await ask('DELETE', `/scanners/${id}`);
    expect((await ask('GET', `/scanners/${id}?configAt=${then}`)).status).toBe(200);
  });
});

describe('a project', () => {
  it('answers by id and friendlyId, and says what it was changed to', async () => {
    const { id } = (await ask('POST', '/projects', { body: { name: 'My Shop', type: 'agentic' } })).body;
    const { project } = (await ask('GET', '/projects/my-shop')).body;
    expect(project).toMatchObject({ id, type: 'agentic', deploymentStatus: 'draft', friendlyId: 'my-shop' });
    const patched = await ask('PATCH', '/projects/my-shop', {
      body: { deploymentStatus: 'live', config: null },
    });
    expect(patched.body).toEqual({ message: 'Project updated' });
    expect((await ask('POST', '/projects', { body: { name: 'X', type: 'global' } })).status).toBe(422);
    const taken = { name: 'X', type: 'app', friendlyId: 'my-shop' };
    expect((await ask('POST', '/projects', { body: taken })).status).toBe(409);
    expect((await ask('DELETE', '/projects/global')).status).toBe(403);
    expect((await ask('DELETE', `/projects/${id}`)).status).toBe(200);
    expect((await ask('GET', `/projects/${id}`)).status).toBe(404);
  });

  it('takes the mode in both forms, and refuses what it cannot hold', async () => {
    const id = await create('Modes', { published: true });
    await ask('POST', `/projects/default/scanners/${id}`);
    const set = (entry: object): Promise<ManagementAnswer> =>
      ask('PATCH', '/projects/default', { body: { config: { scanners: [{ id, ...entry }] } } });
    const entry = async (): Promise<object> =>
      (await ask('GET', '/projects/default')).body.project.config.scanners.find(
        (it: { id: string }) => it.id === id,
      );
    await set({ blocking: false, mode: 'redact' });
    expect(await entry()).toMatchObject({ mode: 'redact', blocking: false, enabled: false });
    expect((await set({ mode: 'shout' })).status).toBe(422);
    const provider = { config: { providers: [{ enabled: true }] } };
    expect((await ask('PATCH', '/projects/default', { body: provider })).status).toBe(422);
    const unknown = { config: { scanners: [{ id: '01a22038-a4ba-763e-8bc8-5c354ff4ec46', enabled: true }] } };
    expect((await ask('PATCH', '/projects/default', { body: unknown })).status).toBe(422);
  });
});

describe('a body', () => {
  const NAMES = [
    'ｆｕｌｌ ｗｉｄｔｈ',
    'a\u0301 combining',
    '\u202egnirts',
    '😀'.repeat(100),
    "'; drop table scanners; --",
    '<script>alert(1)</script>',
    '%00',
    '../../etc/passwd',
    '{{7*7}}',
    '\u00a0',
    'null',
  ];
  it.each(NAMES)('keeps the name %s as it is', async (name) => {
    const id = await create(name);
    expect((await ask('GET', `/scanners/${id}`)).body.scanner.name).toBe(name);
  });

  it.each([['a\0b'], [''], ['x'.repeat(101)]])('refuses the name %j', async (name) => {
    const { status, body } = await ask('POST', '/scanners', { body: { name, config: { words: ['x'] } } });
    expect([status, body.detail[0].loc]).toEqual([422, ['body', 'name']]);
  });

  it.each<[string, RequestInit, number]>([
    ['not JSON', { body: '{', headers: { 'content-type': 'application/json' } }, 422],
    [
      'a key twice',
      { body: '{"name":"a","name":"b"}', headers: { 'content-type': 'application/json' } },
      422,
    ],
    ['half a pair', { body: '{"name":"\\ud800"}', headers: { 'content-type': 'application/json' } }, 422],
    [
      'another type',
      { body: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['a list', { body: '[]', headers: { 'content-type': 'application/json' } }, 422],
    ['too deep', { body: '['.repeat(100_000), headers: { 'content-type': 'application/json' } }, 422],
    ['nothing', {}, 422],
    ['a web page of another origin', { body: '{}', headers: { origin: 'https://evil.example' } }, 403],
  ])('of %s is refused', async (_name, init, status) => {
    const answer = await raw({ method: 'POST', ...init });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  it('may hold nulls and fields that nobody knows', async () => {
    const body = {
      name: 'Null',
      config: { type: null, words: ['x'] },
      tags: null,
      version: null,
      more: { a: 1 },
    };
    expect((await ask('POST', '/scanners', { body })).status).toBe(200);
  });
});
