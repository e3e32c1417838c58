/** Users, roles and tokens over every store. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { newTimedId, nowMicros } from '../../src/compose-store.ts';
import { type Access, createAccess, seedAccess } from '../../src/registry/access.ts';
import type { Permission } from '../../src/registry/permissions.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStores } from '../support/store-suite.ts';
import { ACTOR, seededRegistry } from '../support/test-registry.ts';

const PAGE = { offset: 0, limit: 100, ascending: true };
const HOUR = 3_600_000_000;

describeStores('access', ({ open, test }) => {
  /** @param now for the tests in which time passes */
  async function start(
    now: () => number = nowMicros,
  ): Promise<{ store: Store; registry: Registry; access: Access }> {
    const store = await open();
    const registry = await seededRegistry(store);
    const newSecret = (): string => randomBytes(32).toString('base64url');
    const tools = { store, now, newId: newTimedId, newSecret };
    await seedAccess(tools);
    await seedAccess(tools);
    return { store, registry, access: createAccess(tools) };
  }
  const newUser = (access: Access, email: string, roleIds: readonly string[] = []): Promise<string> =>
    access.createUser(ACTOR, { email, name: 'Some Body', roleIds });
  const newToken = (
    access: Access,
    more: { readonly userId?: string; readonly projectId?: string; readonly expiresAt?: number } = {},
  ): ReturnType<Access['createToken']> =>
    access.createToken(ACTOR, {
      name: 'robot',
      expiresAt: more.expiresAt ?? nowMicros() + HOUR,
      userId: more.userId ?? null,
      projectId: more.projectId ?? null,
    });
  const refused = (fault: string): object => expect.objectContaining({ name: 'RegistryError', fault });

  test('a fresh database has one owner, who stays', async () => {
    const { access } = await start();
    const { items } = await access.listUsers({}, PAGE);
    expect(items.map(({ id }) => id)).toEqual(['owner']);
    expect((await access.grantsOf('owner'))?.everywhere.size).toBeGreaterThan(15);
    await expect(access.deleteUser(ACTOR, 'owner')).rejects.toEqual(refused('forbidden'));
    await expect(access.updateUser(ACTOR, 'owner', { blocked: true })).rejects.toEqual(refused('forbidden'));
    await expect(access.unassignRole(ACTOR, 'owner', 'Organization owner')).rejects.toEqual(
      refused('forbidden'),
    );
  });

  test('users are found by parts of name and address in any letter case, and by role and project', async () => {
    const { access, registry } = await start();
    const role = await access.createRole(ACTOR, { name: 'Readers', permissions: ['logs:read'] });
    const first = await newUser(access, 'Jo_100%@Example.org', [role]);
    const second = await newUser(access, 'jox100@example.org');
    const found = async (search: string): Promise<string[]> =>
      (await access.listUsers({}, { ...PAGE, search })).items.map(({ id }) => id);
    expect(await found('JO_1')).toEqual([first]);
    expect(await found('100%@')).toEqual([first]);
    expect(await found('sOME b')).toEqual([first, second]);
    await expect(newUser(access, 'JOX100@EXAMPLE.ORG')).rejects.toEqual(refused('conflict'));
    const projectId = await registry.createProject(ACTOR, { name: 'Shop', type: 'app' });
    await access.setMembers(ACTOR, projectId, [first, second], false);
    const listed = async (filter: object): Promise<string[]> =>
      (await access.listUsers(filter, PAGE)).items.map(({ id }) => id);
    expect(await listed({ roleId: role })).toEqual([first]);
    expect(await listed({ projectId })).toEqual([first, second]);
    expect(await listed({ projectId, roleId: role })).toEqual([first]);
    await access.removeMember(ACTOR, projectId, first);
    expect(await listed({ projectId, roleId: role })).toEqual([]);
  });

  test('a project is made with its members, or not at all', async () => {
    const { access, registry } = await start();
    const user = await newUser(access, 'member@example.org');
    const input = { name: 'Shop', type: 'app' } as const;
    const gone = access.createProject(ACTOR, input, { adminIds: ['owner', 'nobody'], memberIds: [user] });
    await expect(gone).rejects.toEqual(refused('not_found'));
    expect((await registry.listProjects({}, { ...PAGE, search: 'Shop' })).items).toEqual([]);
    const id = await access.createProject(ACTOR, input, { adminIds: ['owner'], memberIds: [user, 'owner'] });
    expect(await access.countsOf(await registry.getProject(id))).toMatchObject({ admins: 1, members: 1 });
  });

  test('permissions are those of the roles, in the organization or in one project', async () => {
    const { access, registry } = await start();
    const projectId = await registry.createProject(ACTOR, { name: 'Shop', type: 'app' });
    const everywhere = await access.createRole(ACTOR, { name: 'All logs', permissions: ['logs:read'] });
    const here = await access.createRole(ACTOR, {
      name: 'Here',
      permissions: ['scanners:read', 'projects:read'],
      projectId,
    });
    const user = await newUser(access, 'a@example.org', [everywhere, here]);
    const grants = async (): Promise<{ everywhere: Permission[]; here: Permission[] }> => {
      const held = await access.grantsOf(user);
      const inProject = held?.inProjects.get(projectId) ?? [];
      return { everywhere: [...(held?.everywhere ?? [])], here: [...inProject].toSorted() };
    };
    expect(await grants()).toEqual({ everywhere: ['logs:read'], here: ['projects:read', 'scanners:read'] });
    await access.updateRole(ACTOR, here, { permissions: ['projects:read'] });
    expect(await grants()).toMatchObject({ here: ['projects:read'] });
    await access.setMembers(ACTOR, projectId, [user], true);
    expect((await grants()).here).toContain('projects:write');
    await access.setMembers(ACTOR, projectId, [user], false);
    expect((await grants()).here).not.toContain('projects:write');
    const other = await access.createRole(ACTOR, { name: 'Other', permissions: ['audit:read'] });
    await access.deleteRole(ACTOR, everywhere, other);
    expect((await grants()).everywhere).toEqual(['audit:read']);
    await access.updateUser(ACTOR, user, { blocked: true });
    expect(await access.grantsOf(user)).toBeUndefined();
  });

  test('a token is found by its text alone, which the database does not hold', async () => {
    const { access, registry, store } = await start();
    const projectId = await registry.createProject(ACTOR, { name: 'Shop', type: 'app' });
    const { token, text } = await newToken(access, { projectId });
    expect(await access.findHolder(text)).toMatchObject({ userId: null, projectId });
    for (const wrong of [`${text}x`, text.slice(0, -1), text.split('/')[1] ?? '', token.id, ''])
      expect(await access.findHolder(wrong)).toBeUndefined();
    const rows = await store.read((db) => db.selectFrom('tokens').selectAll().execute());
    expect(JSON.stringify(rows)).not.toContain(text.split('/')[1]);
    expect(await access.listTokens({ machine: true, projectIds: [projectId] }, PAGE)).toMatchObject({
      items: [token],
    });
    expect(typeof token.expiresAt).toBe('number');
    expect(await access.getToken(token.id)).toEqual(token);
    await access.revokeToken(ACTOR, token.id);
    expect(await access.findHolder(text)).toBeUndefined();
    await expect(access.revokeToken(ACTOR, token.id)).rejects.toEqual(refused('not_found'));
  });

  test('a token ends at its time, with its user and with its project', async () => {
    let passed = 0;
    const { access, registry } = await start(() => nowMicros() + passed);
    const projectId = await registry.createProject(ACTOR, { name: 'Short', type: 'app' });
    const user = await newUser(access, 'short@example.org');
    const ofProject = await newToken(access, { projectId });
    const ofUser = await newToken(access, { userId: user });
    const forever = await newToken(access, { expiresAt: nowMicros() + 1_000 * HOUR });
    const timed = await newToken(access);
    const living = async (): Promise<boolean[]> =>
      Promise.all(
        [ofProject, ofUser, forever, timed].map(
          async ({ text }) => (await access.findHolder(text)) !== undefined,
        ),
      );
    expect(await living()).toEqual([true, true, true, true]);
    await registry.deleteProject(ACTOR, projectId);
    await access.deleteUser(ACTOR, user);
    expect(await living()).toEqual([false, false, true, true]);
    passed = 2 * HOUR;
    expect(await living()).toEqual([false, false, true, false]);
    await expect(newToken(access, { expiresAt: nowMicros() + HOUR })).rejects.toEqual(refused('invalid'));
  });

  test('of 8 who take one address or one name at once, one gets it', async () => {
    const { access } = await start();
    const settle = async (work: () => Promise<string>): Promise<number> =>
      (await Promise.allSettled(Array.from({ length: 8 }, work))).filter((it) => it.status === 'fulfilled')
        .length;
    expect(await settle(() => newUser(access, 'one@example.org'))).toBe(1);
    expect(await settle(() => access.createRole(ACTOR, { name: 'One', permissions: [] }))).toBe(1);
  });

  test('every change is audited, without the text of a token', async () => {
    const { access, registry } = await start();
    const user = await newUser(access, 'a@example.org');
    const { token, text } = await newToken(access, { userId: user });
    await access.revokeToken(ACTOR, token.id);
    const { items } = await registry.listAuditEvents({}, { ...PAGE, ascending: false });
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['user-created', 'api-token-created', 'api-token-revoked']),
    );
    expect(JSON.stringify(items)).not.toContain(text.split('/')[1]);
  });
});
