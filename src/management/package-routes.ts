/** Packages of scanners (contract §2.2). */
import type { Package, Scanner } from '../registry/model.ts';
import type { Registry } from '../registry/registry.ts';
import { invalidAt, notFound } from './api-error.ts';
import { mayIn } from './caller.ts';
import { readPage, writePage } from './page.ts';
import { readFields } from './read-fields.ts';
import type { Route } from './route.ts';
import { accessSchema, newPackageSchema, packageDeleteSchema, packagePatchSchema } from './scanner-body.ts';
import { checkProjects, mayRead, reachOf } from './scanner-routes.ts';
import { writePackage, writeScanner } from './scanner-wire.ts';

const SOURCES = ['internal', 'share', 'zip', 'vendor', 'system', 'remediation'] as const;

const membersOf = (registry: Registry, { scannerIds }: Package): Promise<readonly Scanner[]> =>
  Promise.all(scannerIds.map((id) => registry.getScanner(id)));

export const packageRoutes = (registry: Registry): readonly Route[] => [
  ...listRoutes(registry),
  ...onePackageRoutes(registry),
];

const listRoutes = (registry: Registry): readonly Route[] => [
  {
    method: 'GET',
    path: '/scanner-packages',
    permission: 'packages:read',
    async answer({ caller, query }) {
      const asked = readPage(query);
      const addedToProjectId = query.uuid('addedToProjectId');
      const accessibleTo = query.uuid('accessibleToProjectId');
      for (const id of [addedToProjectId, accessibleTo]) {
        if (id !== undefined && !mayIn(caller, 'packages:read', id)) throw notFound('Project');
      }
      const filter = {
        sources: query.someOf('source', SOURCES),
        addedToProjectId,
        accessibleToProjectIds: reachOf(caller, 'packages:read', accessibleTo),
      };
      const page = await registry.listPackages(filter, asked);
      const members = new Map<string, readonly Scanner[]>();
      for (const item of page.items) members.set(item.id, await membersOf(registry, item));
      return writePage('packages', page, asked, (item) => writePackage(item, members.get(item.id) ?? []));
    },
  },
  {
    method: 'POST',
    path: '/scanner-packages',
    permission: 'packages:write',
    reach: 'organization',
    async answer({ actor, body }) {
      const { name, scannerIds, global, vendored } = readFields(newPackageSchema, body);
      return { id: await registry.createPackage(actor, { name, scannerIds, global, vendored }) };
    },
  },
];

const onePackageRoutes = (registry: Registry): readonly Route[] => [
  {
    method: 'GET',
    path: '/scanner-packages/{scannerPackageId}',
    permission: 'packages:read',
    async answer({ caller, params }) {
      const item = await registry.getPackage(params.scannerPackageId ?? '');
      if (!mayRead(caller, item)) throw notFound('Package');
      const scanners = await membersOf(registry, item);
      return { package: writePackage(item, scanners), scanners: scanners.map(writeScanner) };
    },
  },
  {
    method: 'PATCH',
    path: '/scanner-packages/{scannerPackageId}',
    permission: 'packages:write',
    reach: 'organization',
    async answer({ actor, params, body }) {
      const { scannerPackageId = '' } = params;
      if (typeof body === 'object' && body !== null && 'update' in body && body.update === true) {
        await registry.getPackage(scannerPackageId);
        throw invalidAt(['body', 'update'], 'There is no update of this package');
      }
      const { name, scannerIds } = readFields(packagePatchSchema, body);
      await registry.updatePackage(actor, scannerPackageId, {
        ...(name == null ? {} : { name }),
        ...(scannerIds == null ? {} : { scannerIds }),
      });
      return { message: 'Scanner package updated' };
    },
  },
  {
    method: 'DELETE',
    path: '/scanner-packages/{scannerPackageId}',
    permission: 'packages:write',
    reach: 'organization',
    async answer({ actor, params, body }) {
      const { deleteScanners } = readFields(packageDeleteSchema, body);
      await registry.deletePackage(actor, params.scannerPackageId ?? '', deleteScanners ?? false);
      return { message: 'Scanner package deleted' };
    },
  },
  {
    method: 'PATCH',
    path: '/scanner-packages/{scannerPackageId}/access',
    permission: 'packages:write',
    reach: 'organization',
    async answer({ actor, params, body }) {
      const access = readFields(accessSchema, body);
      await checkProjects(registry, access.projectIds ?? []);
      await registry.setPackageAccess(actor, params.scannerPackageId ?? '', access);
      return { message: 'Scanner package access updated' };
    },
  },
];
