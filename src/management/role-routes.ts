/** Roles and their permissions; nobody gives what they do not hold (contract §2.5, §5.10). */
import { z } from 'zod';
import type { Access } from '../registry/access.ts';
import type { Role } from '../registry/access-model.ts';
import type { Permission } from '../registry/permissions.ts';
import type { Registry } from '../registry/registry.ts';
import { checkPermissions } from '../registry/roles.ts';
import { forbidden, notFound } from './api-error.ts';
import { type Caller, may, mayIn } from './caller.ts';
import { readPage, writePage } from './page.ts';
import { readFields } from './read-fields.ts';
import type { Route } from './route.ts';

/** @throws ApiError 403 where the caller lacks one of them there */
export function checkHeld(
  caller: Caller,
  permissions: readonly Permission[],
  projectId: string | null,
): void {
  for (const permission of permissions) {
    const held = projectId === null ? may(caller, permission) : mayIn(caller, permission, projectId);
    if (!held) throw forbidden();
  }
}

/** Nobody changes a role that holds more than they do. @throws ApiError 403 */
const checkNotAbove = (caller: Caller, role: Role): void =>
  checkHeld(caller, role.permissions, role.projectId);

const writeRole = (role: Role) => ({
  id: role.id,
  name: role.name,
  system: role.system,
  memberCount: role.memberCount,
  permissions: role.permissions,
  projectId: role.projectId,
});

const permissions = z.array(z.string()).max(1_000);
const newRoleSchema = z.looseObject({ name: z.string(), permissions, projectId: z.string().nullish() });
const rolePatchSchema = z.looseObject({ name: z.string().nullish(), permissions: permissions.nullish() });
const permissionsSchema = z.looseObject({ permissions });
const roleDeleteSchema = z.looseObject({ reassignToRoleId: z.string().nullish() });

const WRITE = { permission: 'roles:write', reach: 'organization', changes: false } as const;

export const roleRoutes = (registry: Registry, access: Access): readonly Route[] => [
  {
    method: 'GET',
    path: '/auth/roles',
    permission: null,
    async answer({ caller, query }) {
      const asked = readPage(query);
      const project = query.text('projectId') ?? caller.projectId;
      const projectId = project === undefined ? undefined : (await registry.getProject(project)).id;
      const allowed =
        may(caller, 'roles:read') || (projectId !== undefined && mayIn(caller, 'projects:write', projectId));
      if (!allowed) throw forbidden();
      const roles = await access.listRoles(projectId);
      const page = {
        items: roles.slice(asked.offset, asked.offset + asked.limit),
        hasMore: roles.length > asked.offset + asked.limit,
      };
      return writePage('roles', page, asked, writeRole);
    },
  },
  {
    method: 'POST',
    path: '/auth/roles',
    ...WRITE,
    async answer({ caller, actor, body }) {
      const { projectId: project, ...input } = readFields(newRoleSchema, body);
      const projectId = project == null ? null : (await registry.getProject(project)).id;
      checkHeld(caller, checkPermissions(input.permissions), projectId);
      return { id: await access.createRole(actor, { ...input, projectId }) };
    },
  },
  ...oneRoleRoutes(access),
  ...changePermissions(access),
];

const oneRoleRoutes = (access: Access): readonly Route[] => [
  {
    method: 'GET',
    path: '/auth/roles/{roleId}',
    permission: null,
    async answer({ caller, params }) {
      const role = await access.getRole(params.roleId ?? '');
      const allowed =
        may(caller, 'roles:read') ||
        (role.projectId !== null && mayIn(caller, 'projects:write', role.projectId));
      if (!allowed) throw notFound('Role');
      return { role: writeRole(role) };
    },
  },
  {
    method: 'PATCH',
    path: '/auth/roles/{roleId}',
    ...WRITE,
    async answer({ caller, actor, params, body }) {
      const { name, permissions: given } = readFields(rolePatchSchema, body);
      const role = await access.getRole(params.roleId ?? '');
      checkNotAbove(caller, role);
      checkHeld(caller, checkPermissions(given ?? []), role.projectId);
      await access.updateRole(actor, role.id, { name: name ?? undefined, permissions: given ?? undefined });
      return { message: 'Role updated' };
    },
  },
  {
    method: 'DELETE',
    path: '/auth/roles/{roleId}',
    ...WRITE,
    async answer({ caller, actor, params, body }) {
      const { reassignToRoleId } = readFields(roleDeleteSchema, body);
      if (reassignToRoleId != null) {
        const other = await access.getRole(reassignToRoleId);
        checkHeld(caller, other.permissions, other.projectId);
      }
      const role = await access.getRole(params.roleId ?? '');
      checkNotAbove(caller, role);
      await access.deleteRole(actor, role.id, reassignToRoleId ?? undefined);
      return { message: 'Role deleted' };
    },
  },
];

/** Adding and taking away. */
const changePermissions = (access: Access): readonly Route[] =>
  (['PATCH', 'DELETE'] as const).map((method) => ({
    method,
    path: '/auth/roles/{roleId}/permissions',
    ...WRITE,
    async answer({ caller, actor, params, body }) {
      const given = checkPermissions(readFields(permissionsSchema, body).permissions);
      const role = await access.getRole(params.roleId ?? '');
      checkNotAbove(caller, role);
      checkHeld(caller, given, role.projectId);
      const kept =
        method === 'PATCH'
          ? [...new Set([...role.permissions, ...given])]
          : role.permissions.filter((permission) => !given.includes(permission));
      await access.updateRole(actor, role.id, { permissions: kept });
      return { message: 'Role permissions updated' };
    },
  }));
