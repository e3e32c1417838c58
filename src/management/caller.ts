/** Who calls the management API, and what that caller may do: in the organization, and in single projects. */
import type { Permission } from '../registry/permissions.ts';

export interface Caller {
  /** Null for global and project tokens. */
  readonly userId: string | null;
  /** Of a project token: the only project that it reaches. */
  readonly projectId: string | undefined;
  readonly everywhere: ReadonlySet<Permission>;
  readonly inProjects: ReadonlyMap<string, ReadonlySet<Permission>>;
}

/** In the organization, and so in each project. */
export const may = (caller: Caller, permission: Permission): boolean => caller.everywhere.has(permission);

export const mayIn = (caller: Caller, permission: Permission, projectId: string): boolean =>
  may(caller, permission) || caller.inProjects.get(projectId)?.has(permission) === true;

/** In the organization or in any project: lists are then filtered. */
export const mayAnywhere = (caller: Caller, permission: Permission): boolean =>
  may(caller, permission) || [...caller.inProjects.values()].some((held) => held.has(permission));

/** Ids of the projects where the caller may; undefined: all. */
export const projectsWhere = (caller: Caller, permission: Permission): readonly string[] | undefined =>
  may(caller, permission)
    ? undefined
    : [...caller.inProjects].filter(([, held]) => held.has(permission)).map(([id]) => id);
