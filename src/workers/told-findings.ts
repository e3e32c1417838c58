/** Which findings of a text leave its thread: all that hide something, and enough of every other kind. */
import type { DetectorFinding } from '../core/policy.ts';

/** Of one kind, where it only tells: nobody reads more, and to copy them all holds up every request. */
const TOLD_MAX = 1_000;

/** The verdict and the masked text stand already; reports and texts masked later lose nothing. */
export function toldFindings(findings: readonly DetectorFinding[]): readonly DetectorFinding[] {
  if (findings.length <= TOLD_MAX) return findings;
  const kinds = new Map<string, { left: number; surest: number }>();
  return findings.filter((finding) => {
    if (hides(finding)) return true;
    const { detector, scannerId, word, category, field, action, noted } = finding;
    const key = JSON.stringify([detector, scannerId, word, category, field, action, noted]);
    const kind = kinds.get(key) ?? { left: TOLD_MAX, surest: 0 };
    kinds.set(key, kind);
    kind.left -= 1;
    // The surest of its kind is told in any case: scores are made of it.
    const isSurer = finding.confidence > kind.surest;
    if (isSurer) kind.surest = finding.confidence;
    return kind.left >= 0 || isSurer;
  });
}

/** Of built-in detectors only dlp hides what it finds; of scanners those that mask or block. */
const hides = ({ detector, flag, action }: DetectorFinding): boolean =>
  (action === 'mask' || action === 'block') && (detector === 'dlp' || flag !== undefined);
