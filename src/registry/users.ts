/** Local users, and the roles that they hold. */
import type { Db, Row } from '../store/schema.ts';
import type { User } from './access-model.ts';
import { type Change, type RegistryTools, runChange } from './change.ts';
import { nameHas, type Page, type PageAsked } from './listing.ts';
import type { Actor } from './model.ts';
import { checkStorable, checkText } from './names.ts';
import { conflict, forbidden, invalid, notFound } from './registry-error.ts';
import { OWNER_ID, OWNER_ROLE } from './system-roles.ts';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly roleIds?: readonly string[];
}
export interface UserPatch {
  readonly name?: string | null | undefined;
  readonly blocked?: boolean | null | undefined;
}
export interface UserFilter {
  readonly roleId?: string | undefined;
  /** Id of a project whose admins and members are listed. */
  readonly projectId?: string | undefined;
}

const EMAIL = /^[^\s@]{1,100}@[^\s@]{1,150}$/;
const NAME_MIN = 3;
const NAME_MAX = 100;

/** @throws RegistryError */
export async function createUser(tools: RegistryTools, actor: Actor, input: NewUser): Promise<string> {
  if (!EMAIL.test(input.email)) throw invalid(['email'], 'must be an e-mail address');
  checkStorable(input.email, ['email']);
  const name = checkText(input.name, ['name'], NAME_MIN, NAME_MAX);
  return runChange(tools, actor, async (change) => {
    const email = input.email.toLowerCase();
    const taken = await livingUsers(change.db).where('email', '=', email).executeTakeFirst();
    if (taken !== undefined) throw conflict('There is a user with this e-mail address already');
    const id = change.newId();
    await change.db
      .insertInto('users')
      .values({ id, email, name, blocked: 0, created_at: change.at, deleted_at: null })
      .execute();
    for (const roleId of input.roleIds ?? []) await putRole(change, id, roleId);
    await change.audit('user-created', { userId: id });
    return id;
  });
}

const livingUsers = (db: Db) => db.selectFrom('users').selectAll().where('deleted_at', 'is', null);

async function withRoles(db: Db, rows: readonly Row<'users'>[]): Promise<readonly User[]> {
  const ids = rows.map((row) => row.id);
  const held = await db
    .selectFrom('user_roles')
    .selectAll()
    .where('user_id', 'in', ['', ...ids])
    .orderBy('role_id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    name: row.name,
    blocked: row.blocked === 1,
    roleIds: held.filter((it) => it.user_id === row.id).map((it) => it.role_id),
    createdAt: row.created_at,
  }));
}

/** @throws RegistryError `not_found` */
export async function getUser(db: Db, id: string): Promise<User> {
  const row = id.includes('\0') ? undefined : await livingUsers(db).where('id', '=', id).executeTakeFirst();
  const [user] = row === undefined ? [] : await withRoles(db, [row]);
  if (user === undefined) throw notFound('User');
  return user;
}

export async function listUsers(db: Db, filter: UserFilter, asked: PageAsked): Promise<Page<User>> {
  const order = asked.ascending ? 'asc' : 'desc';
  let query = livingUsers(db);
  if (asked.search !== undefined) {
    const { search } = asked;
    query = query.where((where) => where.or([nameHas('email', search), nameHas('name', search)]));
  }
  for (const roles of await rolesOfFilter(db, filter)) {
    const holders = db
      .selectFrom('user_roles')
      .select('user_id')
      .where('role_id', 'in', ['', ...roles]);
    query = query.where('id', 'in', holders);
  }
  const rows = await query
    .orderBy('created_at', order)
    .orderBy('id', order)
    .offset(asked.offset)
    .limit(asked.limit + 1)
    .execute();
  return { items: await withRoles(db, rows.slice(0, asked.limit)), hasMore: rows.length > asked.limit };
}

/** Of each list one role must be held. */
async function rolesOfFilter(
  db: Db,
  { roleId, projectId }: UserFilter,
): Promise<readonly (readonly string[])[]> {
  const asked = roleId === undefined ? [] : [[roleId]];
  if (projectId === undefined) return asked;
  const project = await db
    .selectFrom('projects')
    .select(['admin_role_id', 'member_role_id'])
    .where('id', '=', projectId)
    .executeTakeFirst();
  return [...asked, project === undefined ? [] : [project.admin_role_id, project.member_role_id]];
}

export async function updateUser(
  tools: RegistryTools,
  actor: Actor,
  id: string,
  patch: UserPatch,
): Promise<void> {
  const name = patch.name == null ? undefined : checkText(patch.name, ['name'], NAME_MIN, NAME_MAX);
  await runChange(tools, actor, async (change) => {
    const user = await getUser(change.db, id);
    if (id === OWNER_ID && patch.blocked === true) throw forbidden('The owner cannot be blocked');
    const blocked = patch.blocked ?? user.blocked;
    await change.db
      .updateTable('users')
      .set({ name: name ?? user.name, blocked: blocked ? 1 : 0 })
      .where('id', '=', id)
      .execute();
    await change.audit('user-updated', { userId: id });
  });
}

/** Their tokens end with them. */
export async function deleteUser(tools: RegistryTools, actor: Actor, id: string): Promise<void> {
  await runChange(tools, actor, async (change) => {
    await getUser(change.db, id);
    if (id === OWNER_ID) throw forbidden('The owner cannot be deleted');
    await change.db.updateTable('users').set({ deleted_at: change.at }).where('id', '=', id).execute();
    await change.db.deleteFrom('user_roles').where('user_id', '=', id).execute();
    await change.db
      .updateTable('tokens')
      .set({ revoked_at: change.at })
      .where('user_id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
    await change.audit('user-deleted', { userId: id });
  });
}

/** Within a change; holding a role twice is once. */
export async function putRole(change: Change, userId: string, roleId: string): Promise<void> {
  await getUser(change.db, userId);
  await change.db
    .insertInto('user_roles')
    .values({ user_id: userId, role_id: roleId })
    .onConflict((clash) => clash.columns(['user_id', 'role_id']).doNothing())
    .execute();
}

export async function takeRole(change: Change, userId: string, roleId: string): Promise<void> {
  if (userId === OWNER_ID && roleId === OWNER_ROLE.id) throw forbidden('The owner stays the owner');
  await getUser(change.db, userId);
  await change.db
    .deleteFrom('user_roles')
    .where('user_id', '=', userId)
    .where('role_id', '=', roleId)
    .execute();
}

/** How many hold each role; of roles that nobody holds there is no entry. */
export async function holdersOfAll(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('user_roles')
    .select((it) => ['role_id', it.fn.countAll<number>().as('count')])
    .groupBy('role_id')
    .execute();
  return new Map(rows.map((row) => [row.role_id, Number(row.count)]));
}

export async function countHolders(db: Db, roleId: string): Promise<number> {
  const row = await db
    .selectFrom('user_roles')
    .select((it) => it.fn.countAll<number>().as('count'))
    .where('role_id', '=', roleId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
