/** What can be allowed to whom: one word a permission, and what the roles that always exist hold of them. */

export const PERMISSIONS = [
  'scanners:read',
  'scanners:write',
  'packages:read',
  'packages:write',
  'projects:create',
  'projects:read',
  'projects:write',
  'projects:delete',
  'providers:read',
  'providers:write',
  'secrets:read',
  'secrets:write',
  'scans:create',
  'logs:read',
  'logs:write',
  'tokens:read',
  'tokens:write',
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'audit:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ALL_PERMISSIONS: ReadonlySet<Permission> = new Set(PERMISSIONS);

/** A project's admin, and a project token, within the project. */
export const PROJECT_ADMIN: ReadonlySet<Permission> = new Set<Permission>([
  'projects:read',
  'projects:write',
  'scanners:read',
  'packages:read',
  'providers:read',
  'scans:create',
  'logs:read',
  'logs:write',
  'tokens:read',
  'tokens:write',
]);

/** A project's member, within the project. */
export const PROJECT_MEMBER: ReadonlySet<Permission> = new Set<Permission>([
  'projects:read',
  'scanners:read',
  'packages:read',
  'providers:read',
  'scans:create',
]);

const KNOWN: ReadonlySet<string> = ALL_PERMISSIONS;
export const isPermission = (text: string): text is Permission => KNOWN.has(text);
