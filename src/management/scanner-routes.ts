/** Scanners: list, create, read, update, delete, who may use them (contract §2.1). */
import type { ScannerFilter } from '../registry/listing.ts';
import type { Scanner } from '../registry/model.ts';
import type { Permission } from '../registry/permissions.ts';
import type { Registry } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { invalidAt, notFound } from './api-error.ts';
import { type Caller, may, mayIn, projectsWhere } from './caller.ts';
import { readPage, writePage } from './page.ts';
import type { Query } from './query.ts';
import { readFields } from './read-fields.ts';
import type { Route } from './route.ts';
import { accessSchema, duplicateSchema, newScannerSchema, scannerPatchSchema } from './scanner-body.ts';
import { writePackage, writeScanner, writeVersion } from './scanner-wire.ts';

const DIRECTIONS = ['request', 'response', 'both'] as const;
const SOURCES = ['internal', 'share', 'zip', 'vendor', 'system', 'remediation'] as const;
const MODES = ['block', 'audit', 'redact'] as const;

/** A caller of single projects sees what those may add or have. */
export function mayRead(caller: Caller, { availability }: Pick<Scanner, 'availability'>): boolean {
  if (may(caller, 'scanners:read') || availability.global) return true;
  return availability.projectIds.some((id) => mayIn(caller, 'scanners:read', id));
}

/** The project that is asked for, else all where the caller may; undefined: no matter where. */
export function reachOf(
  caller: Caller,
  permission: Permission,
  asked: string | undefined,
): readonly string[] | undefined {
  return asked === undefined ? projectsWhere(caller, permission) : [asked];
}

async function readFilter(registry: Registry, caller: Caller, query: Query): Promise<ScannerFilter> {
  const addedTo =
    query.uuid('addedToProjectId') ?? (await projectIdOf(registry, query.text('enabledForProject')));
  const accessibleTo = query.uuid('accessibleToProjectId');
  for (const id of [addedTo, accessibleTo]) {
    if (id !== undefined && !mayIn(caller, 'scanners:read', id)) throw notFound('Project');
  }
  return {
    published: query.truth('published'),
    direction: query.oneOf('direction', DIRECTIONS),
    sources: query.someOf('source', SOURCES),
    types: query.texts('type'),
    tags: query.texts('tags'),
    packaged: query.truth('packaged'),
    packageIds: query.texts('packageId'),
    addedToProjectId: addedTo,
    accessibleToProjectIds:
      addedTo === undefined ? reachOf(caller, 'scanners:read', accessibleTo) : undefined,
    active: query.text('enabledForProject') === undefined ? query.truth('active') : true,
    modes: query.someOf('mode', MODES),
  };
}

async function projectIdOf(registry: Registry, idOrName: string | undefined): Promise<string | undefined> {
  return idOrName === undefined ? undefined : (await registry.getProject(idOrName)).id;
}

/** The packages of the listed scanners, by id. */
async function packagesOf(registry: Registry, scanners: readonly Scanner[]): Promise<object> {
  const ids = new Set(scanners.flatMap(({ packageId }) => (packageId === null ? [] : [packageId])));
  const packages = await Promise.all([...ids].map((id) => registry.getPackage(id)));
  return Object.fromEntries(
    packages.map((item) => [
      item.id,
      writePackage(
        item,
        scanners.filter((it) => it.packageId === item.id),
      ),
    ]),
  );
}

export const scannerRoutes = (registry: Registry): readonly Route[] => [
  ...listRoutes(registry),
  ...oneScannerRoutes(registry),
];

const listRoutes = (registry: Registry): readonly Route[] => [
  {
    method: 'GET',
    path: '/scanners',
    permission: 'scanners:read',
    async answer({ caller, query }) {
      const asked = readPage(query);
      const filter = await readFilter(registry, caller, query);
      const page = await registry.listScanners(filter, asked);
      const listed = writePage('scanners', page, asked, writeScanner);
      if (query.truth('includePackages') !== true) return listed;
      return { ...listed, scannerPackages: await packagesOf(registry, page.items) };
    },
  },
  {
    method: 'POST',
    path: '/scanners',
    permission: 'scanners:write',
    reach: 'organization',
    async answer({ actor, body }) {
      const isCopy =
        typeof body === 'object' && body !== null && 'duplicate' in body && body.duplicate != null;
      if (isCopy) {
        const { duplicate } = readFields(duplicateSchema, body);
        return { id: await registry.duplicateScanner(actor, duplicate) };
      }
      return { id: await registry.createScanner(actor, readFields(newScannerSchema, body)) };
    },
  },
];

/** Who may read a scanner now may read what it was; of one that is gone, who might then. */
const nowOrThen = (registry: Registry, then: Scanner): Promise<Scanner> =>
  registry.getScanner(then.id).catch((cause: unknown) => {
    if (cause instanceof RegistryError && cause.fault === 'not_found') return then;
    throw cause;
  });

const oneScannerRoutes = (registry: Registry): readonly Route[] => [
  {
    method: 'GET',
    path: '/scanners/{scannerId}',
    permission: 'scanners:read',
    async answer({ caller, params, query }) {
      const { scannerId = '' } = params;
      const at = query.time('configAt');
      const scanner = await registry.getScanner(scannerId, { at, version: query.text('version') });
      if (!mayRead(caller, at === undefined ? scanner : await nowOrThen(registry, scanner)))
        throw notFound('Scanner');
      return { scanner: writeScanner(scanner) };
    },
  },
  {
    method: 'PATCH',
    path: '/scanners/{scannerId}',
    permission: 'scanners:write',
    reach: 'organization',
    async answer({ actor, params, body }) {
      const { scannerId = '' } = params;
      if (typeof body === 'object' && body !== null && 'update' in body && body.update === true) {
        await registry.getScanner(scannerId);
        throw invalidAt(['body', 'update'], 'There is no update of this scanner');
      }
      const { message, version } = await registry.updateScanner(
        actor,
        scannerId,
        readFields(scannerPatchSchema, body),
      );
      return { message, versionMeta: version === null ? null : writeVersion(version) };
    },
  },
  {
    method: 'DELETE',
    path: '/scanners/{scannerId}',
    permission: 'scanners:write',
    reach: 'organization',
    async answer({ actor, params }) {
      await registry.deleteScanner(actor, params.scannerId ?? '');
      return { message: 'Scanner deleted' };
    },
  },
  {
    method: 'PATCH',
    path: '/scanners/{scannerId}/access',
    permission: 'scanners:write',
    reach: 'organization',
    async answer({ actor, params, body }) {
      const access = readFields(accessSchema, body);
      await checkProjects(registry, access.projectIds ?? []);
      await registry.setScannerAccess(actor, params.scannerId ?? '', access);
      return { message: 'Scanner access updated' };
    },
  },
];

/** @throws ApiError 422 for one that is not there */
export async function checkProjects(registry: Registry, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    try {
      await registry.getProject(id);
    } catch (cause) {
      if (!(cause instanceof RegistryError) || cause.fault !== 'not_found') throw cause;
      throw invalidAt(['body', 'projectIds', index], 'There is no such project');
    }
  }
}
