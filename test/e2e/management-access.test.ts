/** Who may what in the management API: tokens, users, roles, members (THREATS U). */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ManagementAnswer, startTestProgram, type TestProgram } from '../support/test-program.ts';

let program: TestProgram;
const ids = { scanner: '', project: '', foreign: '', user: '', role: '' };
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

/** A personal token of the user. */
const personal = async (userId: string): Promise<string> =>
  (await make('/tokens', { name: 'laptop', expiresAt: IN_A_YEAR, userId })).token.value;

async function userWith(roleIds: readonly string[], email: string): Promise<string> {
  return (await make('/users', { email, name: 'Somebody', roleIds })).id;
}

beforeAll(async () => {
  program = await startTestProgram();
  ids.scanner = (await make('/scanners', { name: 'S', config: { words: ['x'] }, global: false })).id;
  ids.project = (await make('/projects', { name: 'Own', type: 'app' })).id;
  ids.foreign = (await make('/projects', { name: 'Foreign', type: 'app' })).id;
  ids.role = (
    await make('/auth/roles', { name: 'Writers', permissions: ['scanners:read', 'scanners:write'] })
  ).id;
  ids.user = await userWith([ids.role], 'writer@example.org');
  const [own, foreign] = [await newToken(ids.project), await newToken(ids.foreign)];
  tokens.own = own.value;
  tokens.foreign = foreign.value;
});
afterAll(() => program.close());

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

  it('tests and replays no version of a scanner that is not there for it', async () => {
    const { versions } = (await ask('GET', `/scanners/${ids.scanner}/versions`)).body;
    const body = { input: 'x', test: true, versions: [versions[0].id] };
    const unknown = { ...body, versions: ['01a22038-a4ba-763e-8bc8-5c354ff4ec46'] };
    const refused = await ask('POST', '/scans', { token: tokens.own, body });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual((await ask('POST', '/scans', { token: tokens.own, body: unknown })).body);
    expect((await ask('POST', '/scans', { body })).body.result.outcome).toBe('flagged');
    const replay = `/scanners/${ids.scanner}/versions/${versions[0].id}/replay`;
    expect((await ask('POST', replay, { token: tokens.own, body: {} })).status).toBe(404);
    expect((await ask('POST', replay, { body: {} })).status).toBe(200);
  });

  it('sees the users of its project, whatever role is asked for', async () => {
    const owner = (await ask('GET', '/auth/roles?limit=1')).body.roles[0];
    const project = (await make('/projects', { name: 'Alone', type: 'app', adminIds: [ids.user] })).id;
    const { value: token } = await newToken(project);
    const users = async (query: string): Promise<string[]> =>
      (await ask('GET', `/users?project=${project}${query}`, { token })).body.users.map(
        (it: { id: string }) => it.id,
      );
    expect(await users('')).toEqual([ids.user]);
    expect(await users(`&roleId=${owner.id}`)).toEqual([]);
    expect(await users(`&roleId=${ids.role}`)).toEqual([ids.user]);
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

  it('of a user may what they may, ends with them, and is made by who may all of it', async () => {
    const user = await userWith([ids.role], 'laptop@example.org');
    const token = await personal(user);
    expect((await ask('GET', '/users/me', { token })).body.user).toMatchObject({
      id: user,
      permissions: ['scanners:read', 'scanners:write'],
    });
    const scanner = { name: 'By a user', config: { words: ['x'] } };
    const { id } = (await ask('POST', '/scanners', { token, body: scanner })).body;
    expect((await ask('GET', `/scanners/${id}`)).body.scanner.versionMeta.createdBy).toBe(user);
    expect((await ask('POST', '/projects', { token, body: { name: 'No', type: 'app' } })).status).toBe(403);
    const second = { name: 'phone', expiresAt: IN_A_YEAR };
    const own = (await ask('POST', '/tokens', { token, body: second })).body.token;
    expect(own).toMatchObject({ userId: user, machine: false });
    const forOwner = { ...second, userId: 'owner' };
    expect((await ask('POST', '/tokens', { token, body: forOwner })).status).toBe(403);
    expect((await ask('POST', '/tokens', { body: { ...second, userId: 'nobody' } })).status).toBe(422);
    expect((await ask('GET', '/tokens', { token })).body.tokens).toHaveLength(2);
    expect((await ask('GET', `/tokens?userId=${user}`)).body.tokens).toHaveLength(2);
    expect((await ask('GET', '/tokens?userId=owner', { token })).status).toBe(403);
    await ask('PATCH', `/users/${user}`, { body: { blocked: true } });
    expect((await ask('GET', '/users/me', { token })).status).toBe(401);
    expect((await ask('POST', '/tokens', { body: { ...second, userId: user } })).status).toBe(422);
    await ask('PATCH', `/users/${user}`, { body: { blocked: false } });
    await ask('DELETE', `/users/${user}`);
    for (const value of [token, own.value])
      expect((await ask('GET', '/users/me', { token: value })).status).toBe(401);
  });

  it('of the whole organization is made by one of the whole organization', async () => {
    const { token } = await make('/tokens', { name: 'all', expiresAt: IN_A_YEAR, machine: true });
    expect(token).toMatchObject({ machine: true, projectId: null, userId: '' });
    expect((await ask('GET', '/audit', { token: token.value })).status).toBe(200);
  });
});

describe('a user of some permissions', () => {
  /** A token of a user with a role of these, in the organization or in one project. */
  async function userToken(permissions: readonly string[], projectId?: string): Promise<string> {
    const name = `Role ${randomUUID()}`;
    const role = (await make('/auth/roles', { name, permissions, projectId })).id;
    const user = await userWith([role], `${randomUUID()}@example.org`);
    return personal(user);
  }

  it('makes no token for a project that may more than they do there', async () => {
    const token = await userToken(['projects:read', 'projects:write', 'tokens:read', 'tokens:write']);
    const body = { name: 'more', expiresAt: IN_A_YEAR, machine: true, projectId: ids.project };
    expect((await ask('POST', '/tokens', { token, body })).status).toBe(403);
  });

  it('makes nobody a member of a project who then may more than they do there', async () => {
    const token = await userToken(['projects:read', 'projects:write'], ids.project);
    const me = (await ask('GET', '/users/me', { token })).body.user.id;
    const members = `/projects/${ids.project}/members`;
    for (const admin of [true, false]) {
      const { status } = await ask('POST', members, { token, body: { members: [me], admin } });
      expect([admin, status]).toEqual([admin, 403]);
    }
    expect((await ask('PATCH', `${members}/${me}`, { token, body: { admin: true } })).status).toBe(403);
    await make('/scans', { input: 'x', project: ids.project });
    expect((await ask('GET', '/scans?onlyUser=false', { token })).body.scans).toEqual([]);
  });

  it('of several projects sees what each of them may add', async () => {
    const token = await userToken([]);
    const me = (await ask('GET', '/users/me', { token })).body.user.id;
    const projects: readonly string[] = await Promise.all(
      ['One', 'Two'].map(async (name) => (await make('/projects', { name, type: 'app' })).id),
    );
    const config = { words: ['x'] };
    for (const [index, project] of projects.entries()) {
      await make(`/projects/${project}/members`, { members: [me] });
      const scanner = await make('/scanners', { name: `Theirs ${index}`, config, global: false });
      const pack = await make('/scanner-packages', {
        name: `Theirs ${index}`,
        scannerIds: [],
        global: false,
      });
      const access = { body: { projectIds: [project] } };
      expect((await ask('PATCH', `/scanners/${scanner.id}/access`, access)).status).toBe(200);
      expect((await ask('PATCH', `/scanner-packages/${pack.id}/access`, access)).status).toBe(200);
    }
    for (const [path, key] of [
      ['/scanners', 'scanners'],
      ['/scanner-packages', 'packages'],
    ] as const) {
      const seen = await ask('GET', `${path}?search=theirs&ascending=true`, { token });
      expect(seen.body[key].map((it: { name: string }) => it.name)).toEqual(['Theirs 0', 'Theirs 1']);
      const one = await ask('GET', `${path}?search=theirs&accessibleToProjectId=${projects[1]}`, { token });
      expect(one.body[key].map((it: { name: string }) => it.name)).toEqual(['Theirs 1']);
    }
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
    expect((await ask('GET', '/users?search=SOMEBODY&limit=100')).body.users).toContainEqual(
      expect.objectContaining({ id }),
    );
    const odd = await userWith([], 'a_b%c@example.org');
    expect((await ask('GET', '/users?search=A_B%25')).body.users).toMatchObject([{ id: odd }]);
    expect((await ask('GET', '/users?search=_h_')).body.users).toEqual([]);
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
