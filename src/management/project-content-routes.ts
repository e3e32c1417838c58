/** What goes into projects and out of them: scanners, packages, members (contract §2.3). */
import type { Access } from '../registry/access.ts';
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
  ...scannerRoutes(registry),
  ...memberRoutes(access),
];

const scannerRoutes = (registry: Registry): readonly Route[] => [
  {
    method: 'POST',
    path: '/projects/{project}/scanners/{scannerId}',
    permission: 'projects:write',
    async answer(call) {
      const { scannerId = '' } = call.params;
      if (!mayRead(call.caller, await registry.getScanner(scannerId))) throw notFound('Scanner');
      await registry.addScanner(call.actor, projectOf(call).id, scannerId);
      return { message: 'Scanner added to project' };
    },
  },
  {
    method: 'DELETE',
    path: '/projects/{project}/scanners/{scannerId}',
    permission: 'projects:write',
    async answer(call) {
      await registry.removeScanner(call.actor, projectOf(call).id, call.params.scannerId ?? '');
      return { message: 'Scanner removed from project' };
    },
  },
  {
    method: 'POST',
    path: '/projects/{project}/scanner-packages/{scannerPackageId}',
    permission: 'projects:write',
    async answer(call) {
      const { scannerPackageId = '' } = call.params;
      if (!mayRead(call.caller, await registry.getPackage(scannerPackageId))) throw notFound('Package');
      await registry.addPackage(call.actor, projectOf(call).id, scannerPackageId);
      return { message: 'Scanner package added to project' };
    },
  },
  {
    method: 'DELETE',
    path: '/projects/{project}/scanner-packages/{scannerPackageId}',
    permission: 'projects:write',
    async answer(call) {
      await registry.removePackage(call.actor, projectOf(call).id, call.params.scannerPackageId ?? '');
      return { message: 'Scanner package removed from project' };
    },
  },
];

/** Who puts somebody into a project gives permissions. @throws ApiError 403 where they do not hold them */
function checkMembership(call: Call, admin: boolean): void {
  checkHeld(call.caller, [...(admin ? PROJECT_ADMIN : PROJECT_MEMBER)], projectOf(call).id);
}

const memberRoutes = (access: Access): readonly Route[] => [
  {
    method: 'POST',
    path: '/projects/{project}/members',
    permission: 'projects:write',
    async answer(call) {
      const { members, admin } = readFields(newMembersSchema, call.body);
      checkMembership(call, admin ?? false);
      await checkUsers(access, [['members', members]]);
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
      checkMembership(call, admin);
      const { id } = await access.getUser(call.params.userId ?? '');
      await access.setMembers(call.actor, projectOf(call).id, [id], admin);
      return { message: 'Member updated' };
    },
  },
  {
    method: 'DELETE',
    path: '/projects/{project}/members/{userId}',
    permission: 'projects:write',
    async answer(call) {
      await access.removeMember(call.actor, projectOf(call).id, call.params.userId ?? '');
      return { message: 'Member removed from project' };
    },
  },
];
