/** Roles: those that always exist, those of the projects, and those that people make. */
import type { Db, Row } from '../store/schema.ts';
import type { Role } from './access-model.ts';
import { type RegistryTools, runChange } from './change.ts';
import type { Actor } from './model.ts';
import { checkText } from './names.ts';
import { isPermission, type Permission, PROJECT_ADMIN, PROJECT_MEMBER } from './permissions.ts';
import { conflict, forbidden, invalid, notFound } from './registry-error.ts';
import { readTexts } from './rows.ts';
import { SYSTEM_ROLES } from './system-roles.ts';
import { countHolders, holdersOfAll } from './users.ts';

export interface NewRole {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly projectId?: string | null | undefined;
}

const NAME_MAX = 100;

/** @throws RegistryError `invalid` */
export function checkPermissions(given: readonly string[]): readonly Permission[] {
  given.forEach((text, index) => {
    if (!isPermission(text)) throw invalid(['permissions', index], 'There is no such permission');
  });
  return [...new Set(given.filter(isPermission))];
}

type RoleFacts = Omit<Role, 'memberCount'>;

const roleOf = (row: Row<'roles'>): RoleFacts => ({
  id: row.id,
  name: row.name,
  system: false,
  permissions: readTexts(row.permissions).filter(isPermission),
  projectId: row.project_id,
});

async function systemRoles(db: Db): Promise<readonly RoleFacts[]> {
  const own = SYSTEM_ROLES.map(({ id, name, permissions }) => ({ id, name, permissions, projectId: null }));
  const projects = await db
    .selectFrom('projects')
    .select(['id', 'name', 'admin_role_id', 'member_role_id'])
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .execute();
  const ofProjects = projects.flatMap((it) => [
    { id: it.admin_role_id, name: `${it.name} admin`, permissions: PROJECT_ADMIN, projectId: it.id },
    { id: it.member_role_id, name: `${it.name} member`, permissions: PROJECT_MEMBER, projectId: it.id },
  ]);
  return [...own, ...ofProjects].map((role) => ({
    ...role,
    permissions: [...role.permissions],
    system: true,
  }));
}

async function allRoles(db: Db): Promise<readonly RoleFacts[]> {
  const rows = await db.selectFrom('roles').selectAll().orderBy('created_at').orderBy('id').execute();
  return [...(await systemRoles(db)), ...rows.map(roleOf)];
}

/** In three queries, however many there are. */
export async function listRoles(db: Db, projectId: string | undefined): Promise<readonly Role[]> {
  const all = await allRoles(db);
  const counts = await holdersOfAll(db);
  return all
    .filter((role) => projectId === undefined || role.projectId === projectId)
    .map((role) => ({ ...role, memberCount: counts.get(role.id) ?? 0 }));
}

/** By id, or by name in any letter case. @throws RegistryError `not_found` */
export async function getRole(db: Db, idOrName: string): Promise<Role> {
  const roles = await allRoles(db);
  const asked = idOrName.toLowerCase();
  const role = roles.find((it) => it.id === asked) ?? roles.find((it) => it.name.toLowerCase() === asked);
  if (role === undefined) throw notFound('Role');
  return { ...role, memberCount: await countHolders(db, role.id) };
}

/** Names that look the same are the same: letter case, width and spaces do not part them. */
const foldName = (name: string): string => name.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();

async function checkFree(db: Db, name: string, except = ''): Promise<void> {
  const taken = (await allRoles(db)).some(
    (role) => role.id !== except && foldName(role.name) === foldName(name),
  );
  if (taken) throw conflict('There is a role of this name already');
}

/** Returns its id. @throws RegistryError */
export async function createRole(tools: RegistryTools, actor: Actor, input: NewRole): Promise<string> {
  const name = checkText(input.name, ['name'], 1, NAME_MAX);
  const permissions = checkPermissions(input.permissions);
  return runChange(tools, actor, async (change) => {
    await checkFree(change.db, name);
    const row = {
      id: change.newId(),
      name,
      permissions: JSON.stringify(permissions),
      project_id: input.projectId ?? null,
      created_at: change.at,
    };
    await change.db.insertInto('roles').values(row).execute();
    await change.audit('role-created', { roleId: row.id });
    return row.id;
  });
}

export async function updateRole(
  tools: RegistryTools,
  actor: Actor,
  idOrName: string,
  patch: { readonly name?: string | undefined; readonly permissions?: readonly string[] | undefined },
): Promise<void> {
  const name = patch.name === undefined ? undefined : checkText(patch.name, ['name'], 1, NAME_MAX);
  const permissions = patch.permissions === undefined ? undefined : checkPermissions(patch.permissions);
  await runChange(tools, actor, async (change) => {
    const role = await getRole(change.db, idOrName);
    if (role.system) throw forbidden('This role cannot be changed');
    if (name !== undefined) await checkFree(change.db, name, role.id);
    await change.db
      .updateTable('roles')
      .set({ name: name ?? role.name, permissions: JSON.stringify(permissions ?? role.permissions) })
      .where('id', '=', role.id)
      .execute();
    await change.audit('role-updated', { roleId: role.id });
  });
}

/** @param reassignTo id of the role that its holders get instead */
export async function deleteRole(
  tools: RegistryTools,
  actor: Actor,
  idOrName: string,
  reassignTo: string | undefined,
): Promise<void> {
  await runChange(tools, actor, async (change) => {
    const { db } = change;
    const role = await getRole(db, idOrName);
    if (role.system) throw forbidden('This role cannot be deleted');
    const other = reassignTo === undefined ? undefined : await getRole(db, reassignTo);
    if (other?.id === role.id) throw invalid(['reassignToRoleId'], 'must be another role');
    const holders = await db
      .deleteFrom('user_roles')
      .where('role_id', '=', role.id)
      .returning('user_id')
      .execute();
    for (const { user_id } of other === undefined ? [] : holders) {
      await db
        .insertInto('user_roles')
        .values({ user_id, role_id: other?.id ?? '' })
        .onConflict((clash) => clash.columns(['user_id', 'role_id']).doNothing())
        .execute();
    }
    await db.deleteFrom('roles').where('id', '=', role.id).execute();
    await change.audit('role-deleted', { roleId: role.id });
  });
}
