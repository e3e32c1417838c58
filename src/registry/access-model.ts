/** The words of access: users, roles, tokens, and what a caller was granted. */
import type { Permission } from './permissions.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly blocked: boolean;
  readonly roleIds: readonly string[];
  /** Unix microseconds, as everywhere in the registry. */
  readonly createdAt: number;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  /** Always there, never changed. */
  readonly system: boolean;
  readonly permissions: readonly Permission[];
  /** Where its permissions count; null: in the organization. */
  readonly projectId: string | null;
  readonly memberCount: number;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  /** Of no user: it acts for the organization or a project. */
  readonly machine: boolean;
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly expiresAt: number;
}

export interface Grants {
  readonly everywhere: ReadonlySet<Permission>;
  readonly inProjects: ReadonlyMap<string, ReadonlySet<Permission>>;
}

export interface Holder extends Grants {
  readonly userId: string | null;
  readonly projectId: string | undefined;
}
