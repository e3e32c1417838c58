/** Version 3: users, roles, who holds which, and tokens by their hashes. */
import type { Migration } from './migration.ts';

export const ACCESS_TABLES: Migration = {
  version: 3,
  name: 'access',
  statements: [
    `create table users (id text primary key, email text not null, name text not null,
      blocked integer not null, created_at bigint not null, deleted_at bigint)`,
    `create table roles (id text primary key, name text not null, permissions text not null,
      project_id text, created_at bigint not null)`,
    'create table user_roles (user_id text not null, role_id text not null, primary key (user_id, role_id))',
    'create index user_roles_by_role on user_roles (role_id)',
    `create table tokens (id text primary key, name text not null, hash text not null unique,
      user_id text, project_id text, expires_at bigint not null, created_at bigint not null,
      revoked_at bigint)`,
    'create index tokens_by_project on tokens (project_id)',
  ],
};
