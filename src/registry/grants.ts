/** From the roles of a user, or the project of a token, to what may be done where. */
import type { Db } from '../store/schema.ts';
import type { Grants } from './access-model.ts';
import {
  ALL_PERMISSIONS,
  isPermission,
  type Permission,
  PROJECT_ADMIN,
  PROJECT_MEMBER,
} from './permissions.ts';
import { readTexts } from './rows.ts';
import { SYSTEM_ROLES } from './system-roles.ts';

export const EVERYTHING: Grants = { everywhere: ALL_PERMISSIONS, inProjects: new Map() };

/** Undefined where the project is gone. */
export async function grantsOfProject(db: Db, projectId: string): Promise<Grants | undefined> {
  const project = await db
    .selectFrom('projects')
    .select('id')
    .where('id', '=', projectId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return project && { everywhere: new Set(), inProjects: new Map([[project.id, PROJECT_ADMIN]]) };
}

/** Undefined where the user is gone or blocked. */
export async function grantsOfUser(db: Db, userId: string): Promise<Grants | undefined> {
  const user = await db
    .selectFrom('users')
    .select('blocked')
    .where('id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (user === undefined || user.blocked === 1) return undefined;
  const held = await db.selectFrom('user_roles').select('role_id').where('user_id', '=', userId).execute();
  return grantsOfRoles(
    db,
    held.map((row) => row.role_id),
  );
}

/** Of all these roles together. */
export async function grantsOfRoles(db: Db, ids: readonly string[]): Promise<Grants> {
  const everywhere = new Set(
    SYSTEM_ROLES.filter((it) => ids.includes(it.id)).flatMap((it) => [...it.permissions]),
  );
  const inProjects = new Map<string, Set<Permission>>();
  const grant = (projectId: string, permissions: Iterable<Permission>): void => {
    const known = inProjects.get(projectId) ?? new Set();
    for (const permission of permissions) known.add(permission);
    inProjects.set(projectId, known);
  };
  await grantProjects(db, ids, grant);
  for (const role of await rolesWith(db, ids)) {
    const permissions = readTexts(role.permissions).filter(isPermission);
    if (role.project_id !== null) grant(role.project_id, permissions);
    else for (const permission of permissions) everywhere.add(permission);
  }
  return { everywhere, inProjects };
}

const rolesWith = (db: Db, ids: readonly string[]) =>
  db
    .selectFrom('roles')
    .selectAll()
    .where('id', 'in', ['', ...ids])
    .execute();

/** Each project has a role for its admins and one for its members. Everyone may scan in the global one. */
async function grantProjects(
  db: Db,
  roleIds: readonly string[],
  grant: (projectId: string, permissions: Iterable<Permission>) => void,
): Promise<void> {
  const ids = ['', ...roleIds];
  const projects = await db
    .selectFrom('projects')
    .select(['id', 'type', 'admin_role_id', 'member_role_id'])
    .where('deleted_at', 'is', null)
    .where((where) =>
      where.or([
        where('admin_role_id', 'in', ids),
        where('member_role_id', 'in', ids),
        where('type', '=', 'global'),
      ]),
    )
    .execute();
  for (const project of projects) {
    if (roleIds.includes(project.admin_role_id)) grant(project.id, PROJECT_ADMIN);
    if (roleIds.includes(project.member_role_id)) grant(project.id, PROJECT_MEMBER);
    if (project.type === 'global') grant(project.id, ['scans:create']);
  }
}
