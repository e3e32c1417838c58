/** What goes into projects and out of them: scanners, packages, members (contract §2.3). */
import type { Access } from '../registry/access.ts';
import type { Actor } from '../registry/model.ts';
import { PROJECT_ADMIN, PROJECT_MEMBER } from '../registry/permissions.ts';
import type { Registry } from '../registry/registry.ts';
import { notFound } from './api-error.ts';
import { memberPatchSchema, newMembersSchema } from './project-body.ts';
import { checkUsers, projectOf } from './project-routes.ts';
import { readFields } from './read-fields.ts';
import { checkHeld } from './role-routes.ts';
import type { Call, Route } from './route.ts';
import { mayRead } from './scanner-routes.ts';

export const projectContentRoutes = (registry: Registry, access: Access): readonly Route[] => [
  ...contentsOf(registry).flatMap(contentRoutes),
  ...memberRoutes(access),
];

/** What a project runs: both kinds go in and out alike. */
interface Content {
  readonly path: string;
  readonly param: string;
  readonly name: string;
  /** What is not found; the same for those that are not there and those that may not be seen. */
  readonly missing: string;
  get(id: string): Promise<Parameters<typeof mayRead>[1]>;
  add(actor: Actor, project: string, id: string): Promise<void>;
  remove(actor: Actor, project: string, id: string): Promise<void>;
}

const contentsOf = (registry: Registry): readonly Content[] => [
  {
    path: '/projects/{project}/scanners/{scannerId}',
    param: 'scannerId',
    name: 'Scanner',
    missing: 'Scanner',
    get: registry.getScanner,
    add: registry.addScanner,
    remove: registry.removeScanner,
  },
  {
    path: '/projects/{project}/scanner-packages/{scannerPackageId}',
    param: 'scannerPackageId',
    name: 'Scanner package',
    missing: 'Package',
    get: registry.getPackage,
    add: registry.addPackage,
    remove: registry.removePackage,
  },
];

const contentRoutes = ({ path, param, name, missing, ...content }: Content): readonly Route[] => [
  {
    method: 'POST',
    path,
    permission: 'projects:write',
    async answer(call) {
      const id = call.params[param] ?? '';
      if (!mayRead(call.caller, await content.get(id))) throw notFound(missing);
      await content.add(call.actor, projectOf(call).id, id);
      return { message: `${name} added to project` };
    },
  },
  {
    method: 'DELETE',
    path,
    permission: 'projects:write',
    async answer(call) {
      await content.remove(call.actor, projectOf(call).id, call.params[param] ?? '');
      return { message: `${name} removed from project` };
    },
  },
];

/**
 * Who puts somebody into a project gives permissions, and who takes an admin out of them takes as many.
 * @throws ApiError 403 where they do not hold them
 */
async function checkMembership(
  access: Access,
  call: Call,
  userIds: readonly string[],
  admin: boolean,
): Promise<void> {
  const { id, adminRoleId } = projectOf(call);
  const users = await Promise.all(userIds.map((userId) => access.getUser(userId)));
  const isOfAdmins = admin || users.some(({ roleIds }) => roleIds.includes(adminRoleId));
  checkHeld(call.caller, [...(isOfAdmins ? PROJECT_ADMIN : PROJECT_MEMBER)], id);
}

const memberRoutes = (access: Access): readonly Route[] => [
  {
    method: 'POST',
    path: '/projects/{project}/members',
    permission: 'projects:write',
    async answer(call) {
      const { members, admin } = readFields(newMembersSchema, call.body);
      await checkUsers(access, [['members', members]]);
      await checkMembership(access, call, members, admin ?? false);
      await access.setMembers(call.actor, projectOf(call).id, members, admin ?? false);
      return { message: 'Members added to project' };
    },
  },
  {
    method: 'PATCH',
    path: '/projects/{project}/members/{userId}',
    permission: 'projects:write',
    async answer(call) {
      const { admin } = readFields(memberPatchSchema, call.body);
      const { userId = '' } = call.params;
      await checkMembership(access, call, [userId], admin);
      await access.setMembers(call.actor, projectOf(call).id, [userId], admin);
      return { message: 'Member updated' };
    },
  },
  {
    method: 'DELETE',
    path: '/projects/{project}/members/{userId}',
    permission: 'projects:write',
    async answer(call) {
      const { userId = '' } = call.params;
      await checkMembership(access, call, [userId], false);
      await access.removeMember(call.actor, projectOf(call).id, userId);
      return { message: 'Member removed from project' };
    },
  },
];
