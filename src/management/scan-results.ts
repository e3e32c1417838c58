/** What every scanner of a profile said of a text, in the management API's words (contract §4, `Scan`). */
import type { Side } from '../core/part.ts';
import type {
  Action,
  BuiltInSnapshot,
  DetectorFinding,
  PolicyResult,
  ProfileSnapshot,
  RuleFault,
  ScannerSnapshot,
} from '../core/policy.ts';
import { scannerOf } from '../core/scanner-of.ts';
import { wireTypeOf } from '../core/scanner-type.ts';
import type { ScanMode } from '../registry/model.ts';
import type { Triggered } from './scan-outcome.ts';

type Entry = ScannerSnapshot | BuiltInSnapshot;
type Span = readonly [number, number];

/** One scanner's result without times and version. */
export interface ScannerResult extends Triggered {
  readonly scannerId: string;
  readonly versionId: string;
  readonly name: string;
  /** It fired, or could not look. */
  readonly triggered: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

export interface Judged {
  readonly results: readonly ScannerResult[];
  /** Places to hide, code points, half-open. */
  readonly hidden: readonly Span[];
}

const MODES: Readonly<Record<Exclude<Action, 'off'>, ScanMode>> = {
  block: 'block',
  mask: 'redact',
  alert: 'audit',
};

const isBuiltIn = (entry: Entry): entry is BuiltInSnapshot => 'detector' in entry;

function actionOf(entry: Entry, profile: ProfileSnapshot): Action {
  if (!isBuiltIn(entry)) return entry.action;
  const action = profile.actions[entry.side][entry.detector];
  return typeof action === 'string' ? action : action[entry.setting ?? 'personal'];
}

const looksAt = (entry: Entry, side: Side): boolean => entry.side === 'both' || entry.side === side;

/** @param topicsCompared there is no language model: what scanners in natural language say is a comparison */
export function judgedBy(
  profile: ProfileSnapshot,
  side: Side,
  { findings, faults }: PolicyResult,
  topicsCompared: boolean,
): Judged {
  const held = findings.filter((finding) => finding.action !== 'off');
  const bySource = Map.groupBy(held, (finding) => scannerOf(finding, profile));
  const isLenient = profile.latency.onTimeout === 'allow';
  const results = [...profile.scanners, ...(profile.builtIns ?? [])].flatMap((entry) => {
    const action = actionOf(entry, profile);
    if (!looksAt(entry, side) || action === 'off') return [];
    const fault = faults.find((it) => isOf(it, entry));
    const own = bySource.get(entry) ?? [];
    const mustLook = entry.forced === true && action !== 'alert';
    const skipped = fault?.status === 'timeout' && isLenient && !mustLook && own.length === 0;
    const failed = fault !== undefined && !skipped;
    const message = messageOf(entry, failed || own.length > 0, topicsCompared);
    const result: ScannerResult = {
      scannerId: entry.id ?? '',
      versionId: entry.version?.id ?? '',
      name: entry.name,
      mode: MODES[action],
      failed,
      triggered: failed || own.length > 0,
      data: fault === undefined ? dataOf(entry, own) : faultData(fault, skipped),
      ...(message === undefined ? {} : { message }),
    };
    return [result];
  });
  return { results, hidden: hiddenIn(held, profile) };
}

const isOf = (fault: RuleFault, entry: Entry): boolean =>
  fault.scannerId === undefined
    ? isBuiltIn(entry) && entry.detector === fault.detector
    : !isBuiltIn(entry) && entry.id === fault.scannerId;

const COMPARED = 'Compared with the description and examples: no language model is set up (judge.url).';

function messageOf(entry: Entry, triggered: boolean, topicsCompared: boolean): string | undefined {
  if (triggered && entry.flagMessage !== undefined) return entry.flagMessage;
  return topicsCompared && !isBuiltIn(entry) && entry.type === 'genai' ? COMPARED : undefined;
}

/** `N/A`: it did not run, and the profile lets that pass. */
const faultData = ({ status }: RuleFault, skipped: boolean): ScannerResult['data'] => ({
  type: skipped ? 'N/A' : 'error',
  msg: status === 'timeout' ? 'The scanner had no time left' : 'The scanner failed to run',
});

function dataOf(entry: Entry, findings: readonly DetectorFinding[]): ScannerResult['data'] {
  const type = wireTypeOf(entry);
  if (type === 'regex') return { type, matches: spansOf(findings) };
  if (type === 'keyword' || type === 'source_code') return { type, matches: spansBy(findings) };
  if (type === 'pii_detection' || type === 'secret') return { type, detections: spansBy(findings) };
  if (type === 'prompt_injection') return { type, scores: scoresBy(findings) };
  if (type === 'toxicity' || type === 'topics') return { type, [type]: percentOf(findings) };
  return { type };
}

const spansOf = (findings: readonly DetectorFinding[]): readonly Span[] =>
  findings.map(({ start, end }): Span => [start, end]).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);

const groups = (findings: readonly DetectorFinding[]): [string, DetectorFinding[]][] => [
  ...Map.groupBy(findings, (finding) => finding.word ?? finding.category),
];
const spansBy = (findings: readonly DetectorFinding[]): Record<string, readonly Span[]> =>
  Object.fromEntries(groups(findings).map(([key, own]) => [key, spansOf(own)]));
const scoresBy = (findings: readonly DetectorFinding[]): Record<string, readonly number[]> =>
  Object.fromEntries(groups(findings).map(([key, own]) => [key, own.map(({ confidence }) => confidence)]));
const percentOf = (findings: readonly DetectorFinding[]): number =>
  Math.round(100 * findings.reduce((most, { confidence }) => Math.max(most, confidence), 0));

/** What is blocked is hidden too; what is only audited is not. */
function hiddenIn(findings: readonly DetectorFinding[], profile: ProfileSnapshot): readonly Span[] {
  const hides = (finding: DetectorFinding): boolean => {
    if (finding.action !== 'mask' && finding.action !== 'block') return false;
    const entry = scannerOf(finding, profile);
    if (entry === undefined) return false;
    return isBuiltIn(entry) ? entry.detector === 'dlp' : entry.type !== 'genai';
  };
  return spansOf(findings.filter(hides));
}

/** One asterisk for each hidden code point. */
export function redacted(text: string, hidden: readonly Span[]): string {
  if (hidden.length === 0) return text;
  const points = [...text];
  for (const [start, end] of hidden) points.fill('*', start, end);
  return points.join('');
}
