/** Who may what in the management API: every route against every kind of caller, tokens, users, roles (THREATS U). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { managementRoutes } from '../../src/management/management-routes.ts';
import type { Route } from '../../src/management/route.ts';
import type { Access } from '../../src/registry/access.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { type ManagementAnswer, startTestProgram, type TestProgram } from '../support/test-program.ts';

let program: TestProgram;
const ids = {
  scanner: '',
  version: '',
  project: '',
  foreign: '',
  package: '',
  user: '',
  role: '',
  token: '',
};
const tokens = { own: '', foreign: '' };
const IN_A_YEAR = new Date(Date.now() + 31_536_000_000).toISOString();

const ask: TestProgram['ask'] = (...args) => program.ask(...args);
async function make(path: string, body: object): Promise<ManagementAnswer['body']> {
  const answer = await ask('POST', path, { body });
  expect(answer.status).toBe(200);
  return answer.body;
}
const newToken = async (projectId: string): Promise<{ id: string; value: string }> =>
  (await make('/tokens', { name: 'robot', expiresAt: IN_A_YEAR, machine: true, projectId })).token;

async function userWith(roleIds: readonly string[], email: string): Promise<string> {
  return (await make('/users', { email, name: 'Somebody', roleIds })).id;
}

beforeAll(async () => {
  program = await startTestProgram();
  ids.scanner = (await make('/scanners', { name: 'S', config: { words: ['x'] }, global: false })).id;
  ids.version = (await ask('GET', `/scanners/${ids.scanner}/versions`)).body.versions[0].id;
  ids.project = (await make('/projects', { name: 'Own', type: 'app' })).id;
  ids.foreign = (await make('/projects', { name: 'Foreign', type: 'app' })).id;
  ids.package = (await make('/scanner-packages', { name: 'P', scannerIds: [], global: false })).id;
  ids.role = (
    await make('/auth/roles', { name: 'Writers', permissions: ['scanners:read', 'scanners:write'] })
  ).id;
  ids.user = await userWith([ids.role], 'writer@example.org');
  const [own, foreign] = [await newToken(ids.project), await newToken(ids.foreign)];
  ids.token = own.id;
  tokens.own = own.value;
  tokens.foreign = foreign.value;
});
afterAll(() => program.close());

/** Nothing is asked of them: the census only reads their paths. */
const routes: readonly Route[] = managementRoutes({
  registry: {} as Registry,
  access: {} as Access,
  providerCount: 0,
});
const PARAMS: Readonly<Record<string, keyof typeof ids>> = {
  scannerId: 'scanner',
  versionId: 'version',
  project: 'project',
  scannerPackageId: 'package',
  userId: 'user',
  roleId: 'role',
  tokenId: 'token',
};
const pathOf = (route: Route): string =>
  route.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const id = PARAMS[name];
    if (id === undefined) throw new TypeError(`the census does not know {${name}}`);
    return ids[id];
  });
/** Bodies that would change something where they were let through. */
const BODY = {
  name: 'Taken over',
  config: { words: ['taken'] },
  type: 'app',
  scannerIds: [],
  email: 'evil@example.org',
  permissions: ['scanners:write'],
  members: ['owner'],
  admin: true,
  expiresAt: IN_A_YEAR,
  machine: true,
  global: true,
};
/** All that could have changed. */
const state = async (): Promise<unknown> =>
  Promise.all(
    [
      '/scanners?limit=100',
      '/projects?limit=100',
      '/scanner-packages?limit=100',
      '/users?limit=100',
      '/auth/roles?limit=100',
      '/tokens?machine=true&limit=100',
      `/scanners/${ids.scanner}/versions`,
    ].map(async (path) => (await ask('GET', path)).body),
  );

describe('the census of routes', () => {
  it('knows every route', () => {
    expect(routes.length).toBeGreaterThan(35);
    expect(new Set(routes.map((it) => `${it.method} ${it.path}`)).size).toBe(routes.length);
  });

  it.each(routes.map((it) => [`${it.method} ${it.path}`, it] as const))(
    '%s without a token',
    async (_name, route) => {
      for (const token of [null, `${Buffer.from(ids.token).toString('base64')}/guess`]) {
        const { status } = await ask(route.method, pathOf(route), { token, body: sends(route) });
        expect(status).toBe(401);
      }
    },
  );

  it('changes nothing for a token of another project', async () => {
    const before = await state();
    for (const route of routes) {
      // Its own list and its own tokens are its to see and make.
      if (route.path === '/tokens') continue;
      const { status } = await ask(route.method, pathOf(route), {
        token: tokens.foreign,
        body: sends(route),
      });
      const isList = route.method === 'GET' && !route.path.includes('{');
      const allowed = isList ? [200, 403, 404] : [401, 403, 404];
      expect([`${route.method} ${route.path}`, status]).toEqual([
        `${route.method} ${route.path}`,
        route.path === '/users/me' ? 200 : expect.toSatisfy((it) => allowed.includes(it)),
      ]);
    }
    expect(await state()).toEqual(before);
  });
});

const sends = (route: Route): object | undefined => (route.method === 'GET' ? undefined : BODY);

describe('a project token', () => {
  it('sees its project and not the other', async () => {
    const { body } = await ask('GET', '/projects', { token: tokens.own });
    expect(body.projects.map((it: { id: string }) => it.id)).toEqual([ids.project]);
    expect((await ask('GET', `/projects/${ids.foreign}`, { token: tokens.own })).status).toBe(404);
    expect((await ask('GET', '/project', { token: tokens.own })).status).toBe(404);
    expect((await ask('GET', '/projects/Foreign', { token: tokens.own })).status).toBe(404);
  });

  it('configures its project with scanners that are there for it, and makes none', async () => {
    const system = (await ask('GET', '/scanners?source=system&limit=1', { token: tokens.own })).body
      .scanners[0];
    const add = await ask('POST', `/projects/${ids.project}/scanners/${system.id}`, { token: tokens.own });
    expect(add.status).toBe(200);
    const hidden = await ask('POST', `/projects/${ids.project}/scanners/${ids.scanner}`, {
      token: tokens.own,
    });
    expect(hidden.status).toBe(404);
    const made = await ask('POST', '/scanners', {
      token: tokens.own,
      body: { name: 'Mine', config: { words: ['x'] } },
    });
    expect([made.status, made.body]).toEqual([403, { detail: 'Not enough permissions' }]);
    await ask('PATCH', `/scanners/${ids.scanner}/access`, { body: { projectIds: [ids.project] } });
    expect((await ask('GET', `/scanners/${ids.scanner}`, { token: tokens.own })).status).toBe(200);
    expect((await ask('GET', `/scanners/${ids.scanner}`, { token: tokens.foreign })).status).toBe(404);
    await ask('PATCH', `/scanners/${ids.scanner}/access`, { body: { projectIds: [] } });
  });

  it('makes tokens of its own reach only', async () => {
    const make = (more: object): Promise<ManagementAnswer> =>
      ask('POST', '/tokens', { token: tokens.own, body: { name: 'two', expiresAt: IN_A_YEAR, ...more } });
    expect((await make({ machine: true, projectId: ids.foreign })).status).toBe(404);
    const { status, body } = await make({ machine: true });
    expect([status, body.token.projectId]).toEqual([200, ids.project]);
    expect((await ask('GET', '/projects', { token: body.token.value })).body.projects).toHaveLength(1);
  });

  it('ends with its project', async () => {
    const project = (await make('/projects', { name: 'Short', type: 'app' })).id;
    const { value } = await newToken(project);
    expect((await ask('GET', '/projects', { token: value })).status).toBe(200);
    await ask('DELETE', `/projects/${project}`);
    expect((await ask('GET', '/projects', { token: value })).status).toBe(401);
  });
});

describe('a token', () => {
  it('48: is shown once, then masked, and is nothing once revoked or expired', async () => {
    const { id, value } = await newToken(ids.project);
    expect(value).toMatch(/^[A-Za-z0-9+/=]{48}\/[A-Za-z0-9_-]{43}$/);
    const { body } = await ask('GET', `/tokens?machine=true&projectId=${ids.project}&limit=100`);
    expect(JSON.stringify(body)).not.toContain(value);
    expect(body.tokens.find((it: { id: string }) => it.id === id)).toMatchObject({ value: '************' });
    expect((await ask('DELETE', `/tokens/${id}`, { token: tokens.foreign })).status).toBe(404);
    expect((await ask('DELETE', `/tokens/${id}`)).status).toBe(200);
    expect((await ask('GET', '/projects', { token: value })).status).toBe(401);
    const past = { name: 'late', expiresAt: '2020-01-01T00:00:00Z', machine: true };
    expect((await ask('POST', '/tokens', { body: past })).status).toBe(422);
  });

  it('of the whole organization is made by one of the whole organization', async () => {
    const { token } = await make('/tokens', { name: 'all', expiresAt: IN_A_YEAR, machine: true });
    expect(token).toMatchObject({ machine: true, projectId: null, userId: '' });
    expect((await ask('GET', '/audit', { token: token.value })).status).toBe(200);
  });
});

describe('users and roles', () => {
  it('are made, listed, changed and gone', async () => {
    const id = await userWith([], 'short@example.org');
    expect(
      (await ask('POST', '/users', { body: { email: 'SHORT@example.org', name: 'Again' } })).status,
    ).toBe(409);
    expect((await ask('POST', '/users', { body: { email: 'nothing', name: 'Again' } })).status).toBe(422);
    expect((await ask('GET', '/users?search=short')).body.users).toMatchObject([{ id, org: 'sallyport' }]);
    await ask('POST', `/users/${id}/roles/${ids.role}`);
    expect((await ask('GET', `/users/${id}`)).body.user.roleIds).toEqual([ids.role]);
    await ask('DELETE', `/users/${id}/roles/writers`);
    expect((await ask('GET', `/users/${id}`)).body.user.roleIds).toEqual([]);
    expect((await ask('PATCH', `/users/${id}`, { body: { name: 'Renamed' } })).status).toBe(200);
    expect((await ask('DELETE', `/users/${id}`)).status).toBe(200);
    expect((await ask('GET', `/users/${id}`)).status).toBe(404);
    expect((await ask('DELETE', '/users/owner')).status).toBe(403);
  });

  it('roles keep to known permissions and names of their own', async () => {
    const role = (await make('/auth/roles', { name: 'Readers', permissions: ['audit:read'] })).id;
    expect((await ask('POST', '/auth/roles', { body: { name: 'readers', permissions: [] } })).status).toBe(
      409,
    );
    expect((await ask('POST', '/auth/roles', { body: { name: 'Odd', permissions: ['fly'] } })).status).toBe(
      422,
    );
    await ask('PATCH', `/auth/roles/${role}/permissions`, { body: { permissions: ['logs:read'] } });
    await ask('DELETE', `/auth/roles/Readers/permissions`, { body: { permissions: ['audit:read'] } });
    expect((await ask('GET', '/auth/roles/READERS')).body.role).toMatchObject({
      permissions: ['logs:read'],
      system: false,
      memberCount: 0,
    });
    expect((await ask('DELETE', `/auth/roles/${role}`)).status).toBe(200);
    const owner = (await ask('GET', '/auth/roles?limit=1')).body.roles[0];
    expect((await ask('DELETE', `/auth/roles/${owner.id}`)).status).toBe(403);
  });

  it('members of a project are listed with it', async () => {
    await ask('POST', `/projects/${ids.project}/members`, { body: { members: [ids.user] } });
    const members = async (): Promise<string[]> =>
      (await ask('GET', `/users?project=${ids.project}&limit=100`)).body.users.map(
        (it: { id: string }) => it.id,
      );
    expect((await members()).sort()).toEqual([ids.user, 'owner'].sort());
    expect((await ask('GET', `/projects/${ids.project}`)).body.project).toMatchObject({
      adminCount: 1,
      memberCount: 1,
    });
    await ask('PATCH', `/projects/${ids.project}/members/${ids.user}`, { body: { admin: true } });
    expect((await ask('GET', `/projects/${ids.project}`)).body.project).toMatchObject({
      adminCount: 2,
      memberCount: 0,
    });
    await ask('DELETE', `/projects/${ids.project}/members/${ids.user}`);
    expect(await members()).toEqual(['owner']);
    const unknown = await ask('POST', `/projects/${ids.project}/members`, { body: { members: ['nobody'] } });
    expect(unknown.status).toBe(422);
  });
});
