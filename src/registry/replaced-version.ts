/** Projects with another version of a scanner in the place of the active one, for a replay. */
import type { ProfileSnapshot, VersionRef } from '../core/policy.ts';
import type { Store } from '../store/store.ts';
import { profileForCall } from './call-profile.ts';
import type { Version } from './model.ts';

export interface ScannerInProject {
  readonly scannerId: string;
  /** The version that runs now; undefined: none does. */
  readonly active: VersionRef | undefined;
  readonly before: ProfileSnapshot;
  readonly after: ProfileSnapshot;
}

/**
 * @param profile of the project, as it stands
 * @throws RegistryError `invalid` where the project may not use the scanner
 */
export async function withVersion(
  store: Store,
  profile: ProfileSnapshot,
  version: Version,
): Promise<ScannerInProject> {
  const { scannerId } = version;
  const running = profile.scanners.find((scanner) => scanner.id === scannerId);
  const { profile: alone } = await profileForCall(store, profile, {
    disabled: [],
    forceEnabled: [],
    configOverrides: {},
    versions: [version.id],
  });
  const [tested] = alone.scanners;
  if (tested === undefined) return { scannerId, active: running?.version, before: profile, after: profile };
  const replaced = { ...tested, id: scannerId };
  const others = profile.scanners.filter((scanner) => scanner.id !== scannerId);
  const after = {
    ...profile,
    scanners: [...others, replaced],
    revision: `${profile.revision}-${version.id}`,
  };
  return { scannerId, active: running?.version, before: profile, after };
}
