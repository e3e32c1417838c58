/** Local users and their roles (contract §2.5). */
import { z } from 'zod';
import type { Access } from '../registry/access.ts';
import type { User } from '../registry/access-model.ts';
import type { Registry } from '../registry/registry.ts';
import { OWNER_ID } from '../registry/system-roles.ts';
import { notFound } from './api-error.ts';
import { may, mayIn } from './caller.ts';
import { readPage, writePage } from './page.ts';
import { readFields } from './read-fields.ts';
import { checkHeld } from './role-routes.ts';
import type { Call, Route } from './route.ts';
import { writeTime } from './scanner-wire.ts';

const ORGANIZATION = 'sallyport';

const writeUser = (user: User) => ({
  id: user.id,
  email: user.email,
  name: user.name,
  org: ORGANIZATION,
  roleIds: user.roleIds,
  blocked: user.blocked,
  machine: false,
  verified: true,
  createdAt: writeTime(user.createdAt),
});

const newUserSchema = z.looseObject({
  email: z.string(),
  name: z.string(),
  roleIds: z.array(z.string()).max(100).nullish(),
});
const userPatchSchema = z.looseObject({ name: z.string().nullish(), blocked: z.boolean().nullish() });

export const userRoutes = (registry: Registry, access: Access): readonly Route[] => [
  {
    method: 'GET',
    path: '/users',
    permission: null,
    async answer({ caller, query }) {
      const asked = readPage(query);
      const project = query.text('project');
      const projectId = project === undefined ? undefined : (await registry.getProject(project)).id;
      const allowed =
        may(caller, 'users:read') || (projectId !== undefined && mayIn(caller, 'projects:write', projectId));
      if (!allowed) throw notFound('Users');
      const page = await access.listUsers({ projectId, roleId: query.text('roleId') }, asked);
      return writePage('users', page, asked, writeUser);
    },
  },
  {
    method: 'POST',
    path: '/users',
    permission: 'users:write',
    reach: 'organization',
    changes: false,
    async answer({ caller, actor, body }) {
      const { email, name, roleIds } = readFields(newUserSchema, body);
      const roles = await Promise.all((roleIds ?? []).map((id) => access.getRole(id)));
      for (const role of roles) checkHeld(caller, role.permissions, role.projectId);
      const id = await access.createUser(actor, { email, name, roleIds: roles.map((role) => role.id) });
      return { id, emailSent: false };
    },
  },
  {
    method: 'GET',
    path: '/users/me',
    permission: null,
    async answer({ caller }) {
      // Tokens of no user speak for the owner.
      const user = await access.getUser(caller.userId ?? OWNER_ID);
      return { user: { ...writeUser(user), permissions: [...caller.everywhere] } };
    },
  },
  ...oneUserRoutes(access),
];

/** Nobody changes a user who may more than they do. @throws ApiError 403 */
async function checkNotAbove(access: Access, { caller }: Call, userId: string): Promise<void> {
  const grants = await access.rolesGrant(userId);
  checkHeld(caller, [...grants.everywhere], null);
  for (const [projectId, held] of grants.inProjects) checkHeld(caller, [...held], projectId);
}

const oneUserRoutes = (access: Access): readonly Route[] => {
  const changeRole =
    (change: 'assignRole' | 'unassignRole') =>
    async ({ caller, actor, params }: Call): Promise<object> => {
      const role = await access.getRole(params.roleId ?? '');
      checkHeld(caller, role.permissions, role.projectId);
      await access[change](actor, params.userId ?? '', role.id);
      return { message: change === 'assignRole' ? 'Role assigned' : 'Role removed' };
    };
  const facts = { permission: 'users:write', reach: 'organization', changes: false } as const;
  return [
    {
      method: 'GET',
      path: '/users/{userId}',
      permission: null,
      async answer({ caller, params }) {
        const user = await access.getUser(params.userId ?? '');
        if (user.id !== caller.userId && !may(caller, 'users:read')) throw notFound('User');
        return { user: writeUser(user) };
      },
    },
    {
      method: 'PATCH',
      path: '/users/{userId}',
      ...facts,
      async answer(call) {
        const { userId = '' } = call.params;
        await checkNotAbove(access, call, userId);
        await access.updateUser(call.actor, userId, readFields(userPatchSchema, call.body));
        return { message: 'User updated' };
      },
    },
    {
      method: 'DELETE',
      path: '/users/{userId}',
      ...facts,
      async answer(call) {
        const { userId = '' } = call.params;
        await checkNotAbove(access, call, userId);
        await access.deleteUser(call.actor, userId);
        return { message: 'User deleted' };
      },
    },
    { method: 'POST', path: '/users/{userId}/roles/{roleId}', ...facts, answer: changeRole('assignRole') },
    {
      method: 'DELETE',
      path: '/users/{userId}/roles/{roleId}',
      ...facts,
      answer: changeRole('unassignRole'),
    },
  ];
};
