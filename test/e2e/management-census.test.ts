/** Every route of the management API against every caller who may not, none of whom changes anything (THREATS U). */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Providers } from '../../src/core/provider.ts';
import { managementRoutes } from '../../src/management/management-routes.ts';
import { providerRoutes } from '../../src/management/provider-routes.ts';
import { type ReplayParts, replayRoutes } from '../../src/management/replay-routes.ts';
import type { Route } from '../../src/management/route.ts';
import type { ScanTools } from '../../src/management/run-scans.ts';
import { scanRoutes } from '../../src/management/scan-routes.ts';
import type { Access } from '../../src/registry/access.ts';
import { PERMISSIONS, type Permission } from '../../src/registry/permissions.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Secrets } from '../../src/registry/secrets.ts';
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
  scan: '',
  secret: '',
};
let foreign: string;
/** Of a user who holds nothing. */
let bare: string;
const IN_A_YEAR = new Date(Date.now() + 31_536_000_000).toISOString();

const ask: TestProgram['ask'] = (...args) => program.ask(...args);
async function make(path: string, body: object): Promise<ManagementAnswer['body']> {
  const answer = await ask('POST', path, { body });
  expect(answer.status).toBe(200);
  return answer.body;
}
const newToken = async (more: object): Promise<{ id: string; value: string }> =>
  (await make('/tokens', { name: 'robot', expiresAt: IN_A_YEAR, ...more })).token;
/** A token of a user who holds these in the organization. */
async function userToken(permissions: readonly Permission[]): Promise<string> {
  const role = await make('/auth/roles', { name: randomUUID(), permissions });
  const user = { email: `${randomUUID()}@example.org`, name: 'Somebody', roleIds: [role.id] };
  const userId = (await make('/users', user)).id;
  return (await newToken({ userId })).value;
}

beforeAll(async () => {
  program = await startTestProgram();
  ids.scanner = (await make('/scanners', { name: 'S', config: { words: ['x'] }, global: false })).id;
  ids.version = (await ask('GET', `/scanners/${ids.scanner}/versions`)).body.versions[0].id;
  ids.project = (await make('/projects', { name: 'Own', type: 'app' })).id;
  ids.foreign = (await make('/projects', { name: 'Foreign', type: 'app' })).id;
  ids.package = (await make('/scanner-packages', { name: 'P', scannerIds: [], global: false })).id;
  ids.role = (await make('/auth/roles', { name: 'Writers', permissions: ['scanners:write'] })).id;
  ids.user = (await make('/users', { email: 'writer@example.org', name: 'Writer', roleIds: [ids.role] })).id;
  ids.token = (await newToken({ machine: true, projectId: ids.project })).id;
  ids.scan = (await make('/scans', { input: 'x', project: ids.project })).id;
  ids.secret = (await make('/secrets', { name: 'kept', value: randomUUID() })).id;
  foreign = (await newToken({ machine: true, projectId: ids.foreign })).value;
  bare = await userToken([]);
});
afterAll(() => program.close());

const PROVIDERS: Providers = { list: [], fallback: undefined, ask: () => Promise.reject(new TypeError()) };
/** Nothing is asked of them: the census only reads their paths. */
const routes: readonly Route[] = [
  ...managementRoutes({
    registry: {} as Registry,
    access: {} as Access,
    secrets: {} as Secrets,
    providerCount: 0,
  }),
  ...scanRoutes({} as ScanTools),
  ...providerRoutes(PROVIDERS),
  ...replayRoutes({} as ReplayParts),
];
const nameOf = (route: Route): string => `${route.method} ${route.path}`;
const PARAMS: Readonly<Record<string, keyof typeof ids | undefined>> = {
  scannerId: 'scanner',
  versionId: 'version',
  project: 'project',
  scannerPackageId: 'package',
  userId: 'user',
  roleId: 'role',
  tokenId: 'token',
  scanRequestId: 'scan',
  promptId: 'scan',
  secretId: 'secret',
};
const pathOf = (route: Route): string =>
  route.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    if (name === 'provider') return 'main';
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
  preserve: true,
  value: 'taken-over',
};
const sends = (route: Route): object | undefined => (route.method === 'GET' ? undefined : BODY);
const statusOf = async (route: Route, token: string | null): Promise<number> =>
  (await ask(route.method, pathOf(route), { token, body: sends(route) })).status;
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
      '/prompts?onlyUser=false&limit=100',
      '/secrets',
      `/scanners/${ids.scanner}/versions`,
    ].map(async (path) => (await ask('GET', path)).body),
  );

describe('the census of routes', () => {
  it('knows every route', async () => {
    expect(routes.length).toBeGreaterThan(55);
    expect(new Set(routes.map(nameOf)).size).toBe(routes.length);
  });

  it.each(routes.map((it) => [nameOf(it), it] as const))('%s without a token', async (_name, route) => {
    for (const token of [null, `${Buffer.from(ids.token).toString('base64')}/guess`])
      expect(await statusOf(route, token)).toBe(401);
  });

  /** What a scan is asked for with is judged only after the permission. */
  const everyone = new Set(['GET /users/me', 'GET /tokens', 'POST /tokens', 'POST /scans', 'POST /prompts']);

  it('changes nothing for a token of another project', async () => {
    const before = await state();
    for (const route of routes.filter((it) => !everyone.has(nameOf(it)))) {
      const isList = route.method === 'GET' && !route.path.includes('{');
      const isOpen = isList || route.path.startsWith('/providers');
      const allowed = isOpen ? [200, 403, 404] : [403, 404];
      expect([nameOf(route), await statusOf(route, foreign)]).toEqual([
        nameOf(route),
        expect.toSatisfy((it) => allowed.includes(it)),
      ]);
    }
    expect(await state()).toEqual(before);
  });

  it('changes nothing for a user without permissions', async () => {
    const before = await state();
    for (const route of routes.filter((it) => !everyone.has(nameOf(it)))) {
      // Their own scans, of which there are none.
      const isOwnLog = nameOf(route) === 'GET /scans' || nameOf(route) === 'GET /prompts';
      const allowed = isOwnLog ? [200] : [403, 404];
      expect([nameOf(route), await statusOf(route, bare)]).toEqual([
        nameOf(route),
        expect.toSatisfy((it) => allowed.includes(it)),
      ]);
    }
    expect(await state()).toEqual(before);
  });

  it.each(PERMISSIONS)('changes nothing for a user with every permission but %s', async (missing) => {
    const token = await userToken(PERMISSIONS.filter((it) => it !== missing));
    const before = await state();
    for (const route of routes.filter((it) => it.permission === missing)) {
      // Everyone may scan in the global project.
      if (everyone.has(nameOf(route)) || missing === 'scans:create') continue;
      expect([nameOf(route), await statusOf(route, token)]).toEqual([
        nameOf(route),
        expect.toSatisfy((it) => it === 403 || it === 404),
      ]);
    }
    expect(await state()).toEqual(before);
  });

  it('scans in no project for who may not there', async () => {
    const token = await userToken(PERMISSIONS.filter((it) => it !== 'scans:create'));
    const before = await state();
    for (const path of ['/scans', '/prompts']) {
      const { status } = await ask('POST', path, { token, body: { input: 'x', project: ids.project } });
      expect([path, status]).toEqual([path, 403]);
      const hidden = await ask('POST', path, { token: bare, body: { input: 'x', project: ids.project } });
      expect([path, hidden.status]).toEqual([path, 404]);
    }
    expect(await state()).toEqual(before);
  });
});
