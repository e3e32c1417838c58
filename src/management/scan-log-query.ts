/** Which scans and prompts a caller may read, and which of them a query asks for (contract §2.4). */
import type { z } from 'zod';
import type { LoggedScan, LoggedType, ScanLog, ScanLogQuery } from '../core/scan-log.ts';
import type { Registry } from '../registry/registry.ts';
import { invalidAt, notFound } from './api-error.ts';
import { type Caller, mayIn, projectsWhere } from './caller.ts';
import { readPage, writePage } from './page.ts';
import type { Query } from './query.ts';
import { parseKept } from './read-body.ts';
import { externalMetadata } from './scan-bodies.ts';
import { writeLoggedScan } from './scan-wire.ts';

const OUTCOMES = ['cleared', 'flagged', 'redacted', 'blocked'] as const;
const NOBODY = '';

export interface LogParts {
  readonly scanLog: ScanLog;
  readonly registry: Registry;
}

/** Whoever may read the log of its project, and whoever asked for it. */
export function mayReadScan(caller: Caller, scan: LoggedScan): boolean {
  const isOwn = caller.userId !== null && caller.userId === scan.userId;
  return isOwn || mayIn(caller, 'logs:read', scan.projectId);
}

/** @throws ApiError 404, also for one that the caller may not see */
export async function readScan(
  { scanLog }: LogParts,
  caller: Caller,
  id: string,
  types: readonly LoggedType[],
): Promise<LoggedScan> {
  const scan = await scanLog.get(id.toLowerCase());
  if (scan === undefined || !types.includes(scan.type) || !mayReadScan(caller, scan)) throw notFound('Scan');
  return scan;
}

/** One page. `onlyUser` is true by default: a reader of the log must say false. */
export async function listScans(
  parts: LogParts,
  caller: Caller,
  query: Query,
  { name, types }: { readonly name: 'scans' | 'prompts'; readonly types: readonly LoggedType[] },
) {
  const asked = readPage(query);
  const onlyUser = query.truth('onlyUser') ?? true;
  const isOwnOnly = onlyUser && caller.userId !== null;
  const visible = isOwnOnly ? undefined : projectsWhere(caller, 'logs:read');
  const filter: Omit<ScanLogQuery, keyof typeof asked> = {
    types,
    outcomes: query.someOf('outcomes', OUTCOMES),
    projectIds: await projectIdsOf(parts, query.texts('projectId'), visible),
    providerIds: query.texts('providerId'),
    userIds: onlyUser ? [caller.userId ?? NOBODY] : query.texts('userId'),
    before: query.time('before'),
    after: query.time('after'),
    externalMetadata: readMetadata(query.text('externalMetadata')),
  };
  return writePage(name, await parts.scanLog.list({ ...asked, ...filter }), asked, writeLoggedScan);
}

/** Ids or friendlyIds; those that are not there, or not to be seen, match nothing. */
async function projectIdsOf(
  { registry }: LogParts,
  asked: readonly string[] | undefined,
  visible: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  if (asked === undefined) return visible;
  const ids: string[] = [];
  for (const it of asked) {
    const project = await registry.getProject(it).catch(() => undefined);
    // A project that is gone is still known by its id.
    const id = project?.id ?? it.toLowerCase();
    if (visible === undefined || visible.includes(id)) ids.push(id);
  }
  return ids;
}

function readMetadata(text: string | undefined): z.infer<typeof externalMetadata> | undefined {
  if (text === undefined) return undefined;
  try {
    return externalMetadata.parse(parseKept(text));
  } catch {
    throw invalidAt(['query', 'externalMetadata'], 'Input should be a JSON object of texts');
  }
}
