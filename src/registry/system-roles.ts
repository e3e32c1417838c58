/** The roles that always exist: owner, admin and user of the organization (contract §5.10). */

import { namedId } from './named-id.ts';
import type { Permission } from './permissions.ts';
import { ALL_PERMISSIONS } from './permissions.ts';

export interface SystemRole {
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** The one user of a fresh database. */
export const OWNER_ID = 'owner';
export const OWNER_ROLE: SystemRole = {
  id: namedId('role owner'),
  name: 'Organization owner',
  permissions: ALL_PERMISSIONS,
};
export const SYSTEM_ROLES: readonly SystemRole[] = [
  OWNER_ROLE,
  { id: namedId('role admin'), name: 'Organization admin', permissions: ALL_PERMISSIONS },
  // Almost nothing: what the global project lets everyone do.
  { id: namedId('role user'), name: 'Organization user', permissions: new Set() },
];
