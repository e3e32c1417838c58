/** The commands `profile import` and `profile export`: AIRS profiles into the registry, and out again. */
import { readText } from './cli-scan.ts';
import type { CliStreams } from './cli-streams.ts';
import type { Offline } from './compose-offline.ts';
import { StartError } from './compose-start-error.ts';
import { newTimedId, nowMicros } from './compose-store.ts';
import { putProfile } from './registry/put-profile.ts';
import { findProfiles } from './scan-api/profile-documents.ts';
import { topicDocument, writeAirsProfile } from './scan-api/profile-export.ts';
import { type ImportedProfile, ProfileError, readAirsProfile } from './scan-api/profile-import.ts';

const OPERATOR = { userId: null };
/** What the configuration takes as the name of a profile. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._:-]{0,98}[A-Za-z0-9])?$/;

export interface ImportAsked {
  readonly files: readonly string[];
  /** Another name than the file's, for its only profile. */
  readonly name: string | undefined;
  /** Tells what would be done. */
  readonly dryRun: boolean;
}

/** All files are read before anything is changed. @throws StartError */
export async function runProfileImport(
  { store }: Pick<Offline, 'store'>,
  { files, name, dryRun }: ImportAsked,
  streams: CliStreams,
): Promise<number> {
  const profiles = await readProfiles(files, name, streams);
  for (const profile of profiles) {
    for (const loss of profile.losses) streams.err(`${profile.name}: ${loss}`);
    if (dryRun) {
      streams.out(`${profile.name}: can be imported, ${told(profile)}`);
      continue;
    }
    const tools = { store, now: nowMicros, newId: newTimedId };
    const { id, created } = await putProfile(tools, OPERATOR, profile);
    if (profile.id !== undefined && profile.id !== id) {
      streams.err(`${profile.name}: profile_id: is ${id} here; clients name the profile, or this id`);
    }
    streams.out(`${profile.name}: ${created ? 'created' : 'changed'}, ${told(profile)}`);
  }
  return 0;
}

const told = ({ losses }: ImportedProfile): string =>
  losses.length === 0 ? 'all of it is held' : `${losses.length} notes on what is not held`;

async function readProfiles(
  files: readonly string[],
  name: string | undefined,
  streams: CliStreams,
): Promise<readonly ImportedProfile[]> {
  const documents: unknown[] = [];
  for (const file of files) documents.push(await readDocument(file, streams));
  const read = refusing(files, () => {
    const found = findProfiles(documents);
    return found.profiles.map((document) => readAirsProfile(document, found.topics));
  });
  if (read.length === 0) throw new StartError(`${files.join(', ')}: there is no profile in it`);
  if (name !== undefined && read.length > 1) {
    throw new StartError('--name is for a file with one profile');
  }
  const profiles = read.map((profile) => ({ ...profile, name: name ?? profile.name }));
  for (const profile of profiles) {
    if (NAME.test(profile.name)) continue;
    const shown = JSON.stringify(profile.name.slice(0, 120));
    throw new StartError(
      `${shown}: is no name of a profile here (letters, digits, spaces and ._:-); give another with --name`,
    );
  }
  if (new Set(profiles.map((profile) => profile.name)).size < profiles.length) {
    throw new StartError('two profiles have the same name: give the newest revision alone');
  }
  return profiles;
}

function refusing<T>(files: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof ProfileError)) throw cause;
    throw new StartError(`${files.join(', ')}: ${cause.message}`, { cause });
  }
}

/** @throws StartError */
async function readDocument(file: string, streams: CliStreams): Promise<unknown> {
  let text: string;
  try {
    text = await readText(file, streams);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'not UTF-8 text';
    throw new StartError(`${file}: cannot be read (${code})`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StartError(`${file}: is not JSON`, { cause });
  }
}

/** The profile as it stands in the registry; losses go to the other stream. @throws StartError */
export async function runProfileExport(
  { state }: Pick<Offline, 'state'>,
  { name, topics }: { readonly name: string; readonly topics: boolean },
  streams: CliStreams,
): Promise<number> {
  const { profiles } = await state();
  const profile = profiles.find((each) => each.name === name || each.id === name.toLowerCase());
  if (profile === undefined) {
    const known = profiles.map((each) => each.name).join(', ');
    throw new StartError(`there is no profile ${JSON.stringify(name)}; known: ${known}`);
  }
  if (topics) {
    streams.out(JSON.stringify(topicDocument(profile), null, 2));
    return 0;
  }
  const { document, losses } = writeAirsProfile(profile);
  for (const loss of losses) streams.err(`${profile.name}: ${loss}`);
  streams.out(JSON.stringify(document, null, 2));
  return 0;
}
