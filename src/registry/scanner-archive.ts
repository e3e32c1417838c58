/** Scanners and packages as a zip: what each looks for now, without versions (contract §4). */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Package, Scanner } from './model.ts';

/** One scanner or package of an archive; its document is not checked yet. */
export interface ArchiveEntry {
  readonly kind: 'scanner' | 'package';
  /** The id that it had where it was exported. */
  readonly id: string;
  readonly packageId: string | undefined;
  readonly path: string;
  readonly document: unknown;
}

export class ArchiveError extends Error {}

const ENTRIES_MAX = 10_000;
const BYTES_MAX = 33_554_432;
const SCANNER = /^(?:packages\/([^/]+)\/)?scanners\/([^/]+)\/spec\.json$/;
const PACKAGE = /^packages\/([^/]+)\/spec\.json$/;
/** Zip times begin in 1980; a fixed one makes the same scanners the same file. */
const MADE_AT = new Date('2000-01-01T12:00:00Z');

const specOf = (scanner: Scanner): Uint8Array =>
  strToU8(
    JSON.stringify({
      name: scanner.name,
      direction: scanner.version.direction,
      config: scanner.version.config,
      tags: scanner.tags,
      scanner_template_id: null,
    }),
  );

export interface ArchiveContent {
  readonly scanners: readonly Scanner[];
  readonly packages: readonly { readonly item: Package; readonly scanners: readonly Scanner[] }[];
}

export function writeArchive({ scanners, packages }: ArchiveContent): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  for (const { item, scanners: members } of packages) {
    files[`packages/${item.id}/spec.json`] = strToU8(JSON.stringify({ name: item.name }));
    for (const scanner of members)
      files[`packages/${item.id}/scanners/${scanner.id}/spec.json`] = specOf(scanner);
  }
  for (const scanner of scanners) files[`scanners/${scanner.id}/spec.json`] = specOf(scanner);
  return zipSync(files, { mtime: MADE_AT });
}

/** Packages first. @throws ArchiveError for what is no archive, or too large when unpacked */
export function readArchive(bytes: Uint8Array): readonly ArchiveEntry[] {
  const files = unpack(bytes);
  const entries = Object.entries(files).flatMap(([path, content]): readonly ArchiveEntry[] => {
    const scanner = SCANNER.exec(path);
    const item = PACKAGE.exec(path);
    const facts = { path, document: parse(content) };
    if (scanner) return [{ kind: 'scanner', id: scanner[2] ?? '', packageId: scanner[1], ...facts }];
    return item ? [{ kind: 'package', id: item[1] ?? '', packageId: undefined, ...facts }] : [];
  });
  return entries.toSorted((a, b) => a.kind.localeCompare(b.kind));
}

function unpack(bytes: Uint8Array): Record<string, Uint8Array> {
  let total = 0;
  let count = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ originalSize }) => {
        total += originalSize;
        count += 1;
        if (total > BYTES_MAX || count > ENTRIES_MAX) throw new ArchiveError('The archive is too large');
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause;
    throw new ArchiveError('The file is no zip archive', { cause });
  }
}

/** Undefined where it is no JSON: the reader of the entry tells so. */
function parse(content: Uint8Array): unknown {
  try {
    return JSON.parse(strFromU8(content));
  } catch {
    return undefined;
  }
}
