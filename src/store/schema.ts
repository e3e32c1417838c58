/** The tables as the query builder sees them; truth is 0 or 1, times are Unix microseconds. */
import type { Insertable, Kysely, Selectable } from 'kysely';

/** One row: the newest policy revision and the time of the newest change. */
export interface PolicyHeadTable {
  readonly id: number;
  revision: number;
  last_at: number;
}

export interface SettingsTable {
  readonly name: string;
  value: string;
}

export interface ScannersTable {
  readonly id: string;
  name: string;
  type: string;
  direction: string;
  /** JSON list. */
  tags: string;
  source: string;
  available_globally: number;
  /** JSON list of the projects that may add it, besides. */
  available_to: string;
  package_id: string | null;
  newest_version_id: string;
  version_count: number;
  vendored: number;
  created_at: number;
  created_by: string | null;
  updated_at: number;
  deleted_at: number | null;
}

export interface ScannerVersionsTable {
  readonly id: string;
  readonly scanner_id: string;
  readonly ordinal: number;
  readonly name: string;
  /** JSON. */
  readonly config: string;
  readonly direction: string;
  description: string;
  published: number;
  published_at: number | null;
  readonly created_at: number;
  readonly created_by: string | null;
}

export interface PackagesTable {
  readonly id: string;
  name: string;
  source: string;
  available_globally: number;
  available_to: string;
  vendored: number;
  created_at: number;
  created_by: string | null;
  updated_at: number;
  deleted_at: number | null;
}

export interface ProjectsTable {
  readonly id: string;
  name: string;
  type: string;
  friendly_id: string;
  deployment_status: string;
  /** JSON: what of a profile no scanner says. */
  settings: string;
  admin_role_id: string;
  member_role_id: string;
  created_at: number;
  created_by: string | null;
  updated_at: number;
  deleted_at: number | null;
}

export interface ProjectScannersTable {
  readonly project_id: string;
  readonly scanner_id: string;
  enabled: number;
  mode: string;
  version_id: string | null;
  flag_message: string | null;
  forced: number;
  readonly added_at: number;
}

export interface ProjectPackagesTable {
  readonly project_id: string;
  readonly package_id: string;
  readonly added_at: number;
}

/** What a thing was after a change; `document` is JSON, null where it went away. */
export interface HistoryTable {
  readonly kind: string;
  readonly id: string;
  readonly parent_id: string;
  readonly at: number;
  readonly document: string | null;
}

export interface AuditEventsTable {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly user_id: string | null;
  readonly request_id: string | null;
  /** JSON: ids of what was changed. */
  readonly subjects: string;
  readonly data: string | null;
}

/** The compiled states that records name: which scanners ran, in which versions. */
export interface PolicyStatesTable {
  readonly id: string;
  readonly project_id: string;
  readonly revision: number;
  readonly at: number;
  readonly document: string;
}

export interface RecordsTable {
  readonly seq: number;
  readonly at: number;
  readonly tr_id: string;
  readonly kind: string;
  readonly project: string | null;
  readonly outcome: string;
  /** JSON, covered by the chain; the columns before it repeat what is looked up. */
  readonly body: string;
  readonly mac: string;
}

/** One row: the newest record of the chain. */
export interface RecordHeadTable {
  readonly id: number;
  seq: number;
  mac: string;
}

export interface ScanResultsTable {
  readonly scan_id: string;
  readonly report_id: string;
  readonly owner: string;
  readonly at: number;
  readonly expires_at: number;
  document: string;
  bytes: number;
}

export interface UsersTable {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly blocked: number;
  readonly created_at: number;
  readonly deleted_at: number | null;
}

export interface RolesTable {
  readonly id: string;
  readonly name: string;
  /** JSON list. */
  readonly permissions: string;
  readonly project_id: string | null;
  readonly created_at: number;
}

export interface UserRolesTable {
  readonly user_id: string;
  readonly role_id: string;
}

export interface TokensTable {
  readonly id: string;
  readonly name: string;
  /** Of the whole token text; the text itself is nowhere. */
  readonly hash: string;
  readonly user_id: string | null;
  readonly project_id: string | null;
  readonly expires_at: number;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

/** Values are encrypted; the key is not in the database. */
export interface SecretsTable {
  readonly id: string;
  name: string;
  sealed: string;
  readonly created_at: number;
  updated_at: number;
}

/** The scans and prompts of the management API; truth is 0 or 1. */
export interface ScanRequestsTable {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly project_id: string;
  readonly user_id: string;
  readonly provider_id: string | null;
  readonly outcome: string;
  preserve: number;
  /** JSON texts. */
  readonly input: string;
  readonly external_metadata: string | null;
  readonly result: string;
}

export interface Schema {
  users: UsersTable;
  roles: RolesTable;
  user_roles: UserRolesTable;
  tokens: TokensTable;
  secrets: SecretsTable;
  policy_head: PolicyHeadTable;
  settings: SettingsTable;
  scanners: ScannersTable;
  scanner_versions: ScannerVersionsTable;
  packages: PackagesTable;
  projects: ProjectsTable;
  project_scanners: ProjectScannersTable;
  project_packages: ProjectPackagesTable;
  history: HistoryTable;
  audit_events: AuditEventsTable;
  policy_states: PolicyStatesTable;
  records: RecordsTable;
  record_head: RecordHeadTable;
  scan_results: ScanResultsTable;
  scan_requests: ScanRequestsTable;
}

/** The query builder over one connection. */
export type Db = Kysely<Schema>;
export type Row<T extends keyof Schema> = Selectable<Schema[T]>;
export type NewRow<T extends keyof Schema> = Insertable<Schema[T]>;
