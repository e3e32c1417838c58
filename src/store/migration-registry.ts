/** Version 1: scanners, versions, packages, projects, their history, and the audit events. */
import type { Migration } from './migration.ts';

const LIFE = `created_at bigint not null, created_by text, updated_at bigint not null, deleted_at bigint`;
const AVAILABILITY = 'available_globally integer not null, available_to text not null';

export const REGISTRY_TABLES: Migration = {
  version: 1,
  name: 'registry',
  statements: [
    `create table policy_head (id integer primary key check (id = 1), revision bigint not null,
      last_at bigint not null)`,
    'insert into policy_head (id, revision, last_at) values (1, 0, 0)',
    'create table settings (name text primary key, value text not null)',
    `create table packages (id text primary key, name text not null, source text not null, ${AVAILABILITY},
      vendored integer not null, ${LIFE})`,
    `create table scanners (id text primary key, name text not null, type text not null,
      direction text not null, tags text not null, source text not null, ${AVAILABILITY},
      package_id text references packages (id), newest_version_id text not null,
      version_count integer not null, vendored integer not null, ${LIFE})`,
    'create index scanners_by_package on scanners (package_id)',
    `create table scanner_versions (id text primary key, scanner_id text not null references scanners (id),
      ordinal integer not null, name text not null, config text not null, direction text not null,
      description text not null, published integer not null, published_at bigint, created_at bigint not null,
      created_by text, unique (scanner_id, name), unique (scanner_id, ordinal),
      unique (scanner_id, created_at))`,
    `create table projects (id text primary key, name text not null, type text not null,
      friendly_id text not null, deployment_status text not null, settings text not null,
      admin_role_id text not null, member_role_id text not null, ${LIFE})`,
    'create unique index projects_by_friendly_id on projects (friendly_id) where deleted_at is null',
    "create unique index projects_global on projects (type) where type = 'global'",
    `create table project_scanners (project_id text not null references projects (id),
      scanner_id text not null references scanners (id), enabled integer not null, mode text not null,
      version_id text references scanner_versions (id), flag_message text, forced integer not null,
      added_at bigint not null, primary key (project_id, scanner_id))`,
    'create index project_scanners_by_scanner on project_scanners (scanner_id)',
    `create table project_packages (project_id text not null references projects (id),
      package_id text not null references packages (id), added_at bigint not null,
      primary key (project_id, package_id))`,
    'create index project_packages_by_package on project_packages (package_id)',
    `create table history (kind text not null, id text not null, parent_id text not null, at bigint not null,
      document text, primary key (kind, parent_id, id, at))`,
    `create table audit_events (id text primary key, at bigint not null, type text not null, user_id text,
      request_id text, subjects text not null, data text)`,
    'create index audit_events_by_time on audit_events (at)',
    `create table policy_states (id text not null, project_id text not null, revision bigint not null,
      at bigint not null, document text not null, primary key (project_id, id))`,
  ],
};
