/** Writes the registry as documents: people's scanners with all versions, packages, and projects. */
import type { Db } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { ScannerConfig } from './model.ts';
import type {
  PackageDocument,
  PolicyDocuments,
  ProjectDocument,
  ScannerDocument,
} from './policy-document.ts';
import { getProject } from './projects.ts';
import { readConfig, readTexts } from './rows.ts';

/** How things are called in documents. */
interface Names {
  /** Of scanners and packages: the name, or the id where several have it. */
  readonly scanner: ReadonlyMap<string, string>;
  readonly package: ReadonlyMap<string, string>;
  readonly friendlyId: ReadonlyMap<string, string>;
}

/** One state of the registry. */
export const exportPolicy = (store: Store): Promise<PolicyDocuments> => store.read(readDocuments);

/** The same within a transaction. */
export async function readDocuments(db: Db): Promise<PolicyDocuments> {
  const names = await namesIn(db);
  return {
    scanners: await scannersOf(db, names),
    packages: await packagesOf(db, names),
    projects: await projectsOf(db, names),
  };
}

/** A name that two things have is no name. */
export function uniqueNames(
  rows: readonly { readonly id: string; readonly name: string }[],
): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(rows.map(({ id, name }) => [id, counts.get(name) === 1 ? name : id]));
}

type Table = 'scanners' | 'packages';

const living = (db: Db, table: Table) =>
  db.selectFrom<Table>(table).select(['id', 'name']).where('deleted_at', 'is', null);

/** What people made, in the order of documents. */
const ownOf = (db: Db, table: Table) =>
  living(db, table)
    .select(['available_globally', 'available_to'])
    .where('source', '!=', 'system')
    .orderBy('name')
    .orderBy('id')
    .execute();

async function namesIn(db: Db): Promise<Names> {
  const projects = await db
    .selectFrom('projects')
    .select(['id', 'friendly_id'])
    .where('deleted_at', 'is', null)
    .execute();
  return {
    scanner: uniqueNames(await living(db, 'scanners').execute()),
    package: uniqueNames(await living(db, 'packages').execute()),
    friendlyId: new Map(projects.map((row) => [row.id, row.friendly_id])),
  };
}

const accessOf = (
  row: { readonly available_globally: number; readonly available_to: string },
  { friendlyId }: Names,
) => ({
  global: row.available_globally === 1,
  projects: readTexts(row.available_to)
    .flatMap((id) => friendlyId.get(id) ?? [])
    .toSorted(),
});

type OwnDocumentConfig = ScannerDocument['versions'][number]['config'];

function ownConfig(config: ScannerConfig): OwnDocumentConfig {
  if (config.type === 'system') throw new TypeError('a built-in scanner is in no document');
  return config.type === 'keyword' ? { ...config, words: [...config.words] } : config;
}

async function scannersOf(db: Db, names: Names): Promise<readonly ScannerDocument[]> {
  const rows = await ownOf(db, 'scanners');
  const tagged = await db.selectFrom('scanners').select(['id', 'tags']).execute();
  const tags = new Map(tagged.map((row) => [row.id, row.tags]));
  const versions = await db
    .selectFrom('scanner_versions as v')
    .innerJoin('scanners as s', 's.id', 'v.scanner_id')
    .selectAll('v')
    .where('s.deleted_at', 'is', null)
    .where('s.source', '!=', 'system')
    .orderBy('v.ordinal')
    .execute();
  const byScanner = Map.groupBy(versions, (version) => version.scanner_id);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    tags: [...readTexts(tags.get(row.id) ?? '[]')],
    ...accessOf(row, names),
    versions: (byScanner.get(row.id) ?? []).map((version) => ({
      name: version.name,
      published: version.published === 1,
      description: version.description,
      direction: version.direction as ScannerDocument['versions'][number]['direction'],
      config: ownConfig(readConfig(version.config)),
    })),
  }));
}

async function packagesOf(db: Db, names: Names): Promise<readonly PackageDocument[]> {
  const rows = await ownOf(db, 'packages');
  const members = await db
    .selectFrom('scanners')
    .select(['id', 'package_id'])
    .where('deleted_at', 'is', null)
    .where('package_id', 'is not', null)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    ...accessOf(row, names),
    scanners: members
      .filter((member) => member.package_id === row.id)
      .map((member) => names.scanner.get(member.id) ?? member.id)
      .toSorted(),
  }));
}

async function projectsOf(db: Db, names: Names): Promise<readonly ProjectDocument[]> {
  const rows = await db
    .selectFrom('projects')
    .select('id')
    .where('deleted_at', 'is', null)
    .orderBy('friendly_id')
    .execute();
  const versions = await db.selectFrom('scanner_versions').select(['id', 'name']).execute();
  const versionNames = new Map(versions.map((row) => [row.id, row.name]));
  const documents: ProjectDocument[] = [];
  for (const { id } of rows) {
    const project = await getProject(db, id);
    const { settings } = project;
    documents.push({
      id,
      friendlyId: project.friendlyId,
      name: project.name,
      type: project.type,
      deploymentStatus: project.deploymentStatus,
      settings: {
        ...settings,
        latency: { ...settings.latency },
        trustedRoles: [...settings.trustedRoles],
        topics: settings.topics.map((topic) => ({ ...topic, examples: [...topic.examples] })),
      },
      packages: project.packageIds.map((it) => names.package.get(it) ?? it).toSorted(),
      scanners: project.scanners
        .map((entry) => ({
          scanner: names.scanner.get(entry.scannerId) ?? entry.scannerId,
          enabled: entry.enabled,
          mode: entry.mode,
          version: entry.versionId === null ? null : (versionNames.get(entry.versionId) ?? null),
          flagMessage: entry.flagMessage,
          force: entry.forced,
        }))
        .toSorted((a, b) => (a.scanner < b.scanner ? -1 : 1)),
    });
  }
  return documents;
}
