/** The commands of `policy`: the registry as files for version control, and back, or only the difference. */
import { readPolicyFiles, writePolicyFiles } from './cli-policy-files.ts';
import type { CliStreams } from './cli-streams.ts';
import type { Offline } from './compose-offline.ts';
import { StartError } from './compose-start-error.ts';
import { newTimedId, nowMicros } from './compose-store.ts';
import { applyPolicy } from './registry/policy-apply.ts';
import { exportPolicy } from './registry/policy-export.ts';
import { RegistryError } from './registry/registry-error.ts';

const EXIT_DIFFERENT = 2;
const OPERATOR = { userId: null };

export async function runPolicyExport(
  { store }: Offline,
  folder: string,
  { out }: CliStreams,
): Promise<number> {
  const documents = await exportPolicy(store);
  const { scanners, packages, projects } = documents;
  writePolicyFiles(folder, documents);
  const counts = `${scanners.length} scanners, ${packages.length} packages, ${projects.length} projects`;
  out(`${folder}: ${counts}`);
  return 0;
}

export interface ApplyCommand {
  readonly folder: string;
  readonly check: boolean;
  readonly prune: boolean;
}

/** @returns 0; with `check` 2 where files and registry differ */
export async function runPolicyApply(
  { store, checkScanner }: Offline,
  { folder, check, prune }: ApplyCommand,
  { out }: CliStreams,
): Promise<number> {
  const { documents, files } = readPolicyFiles(folder);
  const tools = { store, now: nowMicros, newId: newTimedId, checkScanner };
  const { changes, left } = await applyPolicy(tools, OPERATOR, documents, { prune, check }).catch(
    (cause: unknown) => {
      throw placed(cause, files);
    },
  );
  for (const line of changes) out(line);
  for (const line of left) out(`! ${line}`);
  const verb = check ? 'to make' : 'made';
  out(`${changes.length} changes ${verb}, ${left.length} differences ${check ? 'that stay' : 'left'}`);
  return check && changes.length + left.length > 0 ? EXIT_DIFFERENT : 0;
}

/** A fault in a document, with its file. */
function placed(cause: unknown, files: Readonly<Record<string, readonly string[]>>): unknown {
  if (!(cause instanceof RegistryError)) return cause;
  const [kind = '', index, ...path] = cause.path;
  const file = typeof index === 'number' ? files[kind]?.[index] : undefined;
  if (file === undefined) return cause;
  const place = path.length === 0 ? '' : `${path.join('.')}: `;
  return new StartError(`${file}: ${place}${cause.message}`, { cause });
}
