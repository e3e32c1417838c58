/** All routes of the management API, below its prefix. */
import type { Secrets } from '../registry/secrets.ts';
import { archiveRoutes } from './archive-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { packageRoutes } from './package-routes.ts';
import { projectContentRoutes } from './project-content-routes.ts';
import { type ProjectParts, projectRoutes } from './project-routes.ts';
import { roleRoutes } from './role-routes.ts';
import type { Route } from './route.ts';
import { scannerRoutes } from './scanner-routes.ts';
import { secretRoutes } from './secret-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { userRoutes } from './user-routes.ts';
import { versionRoutes } from './version-routes.ts';

export interface ManagementParts extends ProjectParts {
  readonly secrets: Secrets;
}

export function managementRoutes(parts: ManagementParts): readonly Route[] {
  const { registry, access, secrets } = parts;
  return [
    ...scannerRoutes(registry),
    ...archiveRoutes(registry),
    ...versionRoutes(registry),
    ...packageRoutes(registry),
    ...projectRoutes(parts),
    ...projectContentRoutes(registry, access),
    ...tokenRoutes(registry, access),
    ...userRoutes(registry, access),
    ...roleRoutes(registry, access),
    ...secretRoutes(secrets),
    ...auditRoutes(registry, access),
  ];
}
