/** Lists of scanners, packages, projects and audit events: filtered, sorted, a page at a time. */
import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';
import type {
  AuditEvent,
  Direction,
  Package,
  Project,
  ProjectType,
  ScanMode,
  Scanner,
  Source,
} from './model.ts';
import { getProject } from './projects.ts';
import { auditEventOf, packageOf, scannerOf, versionOf } from './rows.ts';

export interface PageAsked {
  readonly offset: number;
  readonly limit: number;
  readonly ascending: boolean;
  readonly sortBy?: 'created_at' | 'updated_at' | 'name' | undefined;
  /** Any part of the name, case ignored. */
  readonly search?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

export interface ScannerFilter {
  readonly published?: boolean | undefined;
  readonly direction?: Direction | undefined;
  readonly sources?: readonly Source[] | undefined;
  readonly types?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** In a package, or in none. */
  readonly packaged?: boolean | undefined;
  readonly packageIds?: readonly string[] | undefined;
  /** Id of a project that has it. */
  readonly addedToProjectId?: string | undefined;
  /** Ids of projects of which one may add it. */
  readonly accessibleToProjectIds?: readonly string[] | undefined;
  /** Of the project that has it. */
  readonly active?: boolean | undefined;
  readonly modes?: readonly ScanMode[] | undefined;
  /** Only those that are in the list, e.g. what a caller may see. */
  readonly ids?: readonly string[] | undefined;
}

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, (it) => `\\${it}`);
/** Any letter case; what means something to LIKE means itself. */
export const nameHas = (column: string, search: string) =>
  sql<boolean>`lower(${sql.ref(column)}) like ${`%${escapeLike(search.toLowerCase())}%`} escape '\\'`;
/** Of a JSON list; letter case counts, which LIKE does not see in one of the databases. */
const listHas = (column: string, text: string) =>
  sql<boolean>`replace(${sql.ref(column)}, ${JSON.stringify(text)}, '') <> ${sql.ref(column)}`;

function pageOf<R, T>(rows: readonly R[], asked: PageAsked, read: (row: R) => T): Page<T> {
  return { items: rows.slice(0, asked.limit).map(read), hasMore: rows.length > asked.limit };
}

export async function listScanners(db: Db, filter: ScannerFilter, asked: PageAsked): Promise<Page<Scanner>> {
  const order = asked.ascending ? 'asc' : 'desc';
  let query = scannersWhere(db, filter)
    .innerJoin('scanner_versions', 'scanner_versions.id', 'scanners.newest_version_id')
    .selectAll('scanners');
  if (asked.search !== undefined) query = query.where(nameHas('scanners.name', asked.search));
  const rows = await query
    .orderBy(`scanners.${asked.sortBy ?? 'created_at'}`, order)
    .orderBy('scanners.id', order)
    .offset(asked.offset)
    .limit(asked.limit + 1)
    .execute();
  const versions =
    rows.length === 0
      ? []
      : await db
          .selectFrom('scanner_versions')
          .selectAll()
          .where(
            'id',
            'in',
            rows.map((row) => row.newest_version_id),
          )
          .execute();
  const byId = new Map(versions.map((row) => [row.id, versionOf(row)]));
  return pageOf(rows, asked, (row) => {
    const version = byId.get(row.newest_version_id);
    if (version === undefined) throw new TypeError('a scanner without a version');
    return scannerOf(row, version);
  });
}

function scannersWhere(db: Db, filter: ScannerFilter) {
  let query = db.selectFrom('scanners').where('scanners.deleted_at', 'is', null);
  const { addedToProjectId: inProject, accessibleToProjectIds: forProjects } = filter;
  if (filter.direction !== undefined) query = query.where('scanners.direction', '=', filter.direction);
  if (filter.sources?.length) query = query.where('scanners.source', 'in', filter.sources);
  if (filter.types?.length) query = query.where('scanners.type', 'in', filter.types);
  if (filter.ids !== undefined) query = query.where('scanners.id', 'in', ['', ...filter.ids]);
  if (filter.packageIds?.length) query = query.where('scanners.package_id', 'in', filter.packageIds);
  if (filter.packaged !== undefined) {
    query = query.where('scanners.package_id', filter.packaged ? 'is not' : 'is', null);
  }
  for (const tag of filter.tags ?? []) query = query.where(listHas('scanners.tags', tag));
  if (filter.published !== undefined) {
    const published = sql<boolean>`exists (select 1 from scanner_versions v
      where v.scanner_id = scanners.id and v.published = 1)`;
    query = query.where(filter.published ? published : sql<boolean>`not ${published}`);
  }
  if (forProjects !== undefined) {
    query = query.where((where) =>
      where.or([
        where('scanners.available_globally', '=', 1),
        ...forProjects.map((id) => listHas('scanners.available_to', id)),
      ]),
    );
  }
  if (inProject !== undefined) query = query.where(isInProject(inProject, filter));
  return query;
}

function isInProject(projectId: string, { active, modes }: ScannerFilter) {
  const enabled = active === undefined ? sql`` : sql`and p.enabled = ${active ? 1 : 0}`;
  const inMode = modes?.length ? sql`and p.mode in (${sql.join([...modes])})` : sql``;
  return sql<boolean>`exists (select 1 from project_scanners p where p.scanner_id = scanners.id
    and p.project_id = ${projectId} ${enabled} ${inMode})`;
}

export interface PackageFilter {
  readonly sources?: readonly Source[] | undefined;
  readonly addedToProjectId?: string | undefined;
  readonly accessibleToProjectIds?: readonly string[] | undefined;
}

export async function listPackages(db: Db, filter: PackageFilter, asked: PageAsked): Promise<Page<Package>> {
  const order = asked.ascending ? 'asc' : 'desc';
  const { addedToProjectId: inProject, accessibleToProjectIds: forProjects } = filter;
  let query = db.selectFrom('packages').selectAll().where('deleted_at', 'is', null);
  if (asked.search !== undefined) query = query.where(nameHas('name', asked.search));
  if (filter.sources?.length) query = query.where('source', 'in', filter.sources);
  if (forProjects !== undefined) {
    query = query.where((where) =>
      where.or([
        where('available_globally', '=', 1),
        ...forProjects.map((id) => listHas('available_to', id)),
      ]),
    );
  }
  if (inProject !== undefined) {
    query = query.where(sql<boolean>`exists (select 1 from project_packages p where p.package_id = packages.id
      and p.project_id = ${inProject})`);
  }
  const rows = await query
    .orderBy(asked.sortBy ?? 'created_at', order)
    .orderBy('id', order)
    .offset(asked.offset)
    .limit(asked.limit + 1)
    .execute();
  const ids = rows.map((row) => row.id);
  const members = await db
    .selectFrom('scanners')
    .select(['id', 'package_id'])
    .where('package_id', 'in', ['', ...ids])
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return pageOf(rows, asked, (row) =>
    packageOf(
      row,
      members.filter((member) => member.package_id === row.id).map((member) => member.id),
    ),
  );
}

export interface ProjectFilter {
  readonly types?: readonly ProjectType[] | undefined;
  readonly createdBy?: string | undefined;
  readonly deploymentStatus?: string | undefined;
  readonly ids?: readonly string[] | undefined;
}

export async function listProjects(db: Db, filter: ProjectFilter, asked: PageAsked): Promise<Page<Project>> {
  const order = asked.ascending ? 'asc' : 'desc';
  let query = db.selectFrom('projects').select('id').where('deleted_at', 'is', null);
  if (asked.search !== undefined) query = query.where(nameHas('name', asked.search));
  if (filter.types?.length) query = query.where('type', 'in', filter.types);
  if (filter.createdBy !== undefined) query = query.where('created_by', '=', filter.createdBy);
  if (filter.deploymentStatus !== undefined) {
    query = query.where('deployment_status', '=', filter.deploymentStatus);
  }
  if (filter.ids !== undefined) query = query.where('id', 'in', ['', ...filter.ids]);
  const rows = await query
    .orderBy(asked.sortBy ?? 'created_at', order)
    .orderBy('id', order)
    .offset(asked.offset)
    .limit(asked.limit + 1)
    .execute();
  const items: Project[] = [];
  for (const { id } of rows.slice(0, asked.limit)) items.push(await getProject(db, id));
  return { items, hasMore: rows.length > asked.limit };
}

export interface AuditFilter {
  readonly types?: readonly string[] | undefined;
  readonly userIds?: readonly string[] | undefined;
  /** Unix microseconds. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

export async function listAuditEvents(
  db: Db,
  filter: AuditFilter,
  asked: PageAsked,
): Promise<Page<AuditEvent>> {
  const order = asked.ascending ? 'asc' : 'desc';
  let query = db.selectFrom('audit_events').selectAll();
  if (filter.types?.length) query = query.where('type', 'in', filter.types);
  if (filter.userIds?.length) query = query.where('user_id', 'in', filter.userIds);
  if (filter.before !== undefined) query = query.where('at', '<', filter.before);
  if (filter.after !== undefined) query = query.where('at', '>', filter.after);
  if (asked.search !== undefined) {
    const { search } = asked;
    query = query.where((where) => where.or([nameHas('type', search), nameHas('subjects', search)]));
  }
  const rows = await query
    .orderBy('at', order)
    .orderBy('id', order)
    .offset(asked.offset)
    .limit(asked.limit + 1)
    .execute();
  return pageOf(rows, asked, auditEventOf);
}
