/** Projects: list, create, read, update, delete, and what they run (contract §2.3). */
import type { Access } from '../registry/access.ts';
import type { Project } from '../registry/model.ts';
import type { ProjectScannerPatch } from '../registry/project-scanners.ts';
import type { Registry } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { OWNER_ID } from '../registry/system-roles.ts';
import { invalidAt, notFound } from './api-error.ts';
import { mayIn, projectsWhere } from './caller.ts';
import { readPage, writePage } from './page.ts';
import {
  newProjectSchema,
  type ProjectConfigBody,
  projectPatchSchema,
  refuseProviders,
} from './project-body.ts';
import { writeProject, writeProjectScanners } from './project-wire.ts';
import { readFields } from './read-fields.ts';
import type { Call, Route } from './route.ts';

const TYPES = ['app', 'bot', 'chat', 'global', 'agentic'] as const;

export interface ProjectParts {
  readonly registry: Registry;
  readonly access: Access;
  readonly providerCount: number;
}

/** The router found it, or would not have called. */
export function projectOf({ project }: Call): Project {
  if (project === undefined) throw notFound('Project');
  return project;
}

/** Entries of packages stand for each of their scanners that the project has. */
async function patchesOf(
  registry: Registry,
  project: Project | undefined,
  config: ProjectConfigBody | null | undefined,
): Promise<readonly ProjectScannerPatch[]> {
  refuseProviders(config);
  const patches: ProjectScannerPatch[] = [];
  for (const [index, entry] of (config?.packages ?? []).entries()) {
    if (project?.packageIds.includes(entry.id.toLowerCase()) !== true)
      throw invalidAt(['body', 'config', 'packages', index, 'id'], 'The project does not have this package');
    const { scannerIds } = await registry.getPackage(entry.id);
    patches.push(...scannerIds.map((id) => ({ ...entry, version: null, id })));
  }
  return [...patches, ...(config?.scanners ?? [])];
}

export function projectRoutes({ registry, access, providerCount }: ProjectParts): readonly Route[] {
  const write = async (project: Project) =>
    writeProject(project, await access.countsOf(project), providerCount);
  return [
    {
      method: 'GET',
      path: '/project',
      permission: 'projects:read',
      async answer({ caller }) {
        const project = await registry.getGlobalProject();
        if (!mayIn(caller, 'projects:read', project.id)) throw notFound('Project');
        return { project: await write(project) };
      },
    },
    {
      method: 'GET',
      path: '/projects',
      permission: 'projects:read',
      async answer({ caller, query }) {
        const asked = readPage(query);
        const page = await registry.listProjects(
          {
            types: query.someOf('type', TYPES),
            createdBy: query.text('createdBy'),
            deploymentStatus: query.oneOf('deploymentStatus', ['live', 'draft']),
            ids: projectsWhere(caller, query.truth('admin') === true ? 'projects:write' : 'projects:read'),
          },
          asked,
        );
        const items = await Promise.all(page.items.map(write));
        return writePage('projects', { items, hasMore: page.hasMore }, asked, (item) => item);
      },
    },
    {
      method: 'POST',
      path: '/projects',
      permission: 'projects:create',
      reach: 'organization',
      async answer({ actor, body }) {
        const { config, adminIds, memberIds, ...input } = readFields(newProjectSchema, body);
        const admins = adminIds?.length ? adminIds : [actor.userId ?? OWNER_ID];
        await checkUsers(access, [
          ['adminIds', admins],
          ['memberIds', memberIds ?? []],
        ]);
        const project = {
          name: input.name,
          type: input.type,
          friendlyId: input.friendlyId,
          deploymentStatus: input.deploymentStatus,
          scanners: await patchesOf(registry, undefined, config),
          settings: config?.settings ?? undefined,
        };
        const members = { adminIds: admins, memberIds: memberIds ?? [] };
        return { id: await access.createProject(actor, project, members) };
      },
    },
    ...oneProjectRoutes(registry, write),
  ];
}

const oneProjectRoutes = (
  registry: Registry,
  write: (project: Project) => Promise<object>,
): readonly Route[] => [
  {
    method: 'GET',
    path: '/projects/{project}',
    permission: 'projects:read',
    async answer(call) {
      const at = call.query.time('configAt');
      const { id } = projectOf(call);
      return { project: await write(at === undefined ? projectOf(call) : await registry.getProject(id, at)) };
    },
  },
  // Some clients put what others patch (contract §7): both merge.
  ...(['PATCH', 'PUT'] as const).map(
    (method): Route => ({
      method,
      path: '/projects/{project}',
      permission: 'projects:write',
      async answer(call) {
        const project = projectOf(call);
        const { config, name, friendlyId, deploymentStatus } = readFields(projectPatchSchema, call.body);
        const scanners = await patchesOf(registry, project, config);
        const settings = config?.settings;
        await registry.updateProject(call.actor, project.id, {
          name,
          friendlyId,
          deploymentStatus,
          scanners,
          settings,
        });
        return { message: 'Project updated' };
      },
    }),
  ),
  {
    method: 'DELETE',
    path: '/projects/{project}',
    permission: 'projects:delete',
    async answer(call) {
      await registry.deleteProject(call.actor, projectOf(call).id);
      return { message: 'Project deleted' };
    },
  },
  {
    method: 'GET',
    path: '/projects/{project}/scanners',
    permission: 'projects:read',
    async answer(call) {
      const at = call.query.time('configAt');
      const project = projectOf(call);
      const then = at === undefined ? project : await registry.getProject(project.id, at);
      return { projectScanners: await writeProjectScanners(registry, then, at) };
    },
  },
];

/** @throws ApiError 422 for one that is not there */
export async function checkUsers(
  access: Access,
  lists: readonly (readonly [field: string, ids: readonly string[]])[],
): Promise<void> {
  for (const [field, ids] of lists) {
    for (const [index, id] of ids.entries()) {
      await access.getUser(id).catch((cause: unknown) => {
        if (!(cause instanceof RegistryError)) throw cause;
        throw invalidAt(['body', field, index], 'There is no such user');
      });
    }
  }
}
