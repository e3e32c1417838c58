/** Scanners and packages out as a zip, and in again (contract §2.1). */
import { z } from 'zod';
import type { Actor, Package, Scanner } from '../registry/model.ts';
import type { Registry } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { type ArchiveEntry, ArchiveError, readArchive, writeArchive } from '../registry/scanner-archive.ts';
import { ApiError, invalidAt } from './api-error.ts';
import { readFields } from './read-fields.ts';
import { Download, type Route } from './route.ts';
import { configSchema } from './scanner-body.ts';

const exportSchema = z.looseObject({
  scannerIds: z.array(z.guid()).max(10_000).nullish(),
  packageIds: z.array(z.guid()).max(1_000).nullish(),
});
const scannerSpec = z.looseObject({
  name: z.string(),
  config: configSchema,
  direction: z.enum(['request', 'response', 'both']).nullish(),
  tags: z.array(z.string()).nullish(),
});
const packageSpec = z.looseObject({ name: z.string() });

const PAGE = 100;

/** All that people made, where the export names nothing. */
async function allScanners(registry: Registry): Promise<readonly Scanner[]> {
  const all: Scanner[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = await registry.listScanners({}, { offset, limit: PAGE, ascending: true });
    all.push(...page.items.filter((it) => it.source !== 'system' && it.packageId === null));
    if (!page.hasMore) return all;
  }
}

async function allPackages(registry: Registry): Promise<readonly Package[]> {
  const all: Package[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = await registry.listPackages({}, { offset, limit: PAGE, ascending: true });
    all.push(...page.items.filter((it) => it.source !== 'system'));
    if (!page.hasMore) return all;
  }
}

export const archiveRoutes = (registry: Registry): readonly Route[] => [
  {
    method: 'POST',
    path: '/scanners/export',
    permission: 'scanners:write',
    reach: 'organization',
    changes: false,
    async answer({ body }) {
      const { scannerIds, packageIds } = readFields(exportSchema, body);
      const isAll = scannerIds == null && packageIds == null;
      const scanners = isAll
        ? await allScanners(registry)
        : await Promise.all((scannerIds ?? []).map((id) => registry.getScanner(id)));
      const items = isAll
        ? await allPackages(registry)
        : await Promise.all((packageIds ?? []).map((id) => registry.getPackage(id)));
      const packages = await Promise.all(
        items.map(async (item) => ({
          item,
          scanners: await Promise.all(item.scannerIds.map((id) => registry.getScanner(id))),
        })),
      );
      const builtIn = [...scanners, ...packages.flatMap((it) => it.scanners)].some(
        (it) => it.source === 'system',
      );
      if (builtIn) throw new ApiError(403, 'Built-in scanners cannot be exported');
      return new Download(writeArchive({ scanners, packages }), 'application/zip', 'scanners-export.zip');
    },
  },
  {
    method: 'POST',
    path: '/scanners/import',
    permission: 'scanners:write',
    reach: 'organization',
    takes: 'bytes',
    async answer({ actor, bytes, contentType }) {
      const { file, ids } = await readForm(bytes, contentType);
      const entries = openArchive(file);
      return importEntries(registry, actor, ids.length === 0 ? entries : wanted(entries, ids));
    },
  },
];

async function readForm(
  bytes: Buffer,
  contentType: string,
): Promise<{ readonly file: Uint8Array; readonly ids: readonly string[] }> {
  if (!/^multipart\/form-data *;/i.test(contentType))
    throw new ApiError(415, 'The body must be multipart/form-data');
  const headers = { 'content-type': contentType };
  const form = await new Response(Uint8Array.from(bytes), { headers }).formData().catch((cause: unknown) => {
    throw new ApiError(
      422,
      [{ loc: ['body'], msg: 'The form cannot be read', type: 'value_error' }],
      {},
      { cause },
    );
  });
  const file = form.get('file');
  if (file === null || typeof file === 'string')
    throw invalidAt(['body', 'file'], 'Field required', 'missing');
  const ids = form.getAll('ids').flatMap((it) => (typeof it === 'string' ? it.split(',') : []));
  return {
    file: new Uint8Array(await file.arrayBuffer()),
    ids: ids.map((id) => id.trim().toLowerCase()).filter((id) => id !== ''),
  };
}

function openArchive(file: Uint8Array): readonly ArchiveEntry[] {
  try {
    return readArchive(file);
  } catch (cause) {
    if (!(cause instanceof ArchiveError)) throw cause;
    throw invalidAt(['body', 'file'], cause.message);
  }
}

/** A package brings its scanners along. */
const wanted = (entries: readonly ArchiveEntry[], ids: readonly string[]): readonly ArchiveEntry[] =>
  entries.filter(
    ({ id, packageId }) => ids.includes(id.toLowerCase()) || ids.includes(packageId?.toLowerCase() ?? ''),
  );

interface ImportFault {
  readonly message: string;
  readonly path: string;
}

/** What cannot be imported is told, and keeps nothing else from being so. */
async function importEntries(
  registry: Registry,
  actor: Actor,
  entries: readonly ArchiveEntry[],
): Promise<Readonly<Record<string, unknown>>> {
  const errors: ImportFault[] = [];
  const made = new Map<ArchiveEntry, string>();
  const attempt = async (entry: ArchiveEntry, create: () => Promise<string>): Promise<void> => {
    try {
      made.set(entry, await create());
    } catch (cause) {
      if (!(cause instanceof RegistryError || cause instanceof ApiError)) throw cause;
      errors.push({ message: messageOf(cause), path: entry.path });
    }
  };
  const scanners = entries.filter((entry) => entry.kind === 'scanner');
  for (const entry of scanners) {
    await attempt(entry, () =>
      registry.createScanner(actor, {
        ...readFields(scannerSpec, entry.document),
        source: 'zip',
        published: false,
      }),
    );
  }
  const packages = entries.filter((entry) => entry.kind === 'package');
  for (const entry of packages) {
    const members = scanners.filter((it) => it.packageId === entry.id).flatMap((it) => made.get(it) ?? []);
    await attempt(entry, async () => {
      const { name } = readFields(packageSpec, entry.document);
      return registry.createPackage(actor, { name, scannerIds: members, source: 'zip' });
    });
  }
  return {
    scannerIds: scanners.flatMap((entry) => made.get(entry) ?? []),
    packageIds: packages.flatMap((entry) => made.get(entry) ?? []),
    scannerTemplateIds: [],
    errors,
  };
}

const messageOf = (cause: RegistryError | ApiError): string => {
  if (cause instanceof RegistryError || typeof cause.detail === 'string') return cause.message;
  return cause.detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; ');
};
