/** Which scanner of a profile a finding is of: a person's rule, or a built-in detector under its id. */
import type { BuiltInSnapshot, DetectorFinding, ProfileSnapshot, ScannerSnapshot } from './policy.ts';

const isOfAnswer = (finding: DetectorFinding): boolean =>
  finding.field === 'response' || finding.field === 'code_response';

/** Undefined where the profile is not of the registry, or the finding is of no scanner of it. */
export function scannerOf(
  finding: DetectorFinding,
  profile: Pick<ProfileSnapshot, 'scanners' | 'builtIns'>,
): ScannerSnapshot | BuiltInSnapshot | undefined {
  const { scannerId, detector, setting } = finding;
  if (scannerId !== undefined) return profile.scanners.find((scanner) => scanner.id === scannerId);
  const same = (profile.builtIns ?? []).filter(
    (entry) => entry.detector === detector && (entry.setting === undefined || entry.setting === setting),
  );
  // Tool events are judged by the prompt's actions, but for what exists for answers only.
  const side = isOfAnswer(finding) ? 'response' : 'prompt';
  return same.find((entry) => entry.side === side) ?? same[0];
}
