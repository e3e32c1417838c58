/** Scanners, versions and packages as the API shows them (contract §4); every required field is there. */
import type { Package, Scanner, Version } from '../registry/model.ts';

/** Unix microseconds as ISO 8601 with the zone, as the captured wire has it. */
export function writeTime(micros: number): string {
  const iso = new Date(Math.floor(micros / 1_000)).toISOString();
  const rest = String(micros % 1_000_000).padStart(6, '0');
  return `${iso.slice(0, 19)}.${rest}+00:00`;
}

export const writeVersion = (version: Version) => ({
  id: version.id,
  name: version.name,
  published: version.published,
  createdAt: writeTime(version.createdAt),
  createdBy: version.createdBy,
  description: version.description,
  direction: version.direction,
});

/** What a built-in detector looks for is no configuration that a person could send. */
const writeConfig = ({ config }: Version) => (config.type === 'system' ? null : config);

export const writeScanner = (scanner: Scanner) => ({
  id: scanner.id,
  name: scanner.name,
  versionMeta: writeVersion(scanner.version),
  config: writeConfig(scanner.version),
  direction: scanner.version.direction,
  tags: scanner.tags,
  availability: scanner.availability,
  source: { type: scanner.source },
  packageId: scanner.packageId,
  projectId: null,
  shared: false,
  vendored: scanner.vendored,
  availableUpdate: null,
  scannerTemplateId: null,
});

/** @param scanners its members; the package looks where they look */
export function writePackage(item: Package, scanners: readonly Scanner[]) {
  const directions = new Set(scanners.map((scanner) => scanner.version.direction));
  const [only = 'both'] = directions;
  const counts: Record<string, number> = {};
  for (const { version } of scanners) {
    const { type } = version.config;
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return {
    id: item.id,
    name: item.name,
    direction: directions.size === 1 ? only : 'both',
    scannerIds: item.scannerIds,
    source: { type: item.source },
    scannerCounts: counts,
    availability: item.availability,
    availableUpdate: null,
    projectId: null,
    shared: false,
    vendored: item.vendored,
  };
}
