/** The registry's documents as YAML files of a folder, one thing a file, for version control. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import type { z } from 'zod';
import { StartError } from './compose-start-error.ts';
import { ConfigError } from './config-issue.ts';
import {
  type PolicyDocuments,
  packageDocument,
  projectDocument,
  scannerDocument,
} from './registry/policy-document.ts';

const KINDS = ['scanners', 'packages', 'projects'] as const;
type Kind = (typeof KINDS)[number];

const SCHEMAS = { scanners: scannerDocument, packages: packageDocument, projects: projectDocument } as const;
/** Only files that begin so are ever removed. */
const MARK = '# Written by sallyport policy export.\n';
const SLUG_CHARS = 60;
const FILE_BYTES_MAX = 16_777_216;

export interface PolicyFiles {
  readonly documents: PolicyDocuments;
  /** The file of each document, in the same order. */
  readonly files: Readonly<Record<Kind, readonly string[]>>;
}

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join('-')
    .slice(0, SLUG_CHARS) ?? 'unnamed';

/** File names: the name in small letters, with the id's beginning behind it where another has the same. */
function fileNames(
  documents: readonly { readonly id?: string | undefined; readonly name: string }[],
): readonly string[] {
  const slugs = documents.map(({ name }) => slugOf(name));
  return documents.map(({ id = '' }, index) => {
    const slug = slugs[index] ?? 'unnamed';
    const isOnly = slugs.filter((other) => other === slug).length === 1;
    return `${isOnly ? slug : `${slug}-${id}`}.yaml`;
  });
}

/** Writes all documents, and removes files of earlier exports that are none of them any more. */
export function writePolicyFiles(folder: string, { scanners, packages, projects }: PolicyDocuments): number {
  const named = projects.map((project) => ({ id: project.id, name: project.friendlyId }));
  const names = { scanners: fileNames(scanners), packages: fileNames(packages), projects: fileNames(named) };
  const documents: Readonly<Record<Kind, readonly object[]>> = { scanners, packages, projects };
  return inFolder(folder, () => {
    for (const kind of KINDS) {
      const below = join(folder, kind);
      mkdirSync(below, { recursive: true });
      for (const name of yamlFiles(below)) {
        const file = join(below, name);
        if (!names[kind].includes(name) && readFileSync(file, 'utf8').startsWith(MARK)) rmSync(file);
      }
      for (const [index, document] of documents[kind].entries()) {
        const text = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
        writeFileSync(join(below, names[kind][index] ?? ''), MARK + text);
      }
    }
    return scanners.length + packages.length + projects.length;
  });
}

const yamlFiles = (below: string): readonly string[] =>
  readdirSync(below)
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted();

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** @throws ConfigError with a line for each fault, StartError for a folder that cannot be read */
export function readPolicyFiles(folder: string): PolicyFiles {
  return inFolder(folder, () => {
    const lines: string[] = [];
    const files = { scanners: [] as string[], packages: [] as string[], projects: [] as string[] };
    const read = <T>(kind: Kind, schema: z.ZodType<T>): T[] => {
      const below = join(folder, kind);
      if (!isFolder(below)) return [];
      return yamlFiles(below).flatMap((name) => {
        const file = join(below, name);
        files[kind].push(file);
        return readOne(file, schema, lines);
      });
    };
    if (!KINDS.some((kind) => isFolder(join(folder, kind))))
      throw new StartError(`${folder}: holds none of the folders ${KINDS.join(', ')}`);
    const documents = {
      scanners: read('scanners', SCHEMAS.scanners),
      packages: read('packages', SCHEMAS.packages),
      projects: read('projects', SCHEMAS.projects),
    };
    if (lines.length > 0) throw new ConfigError(lines);
    return { documents, files };
  });
}

function readOne<T>(file: string, schema: z.ZodType<T>, lines: string[]): readonly T[] {
  if (statSync(file).size > FILE_BYTES_MAX) {
    lines.push(`${file}: is too large`);
    return [];
  }
  const document = parseDocument(readFileSync(file, 'utf8'), { uniqueKeys: true });
  if (document.errors.length > 0) {
    lines.push(...document.errors.map((error) => `${file}: ${error.message.split('\n')[0]}`));
    return [];
  }
  const result = schema.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (result.success) return [result.data];
  for (const { path, message } of result.error.issues)
    lines.push(`${file}: ${path.length === 0 ? '' : `${path.join('.')}: `}${message}`);
  return [];
}

function inFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new StartError(`${folder}: cannot be read or written (${String(cause.code)})`, { cause });
  }
}
