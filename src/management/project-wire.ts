/** Projects as the API shows them, with the scanners that they run (contract §4). */
import type { ProjectCounts } from '../registry/access.ts';
import type { Project, ProjectScanner, Scanner } from '../registry/model.ts';
import type { Registry } from '../registry/registry.ts';
import { writeScanner, writeTime } from './scanner-wire.ts';

/** `blocking` is the older form of the mode, which some clients still read. */
const writeConfigScanner = (entry: ProjectScanner) => ({
  id: entry.scannerId,
  enabled: entry.enabled,
  mode: entry.mode,
  version: entry.versionId,
  blocking: entry.mode === 'block',
  force: entry.forced,
  flagMessage: entry.flagMessage,
});

export function writeProject(project: Project, counts: ProjectCounts, providerCount: number) {
  return {
    id: project.id,
    name: project.name,
    type: project.type,
    friendlyId: project.friendlyId,
    deploymentStatus: project.deploymentStatus,
    config: {
      scanners: project.scanners.map(writeConfigScanner),
      packages: project.packageIds.map((id) => ({ id, enabled: true })),
      providers: [],
      providerRouting: [],
      settings: project.settings,
    },
    createdAt: writeTime(project.createdAt),
    createdBy: project.createdBy ?? '',
    updatedAt: writeTime(project.updatedAt),
    adminRoleId: project.adminRoleId,
    memberRoleId: project.memberRoleId,
    providerCount,
    scannerCount: project.scanners.length,
    tokenCount: counts.tokens,
    adminCount: counts.admins,
    memberCount: counts.members,
    agentSessionCount: null,
    botType: null,
    chatbotId: null,
  };
}

/** In the version that is active in the project, else the newest. */
const scannerIn = (registry: Registry, { scannerId, versionId }: ProjectScanner): Promise<Scanner> =>
  registry.getScanner(scannerId, versionId === null ? {} : { version: versionId });

/**
 * `ProjectScanners`: names and configs by id, and those that the global project forces on all.
 * @param at a time before which all of it was so, Unix microseconds
 */
export async function writeProjectScanners(
  registry: Registry,
  project: Project,
  at?: number,
): Promise<object> {
  const scanners = await Promise.all(
    project.scanners.map((entry) =>
      at === undefined
        ? scannerIn(registry, entry)
        : registry.getScanner(entry.scannerId, { at, version: entry.versionId ?? undefined }),
    ),
  );
  const global = project.type === 'global' ? undefined : await registry.getGlobalProject();
  const forced = (global?.scanners ?? []).filter((entry) => entry.forced && entry.versionId !== null);
  const forcedScanners = await Promise.all(forced.map((entry) => scannerIn(registry, entry)));
  return {
    scanners: Object.fromEntries(scanners.map((scanner) => [scanner.id, writeScanner(scanner)])),
    configs: Object.fromEntries(
      project.scanners.map((entry) => [entry.scannerId, writeConfigScanner(entry)]),
    ),
    forcedScanners: Object.fromEntries(forcedScanners.map((scanner) => [scanner.id, writeScanner(scanner)])),
  };
}
