/** The registry: every rule about scanners, versions, packages and projects behind one interface. */
import type { ProfileSnapshot } from '../core/policy.ts';
import { type CallChanges, type CallProfile, profileForCall } from './call-profile.ts';
import { type Change, type RegistryTools, runChange } from './change.ts';
import {
  type AuditFilter,
  listAuditEvents,
  listPackages,
  listProjects,
  listScanners,
  type PackageFilter,
  type Page,
  type PageAsked,
  type ProjectFilter,
  type ScannerFilter,
} from './listing.ts';
import type { Actor, AuditEvent, Package, Project, Scanner, Version } from './model.ts';
import {
  addPackage,
  createPackage,
  deletePackage,
  getPackage,
  type NewPackage,
  removePackage,
  setPackageAccess,
  updatePackage,
} from './packages.ts';
import { addScanner, removeScanner } from './project-scanners.ts';
import {
  createProject,
  deleteProject,
  getGlobalProject,
  getProject,
  loadProject,
  type NewProject,
  type ProjectPatch,
  updateProject,
} from './projects.ts';
import type { CheckScanner } from './scanner-config.ts';
import { type AsOf, getScanner, getVersions, listVersions, loadScanner } from './scanner-reads.ts';
import {
  createScanner,
  deleteScanner,
  duplicateScanner,
  type NewScanner,
  type ScannerPatch,
  setScannerAccess,
  type UpdatedScanner,
  updateScanner,
  updateVersion,
} from './scanners.ts';
import type { VersionPatch } from './versions.ts';

interface Access {
  readonly global?: boolean | null | undefined;
  /** Replaces the list. */
  readonly projectIds?: readonly string[] | null | undefined;
}

/**
 * Every method throws RegistryError for what the caller asked wrongly, after which nothing was changed, and
 * StoreError where the database fails. Each change is one transaction, audited, and one policy revision.
 * `{project}` is an id or a friendlyId; other ids are UUIDs.
 */
export interface Registry {
  createScanner(actor: Actor, input: NewScanner): Promise<string>;
  duplicateScanner(actor: Actor, id: string): Promise<string>;
  updateScanner(actor: Actor, id: string, patch: ScannerPatch): Promise<UpdatedScanner>;
  deleteScanner(actor: Actor, id: string): Promise<void>;
  setScannerAccess(actor: Actor, id: string, access: Access): Promise<void>;
  getScanner(id: string, asOf?: AsOf): Promise<Scanner>;
  listScanners(filter: ScannerFilter, asked: PageAsked): Promise<Page<Scanner>>;
  /** Newest first. */
  listVersions(scannerId: string, onlyPublished?: boolean): Promise<readonly Version[]>;
  /** Those that are there, by their ids. */
  getVersions(ids: readonly string[]): Promise<ReadonlyMap<string, Version>>;
  /** The profile of one call of the scan API. */
  profileForCall(profile: ProfileSnapshot, changes: CallChanges): Promise<CallProfile>;
  /** Publishes, pushes, describes; returns what happened in words. */
  updateVersion(actor: Actor, scannerId: string, versionId: string, patch: VersionPatch): Promise<string>;

  createPackage(actor: Actor, input: NewPackage): Promise<string>;
  updatePackage(
    actor: Actor,
    id: string,
    patch: { readonly name?: string | null; readonly scannerIds?: readonly string[] | null },
  ): Promise<void>;
  deletePackage(actor: Actor, id: string, deleteScanners?: boolean): Promise<void>;
  setPackageAccess(actor: Actor, id: string, access: Access): Promise<void>;
  getPackage(id: string): Promise<Package>;
  listPackages(filter: PackageFilter, asked: PageAsked): Promise<Page<Package>>;

  createProject(actor: Actor, input: NewProject): Promise<string>;
  updateProject(actor: Actor, project: string, patch: ProjectPatch): Promise<void>;
  deleteProject(actor: Actor, project: string): Promise<void>;
  /** @param at the state at this time, Unix microseconds */
  getProject(project: string, at?: number): Promise<Project>;
  getGlobalProject(): Promise<Project>;
  listProjects(filter: ProjectFilter, asked: PageAsked): Promise<Page<Project>>;
  addScanner(actor: Actor, project: string, scannerId: string): Promise<void>;
  removeScanner(actor: Actor, project: string, scannerId: string): Promise<void>;
  addPackage(actor: Actor, project: string, packageId: string): Promise<void>;
  removePackage(actor: Actor, project: string, packageId: string): Promise<void>;

  listAuditEvents(filter: AuditFilter, asked: PageAsked): Promise<Page<AuditEvent>>;
  /** A change of something beside the registry, in the same order and with the same audit trail. */
  change<T>(actor: Actor, work: (change: Change) => Promise<T>): Promise<T>;
}

export interface RegistryOptions extends RegistryTools {
  readonly checkScanner: CheckScanner;
}

export function createRegistry(tools: RegistryOptions): Registry {
  const { store } = tools;
  return {
    createScanner: (actor, input) => createScanner(tools, actor, input),
    duplicateScanner: (actor, id) => duplicateScanner(tools, actor, id),
    updateScanner: (actor, id, patch) => updateScanner(tools, actor, id, patch),
    deleteScanner: (actor, id) => deleteScanner(tools, actor, id),
    setScannerAccess: (actor, id, access) => setScannerAccess(tools, actor, id, access),
    getScanner: (id, asOf) => store.read((db) => getScanner(db, id, asOf)),
    listScanners: (filter, asked) => store.read((db) => listScanners(db, filter, asked)),
    listVersions: (id, onlyPublished = false) => store.read((db) => listVersions(db, id, onlyPublished)),
    getVersions: (ids) => store.read((db) => getVersions(db, ids)),
    profileForCall: (profile, changes) => profileForCall(store, profile, changes),
    updateVersion: (actor, id, versionId, patch) => updateVersion(tools, actor, id, versionId, patch),

    createPackage: (actor, input) => createPackage(tools, actor, input),
    updatePackage: (actor, id, patch) => updatePackage(tools, actor, id, patch),
    deletePackage: (actor, id, deleteScanners = false) => deletePackage(tools, actor, id, deleteScanners),
    setPackageAccess: (actor, id, access) => setPackageAccess(tools, actor, id, access),
    getPackage: (id) => store.read((db) => getPackage(db, id)),
    listPackages: (filter, asked) => store.read((db) => listPackages(db, filter, asked)),

    createProject: (actor, input) =>
      runChange(tools, actor, async (change) => (await createProject(change, input)).id),
    updateProject: (actor, project, patch) => updateProject(tools, actor, project, patch),
    deleteProject: (actor, project) => deleteProject(tools, actor, project),
    getProject: (project, at) => store.read((db) => getProject(db, project, at)),
    getGlobalProject: () => store.read((db) => getGlobalProject(db)),
    listProjects: (filter, asked) => store.read((db) => listProjects(db, filter, asked)),
    addScanner: (actor, project, scannerId) =>
      runChange(tools, actor, async (change) => {
        await addScanner(change, await loadProject(change.db, project), scannerId);
      }),
    removeScanner: (actor, project, scannerId) =>
      runChange(tools, actor, async (change) => {
        const { id } = await loadProject(change.db, project);
        await loadScanner(change.db, scannerId);
        await removeScanner(change, id, scannerId);
      }),
    addPackage: (actor, project, packageId) => addPackage(tools, actor, project, packageId),
    removePackage: (actor, project, packageId) => removePackage(tools, actor, project, packageId),

    listAuditEvents: (filter, asked) => store.read((db) => listAuditEvents(db, filter, asked)),
    change: (actor, work) => runChange(tools, actor, work),
  };
}
