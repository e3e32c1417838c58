/** Nobody changes a user, a role or a membership that holds more than they do (THREATS U). */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Permission } from '../../src/registry/permissions.ts';
import { type ManagementAnswer, startTestProgram, type TestProgram } from '../support/test-program.ts';

type Body = ManagementAnswer['body'];
let program: TestProgram;
const IN_A_YEAR = new Date(Date.now() + 31_536_000_000).toISOString();
const ask: TestProgram['ask'] = (...args) => program.ask(...args);
async function make(path: string, body: object): Promise<Body> {
  const answer = await ask('POST', path, { body });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}
const newRole = async (permissions: readonly Permission[], projectId?: string): Promise<string> =>
  (await make('/auth/roles', { name: randomUUID(), permissions, projectId })).id;
const newUser = async (roleIds: readonly string[] = []): Promise<string> =>
  (await make('/users', { email: `${randomUUID()}@example.org`, name: 'Somebody', roleIds })).id;
async function newHolder(permissions: readonly Permission[], projectId?: string) {
  const id = await newUser([await newRole(permissions, projectId)]);
  const { token } = await make('/tokens', { name: 'own', expiresAt: IN_A_YEAR, userId: id });
  return { id, token: token.value as string };
}
const userNow = async (id: string): Promise<Body> => (await ask('GET', `/users/${id}`)).body.user;

beforeAll(async () => {
  program = await startTestProgram();
});
afterAll(() => program.close());

describe('who may write users', () => {
  it('changes and deletes those who hold no more than they do, and no others', async () => {
    const writer = await newHolder(['users:read', 'users:write', 'logs:read']);
    const project = (await make('/projects', { name: 'Shop', type: 'app' })).id;
    const above = [
      'owner',
      await newUser([await newRole(['logs:write'])]),
      await newUser([await newRole(['projects:write'], project)]),
      await newUser(['Organization admin']),
    ];
    for (const id of above) {
      const before = await userNow(id);
      for (const body of [{ blocked: true }, { blocked: false }, { name: 'Renamed' }]) {
        expect((await ask('PATCH', `/users/${id}`, { token: writer.token, body })).status).toBe(403);
      }
      expect((await ask('DELETE', `/users/${id}`, { token: writer.token })).status).toBe(403);
      expect(await userNow(id)).toEqual(before);
    }
    const below = await newUser([await newRole(['logs:read'])]);
    for (const body of [{ blocked: true }, { name: 'Renamed' }, { blocked: false }]) {
      expect((await ask('PATCH', `/users/${below}`, { token: writer.token, body })).status).toBe(200);
    }
    expect((await ask('DELETE', `/users/${below}`, { token: writer.token })).status).toBe(200);
    expect((await ask('DELETE', '/users/nobody', { token: writer.token })).status).toBe(404);
  });

  it('does not let in again who was blocked and holds more', async () => {
    const writer = await newHolder(['users:write']);
    const admin = await newUser(['Organization admin']);
    await ask('PATCH', `/users/${admin}`, { body: { blocked: true } });
    const again = await ask('PATCH', `/users/${admin}`, { token: writer.token, body: { blocked: false } });
    expect(again.status).toBe(403);
    expect(await userNow(admin)).toMatchObject({ blocked: true });
  });
});

describe('who may write roles', () => {
  it('takes nothing from a role that holds more than they do', async () => {
    const { token } = await newHolder(['roles:read', 'roles:write', 'logs:read']);
    const above = await newRole(['logs:read', 'audit:read']);
    const asked = [
      ask('PATCH', `/auth/roles/${above}`, { token, body: { permissions: ['logs:read'] } }),
      ask('PATCH', `/auth/roles/${above}`, { token, body: { name: 'Mine' } }),
      ask('PATCH', `/auth/roles/${above}/permissions`, { token, body: { permissions: ['logs:read'] } }),
      ask('DELETE', `/auth/roles/${above}/permissions`, { token, body: { permissions: ['logs:read'] } }),
      ask('DELETE', `/auth/roles/${above}`, { token }),
    ];
    for (const answer of asked) expect((await answer).status).toBe(403);
    expect((await ask('GET', `/auth/roles/${above}`)).body.role.permissions).toEqual([
      'logs:read',
      'audit:read',
    ]);
    const own = await newRole(['logs:read']);
    expect((await ask('DELETE', `/auth/roles/${own}`, { token })).status).toBe(200);
  });

  it('gives no role the name of one that always exists, however it is written', async () => {
    for (const name of [
      'organization OWNER',
      'Organization admin',
      'ORGANIZATION USER',
      ' Organization  owner ',
      'Ｏrganization owner',
    ]) {
      const taken = await ask('POST', '/auth/roles', { body: { name, permissions: [] } });
      expect([name, taken.status]).toEqual([name, 409]);
    }
    const role = await newRole([]);
    const renamed = await ask('PATCH', `/auth/roles/${role}`, { body: { name: 'organization Admin' } });
    expect(renamed.status).toBe(409);
    await make('/projects', { name: 'Depot', type: 'app' });
    expect(
      (await ask('POST', '/auth/roles', { body: { name: 'depot ADMIN', permissions: [] } })).status,
    ).toBe(409);
  });

  it('sees how many hold each role', async () => {
    const role = await newRole(['logs:read']);
    for (let i = 0; i < 3; i++) await newUser([role]);
    const { roles } = (await ask('GET', '/auth/roles?limit=100')).body;
    expect(roles.find((it: Body) => it.id === role)).toMatchObject({ memberCount: 3 });
    expect(roles.find((it: Body) => it.name === 'Organization owner')).toMatchObject({ memberCount: 1 });
    expect((await ask('GET', `/auth/roles/${role}`)).body.role).toMatchObject({ memberCount: 3 });
  });
});

describe('the members of a project', () => {
  it('who are its admins are taken out by those alone who hold as much', async () => {
    const project = (await make('/projects', { name: 'Yard', type: 'app' })).id;
    const { token } = await newHolder(
      ['projects:read', 'projects:write', 'scanners:read', 'packages:read', 'providers:read', 'scans:create'],
      project,
    );
    const [admin, member] = [await newUser(), await newUser()];
    await make(`/projects/${project}/members`, { members: [admin], admin: true });
    await make(`/projects/${project}/members`, { members: [member] });
    const path = `/projects/${project}/members`;
    expect((await ask('DELETE', `${path}/${admin}`, { token })).status).toBe(403);
    expect((await ask('PATCH', `${path}/${admin}`, { token, body: { admin: false } })).status).toBe(403);
    expect((await ask('POST', path, { token, body: { members: [admin] } })).status).toBe(403);
    const counts = { adminCount: 2, memberCount: 1 };
    expect((await ask('GET', `/projects/${project}`)).body.project).toMatchObject(counts);
    expect((await ask('DELETE', `${path}/${member}`, { token })).status).toBe(200);
  });

  it('are there with the project, or it is not made', async () => {
    const before = (await ask('GET', '/projects?limit=100')).body.projects.length;
    const body = { name: 'Half', type: 'app', adminIds: ['owner'], memberIds: ['nobody'] };
    expect((await ask('POST', '/projects', { body })).status).toBe(422);
    expect((await ask('GET', '/projects?limit=100')).body.projects).toHaveLength(before);
  });
});
