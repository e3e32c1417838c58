/** Scans and prompts: asked for, listed, read again, kept (contract §2.4). */
import type { Project } from '../registry/model.ts';
import { forbidden, invalidAt, notFound } from './api-error.ts';
import { mayIn } from './caller.ts';
import { writeProjectScanners } from './project-wire.ts';
import { readFields } from './read-fields.ts';
import type { Call, Route } from './route.ts';
import { runPrompt } from './run-prompts.ts';
import { runScan, type ScanTools } from './run-scans.ts';
import { preserveBody, promptBody, scanBody } from './scan-bodies.ts';
import { listScans, readScan } from './scan-log-query.ts';
import { writeLoggedScan } from './scan-wire.ts';
import { mayRead } from './scanner-routes.ts';

/** A scan is no change of what policies are made from. */
const QUIET = { changes: false } as const;
const SCANS = ['scan', 'test'] as const;
const ONE = { offset: 0, limit: 1, ascending: true };
const ALL = ['prompt', 'scan', 'test'] as const;

/** The project that is named, else the token's own, else the global one. @throws ApiError 403 or 404 */
async function projectFor(
  { registry }: ScanTools,
  { caller }: Call,
  asked: string | undefined,
): Promise<Project> {
  const name = asked ?? caller.projectId;
  const project = name === undefined ? await registry.getGlobalProject() : await registry.getProject(name);
  if (mayIn(caller, 'scans:create', project.id)) return project;
  throw mayIn(caller, 'projects:read', project.id) ? forbidden() : notFound('Project');
}

const callerOf = ({ caller, signal }: Call, project: Project) => ({
  userId: caller.userId ?? '',
  project,
  signal,
});

/** The Playground runs what the caller may see. @throws ApiError 422 */
async function checkVersions(
  { registry }: ScanTools,
  { caller }: Call,
  asked: readonly string[],
): Promise<void> {
  const versions = await registry.getVersions(asked.map((id) => id.toLowerCase()));
  for (const [index, id] of asked.entries()) {
    const version = versions.get(id.toLowerCase());
    const seen = version && (await registry.listScanners({ ids: [version.scannerId] }, ONE)).items[0];
    if (seen === undefined || !mayRead(caller, seen))
      throw invalidAt(['body', 'versions', index], 'is not a version of a scanner');
  }
}

export const scanRoutes = (tools: ScanTools): readonly Route[] => [
  {
    ...QUIET,
    method: 'POST',
    path: '/scans',
    permission: 'scans:create',
    async answer(call) {
      const body = readFields(scanBody, call.body);
      const project = await projectFor(tools, call, body.project);
      await checkVersions(tools, call, body.versions ?? []);
      const answer = await runScan(tools, callerOf(call, project), body);
      return body.verbose === true ? withScanners(tools, project, answer) : answer;
    },
  },
  {
    ...QUIET,
    method: 'POST',
    path: '/prompts',
    permission: 'scans:create',
    async answer(call) {
      const body = readFields(promptBody, call.body);
      const project = await projectFor(tools, call, body.project);
      const answer = await runPrompt(tools, callerOf(call, project), body);
      return body.verbose === true ? withScanners(tools, project, answer) : answer;
    },
  },
  ...logRoutes(tools),
];

const withScanners = async (tools: ScanTools, project: Project, answer: object): Promise<object> => ({
  ...answer,
  scanners: await writeProjectScanners(tools.registry, project),
});

/** Members of a project who may ask, but not read the log, still read what they asked for. */
const logRoutes = (tools: ScanTools): readonly Route[] => [
  {
    method: 'GET',
    path: '/scans',
    permission: 'scans:create',
    answer: ({ caller, query }) => listScans(tools, caller, query, { name: 'scans', types: SCANS }),
  },
  {
    method: 'GET',
    path: '/prompts',
    permission: 'scans:create',
    answer: ({ caller, query }) =>
      listScans(tools, caller, query, { name: 'prompts', types: query.someOf('type', ALL) ?? ALL }),
  },
  {
    method: 'GET',
    path: '/scans/{scanRequestId}',
    permission: 'scans:create',
    async answer({ caller, params }) {
      return { scan: writeLoggedScan(await readScan(tools, caller, params.scanRequestId ?? '', SCANS)) };
    },
  },
  {
    method: 'GET',
    path: '/prompts/{promptId}',
    permission: 'scans:create',
    async answer({ caller, params, query }) {
      const scan = await readScan(tools, caller, params.promptId ?? '', ALL);
      const project =
        query.truth('fetchScanners') === true ? await tools.registry.getProject(scan.projectId) : undefined;
      return {
        prompt: writeLoggedScan(scan),
        memory: [],
        promptScanners: project === undefined ? null : await writeProjectScanners(tools.registry, project),
      };
    },
  },
  ...(
    [
      ['/scans/{scanRequestId}', SCANS],
      ['/prompts/{promptId}', ALL],
    ] as const
  ).map(
    ([path, types]): Route => ({
      ...QUIET,
      method: 'PATCH',
      path,
      permission: 'logs:write',
      async answer({ caller, params, body }) {
        const { preserve } = readFields(preserveBody, body);
        const scan = await readScan(tools, caller, params.scanRequestId ?? params.promptId ?? '', types);
        if (!mayIn(caller, 'logs:write', scan.projectId)) throw forbidden();
        await tools.scanLog.preserve(scan.id, preserve);
        return { message: preserve ? 'The entry is kept' : 'The entry is no longer kept' };
      },
    }),
  ),
];
