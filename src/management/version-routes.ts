/** Versions of a scanner: listed, published, pushed, described (contract §2.1). */
import type { Registry } from '../registry/registry.ts';
import { notFound } from './api-error.ts';
import { readFields } from './read-fields.ts';
import type { Route } from './route.ts';
import { versionPatchSchema } from './scanner-body.ts';
import { mayRead } from './scanner-routes.ts';
import { writeVersion } from './scanner-wire.ts';

export const versionRoutes = (registry: Registry): readonly Route[] => [
  {
    method: 'GET',
    path: '/scanners/{scannerId}/versions',
    permission: 'scanners:read',
    async answer({ caller, params, query }) {
      const { scannerId = '' } = params;
      const onlyPublished = query.truth('onlyPublished') ?? false;
      if (!mayRead(caller, await registry.getScanner(scannerId))) throw notFound('Scanner');
      return { versions: (await registry.listVersions(scannerId, onlyPublished)).map(writeVersion) };
    },
  },
  {
    method: 'PATCH',
    path: '/scanners/{scannerId}/versions/{versionId}',
    permission: 'scanners:write',
    reach: 'organization',
    async answer({ actor, params, body }) {
      const { scannerId = '', versionId = '' } = params;
      const patch = readFields(versionPatchSchema, body);
      return { message: await registry.updateVersion(actor, scannerId, versionId, patch) };
    },
  },
];
