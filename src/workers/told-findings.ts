/** Which findings of a text leave its thread: all that hide something, and enough of every other kind. */
import type { DetectorFinding, PolicyResult } from '../core/policy.ts';
import type { MaskedData } from '../core/scan-wire.ts';

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

/** One finding of each source, and masked texts without the places of their masks. */
export function toldBriefly(result: PolicyResult): PolicyResult {
  const { judgement, findings } = result;
  const { prompt_masked_data: prompt, response_masked_data: response } = judgement;
  const sources = new Map<string, DetectorFinding>();
  for (const finding of findings) {
    const { detector, scannerId, setting, field } = finding;
    sources.set(JSON.stringify([detector, scannerId, setting, field]), finding);
  }
  return {
    ...result,
    findings: [...sources.values()],
    judgement: {
      ...judgement,
      ...(prompt === undefined ? {} : { prompt_masked_data: withoutPlaces(prompt) }),
      ...(response === undefined ? {} : { response_masked_data: withoutPlaces(response) }),
    },
  };
}

const withoutPlaces = ({ data }: MaskedData): MaskedData => ({ data, pattern_detections: [] });
