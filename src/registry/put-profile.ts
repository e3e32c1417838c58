/** Writes an AI profile into the registry as a whole: project, settings, modes of the built-in scanners. */
import type { Row } from '../store/schema.ts';
import { type Change, type RegistryTools, runChange } from './change.ts';
import type { Actor, ProjectSettings } from './model.ts';
import { putPackage } from './packages.ts';
import { type SideActions, setActions } from './profile-actions.ts';
import { DEFAULT_SETTINGS, insertProject, saveProject } from './projects.ts';
import { readSettings } from './rows.ts';
import { SYSTEM_PACKAGES } from './system-scanners.ts';

export interface PutProfile {
  /** The project's friendlyId. */
  readonly name: string;
  /** Wanted for a new project; another one is made where it is taken. */
  readonly id?: string;
  readonly actions: SideActions;
  readonly latency: ProjectSettings['latency'];
  readonly topics: ProjectSettings['topics'];
}

export interface PutResult {
  readonly id: string;
  readonly created: boolean;
}

/**
 * All of it, or nothing. People's own scanners, roles and flags of a project that exists stay as they are.
 * @throws RegistryError, StoreError
 */
export function putProfile(tools: RegistryTools, actor: Actor, profile: PutProfile): Promise<PutResult> {
  return runChange(tools, actor, async (change) => {
    const known = await change.db
      .selectFrom('projects')
      .selectAll()
      .where('friendly_id', '=', profile.name)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    const project = known ?? (await insertProfile(change, profile));
    if (known !== undefined) {
      const { latency, topics } = profile;
      const settings = { ...readSettings(known.settings), latency, topics };
      await saveProject(change, { ...known, settings: JSON.stringify(settings) });
      await change.audit('project-updated', { projectId: known.id });
    }
    await setActions(change, project, profile.actions);
    return { id: project.id, created: known === undefined };
  });
}

async function insertProfile(change: Change, profile: PutProfile): Promise<Row<'projects'>> {
  const { name, id, latency, topics } = profile;
  const taken =
    id === undefined ||
    (await change.db.selectFrom('projects').select('id').where('id', '=', id).executeTakeFirst()) !==
      undefined;
  const project = await insertProject(change, {
    ...(taken ? {} : { id }),
    name,
    type: 'app',
    friendlyId: name,
    deploymentStatus: 'live',
    settings: { ...DEFAULT_SETTINGS, latency, topics },
  });
  for (const { id: packageId } of SYSTEM_PACKAGES) await putPackage(change, project, packageId);
  return project;
}
