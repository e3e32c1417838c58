/** Access: users, roles and tokens behind one interface, each change audited like those of the registry. */
import type { Row } from '../store/schema.ts';
import type { Grants, Holder, Role, Token, User } from './access-model.ts';
import { type Change, runChange } from './change.ts';
import { grantsOfRoles, grantsOfUser } from './grants.ts';
import type { Page, PageAsked } from './listing.ts';
import type { Actor } from './model.ts';
import { createProject, loadProject, type NewProject } from './projects.ts';
import { createRole, deleteRole, getRole, listRoles, type NewRole, updateRole } from './roles.ts';
import { OWNER_ID, OWNER_ROLE } from './system-roles.ts';
import {
  countTokens,
  createToken,
  findHolder,
  getToken,
  listTokens,
  type NewToken,
  revokeToken,
  type TokenFilter,
  type TokenTools,
} from './tokens.ts';
import {
  countHolders,
  createUser,
  deleteUser,
  getUser,
  listUsers,
  type NewUser,
  putRole,
  takeRole,
  type UserFilter,
  type UserPatch,
  updateUser,
} from './users.ts';

export interface ProjectCounts {
  readonly admins: number;
  readonly members: number;
  readonly tokens: number;
}

/** Every method throws RegistryError for what the caller asked wrongly, after which nothing was changed. */
export interface Access {
  /** What the holder of a token's text may do; undefined: it is none, or not any more. */
  findHolder(text: string): Promise<Holder | undefined>;
  createToken(actor: Actor, input: NewToken): Promise<{ readonly token: Token; readonly text: string }>;
  listTokens(filter: TokenFilter, asked: PageAsked): Promise<Page<Token>>;
  getToken(id: string): Promise<Token>;
  revokeToken(actor: Actor, id: string): Promise<void>;

  createUser(actor: Actor, input: NewUser): Promise<string>;
  getUser(id: string): Promise<User>;
  /** What a user may; undefined: they are gone or blocked. */
  grantsOf(userId: string): Promise<Grants | undefined>;
  /** What a user may, or could if they were not blocked. @throws RegistryError `not_found` */
  rolesGrant(userId: string): Promise<Grants>;
  listUsers(filter: UserFilter, asked: PageAsked): Promise<Page<User>>;
  updateUser(actor: Actor, id: string, patch: UserPatch): Promise<void>;
  deleteUser(actor: Actor, id: string): Promise<void>;
  assignRole(actor: Actor, userId: string, roleId: string): Promise<void>;
  unassignRole(actor: Actor, userId: string, roleId: string): Promise<void>;

  createRole(actor: Actor, input: NewRole): Promise<string>;
  listRoles(projectId?: string): Promise<readonly Role[]>;
  getRole(idOrName: string): Promise<Role>;
  updateRole(
    actor: Actor,
    idOrName: string,
    patch: { readonly name?: string | undefined; readonly permissions?: readonly string[] | undefined },
  ): Promise<void>;
  deleteRole(actor: Actor, idOrName: string, reassignTo?: string): Promise<void>;

  /** Makes a project with its members, all or nothing; returns its id. */
  createProject(actor: Actor, input: NewProject, members: NewMembers): Promise<string>;
  /** Puts users into a project, as admins or members; who is in already changes to that. */
  setMembers(actor: Actor, project: string, userIds: readonly string[], admin: boolean): Promise<void>;
  removeMember(actor: Actor, project: string, userId: string): Promise<void>;
  countsOf(project: { readonly id: string } & ProjectRoles): Promise<ProjectCounts>;
}

export interface NewMembers {
  readonly adminIds: readonly string[];
  readonly memberIds: readonly string[];
}

interface ProjectRoles {
  readonly adminRoleId: string;
  readonly memberRoleId: string;
}

async function setMembers(
  change: Change,
  row: Row<'projects'>,
  userIds: readonly string[],
  admin: boolean,
): Promise<void> {
  const [gets, loses] = admin
    ? [row.admin_role_id, row.member_role_id]
    : [row.member_role_id, row.admin_role_id];
  for (const userId of userIds) {
    await putRole(change, userId, gets);
    await takeRole(change, userId, loses);
    await change.audit('project-member-added', { projectId: row.id, userId }, { admin });
  }
}

/** The owner of a fresh database. */
export async function seedAccess({ store, now }: TokenTools): Promise<void> {
  const owner = { id: OWNER_ID, email: 'owner@localhost', name: 'Owner', blocked: 0, deleted_at: null };
  await store.write(async (db) => {
    await db
      .insertInto('users')
      .values({ ...owner, created_at: now() })
      .onConflict((clash) => clash.column('id').doNothing())
      .execute();
    await db
      .insertInto('user_roles')
      .values({ user_id: OWNER_ID, role_id: OWNER_ROLE.id })
      .onConflict((clash) => clash.columns(['user_id', 'role_id']).doNothing())
      .execute();
  });
}

export function createAccess(tools: TokenTools): Access {
  const { store, now } = tools;
  return {
    findHolder: (text) => store.read((db) => findHolder(db, text, now())),
    createToken: (actor, input) => createToken(tools, actor, input),
    listTokens: (filter, asked) => store.read((db) => listTokens(db, filter, asked)),
    getToken: (id) => store.read((db) => getToken(db, id)),
    revokeToken: (actor, id) => revokeToken(tools, actor, id),

    createUser: (actor, input) => createUser(tools, actor, input),
    getUser: (id) => store.read((db) => getUser(db, id)),
    grantsOf: (userId) => store.read((db) => grantsOfUser(db, userId)),
    rolesGrant: (userId) => store.read(async (db) => grantsOfRoles(db, (await getUser(db, userId)).roleIds)),
    listUsers: (filter, asked) => store.read((db) => listUsers(db, filter, asked)),
    updateUser: (actor, id, patch) => updateUser(tools, actor, id, patch),
    deleteUser: (actor, id) => deleteUser(tools, actor, id),
    assignRole: (actor, userId, roleId) =>
      runChange(tools, actor, async (change) => {
        const role = await getRole(change.db, roleId);
        await putRole(change, userId, role.id);
        await change.audit('user-role-assigned', { userId, roleId: role.id });
      }),
    unassignRole: (actor, userId, roleId) =>
      runChange(tools, actor, async (change) => {
        const role = await getRole(change.db, roleId);
        await takeRole(change, userId, role.id);
        await change.audit('user-role-removed', { userId, roleId: role.id });
      }),

    createRole: (actor, input) => createRole(tools, actor, input),
    listRoles: (projectId) => store.read((db) => listRoles(db, projectId)),
    getRole: (idOrName) => store.read((db) => getRole(db, idOrName)),
    updateRole: (actor, idOrName, patch) => updateRole(tools, actor, idOrName, patch),
    deleteRole: (actor, idOrName, reassignTo) => deleteRole(tools, actor, idOrName, reassignTo),

    createProject: (actor, input, { adminIds, memberIds }) =>
      runChange(tools, actor, async (change) => {
        const row = await createProject(change, input);
        await setMembers(change, row, memberIds, false);
        await setMembers(change, row, adminIds, true);
        return row.id;
      }),
    setMembers: (actor, project, userIds, admin) =>
      runChange(tools, actor, async (change) => {
        await setMembers(change, await loadProject(change.db, project), userIds, admin);
      }),
    removeMember: (actor, project, userId) =>
      runChange(tools, actor, async (change) => {
        const row = await loadProject(change.db, project);
        for (const roleId of [row.admin_role_id, row.member_role_id]) await takeRole(change, userId, roleId);
        await change.audit('project-member-removed', { projectId: row.id, userId });
      }),
    countsOf: ({ id, adminRoleId, memberRoleId }) =>
      store.read(async (db) => ({
        admins: await countHolders(db, adminRoleId),
        members: await countHolders(db, memberRoleId),
        tokens: await countTokens(db, id),
      })),
  };
}
