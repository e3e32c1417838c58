/** From what was found to the answer of the scan API (contract §0, §1.3, §1.7, §1.8, §6). */
import type { DetectorFinding } from '../core/policy.ts';
import type { DetectedFlags, Judgement, MaskedData, ScanContent, ScanFault } from '../core/scan-wire.ts';
import { CodePoints } from './code-points.ts';
import type { Surface } from './detectors/detector.ts';
import { detailsOf, flagsOfHits, isMasking, maskField } from './field-parts.ts';
import type { Fault, FieldResult, Hit, Judged, Rule } from './judge.ts';
import { toolDetected } from './tool-verdict.ts';

export interface VerdictInput extends Judged {
  readonly content: ScanContent;
  readonly rules: readonly Rule[];
  readonly onTimeout: 'block' | 'allow';
}

/** The answer without ids and times. Never holds a null or undefined member. */
export function toJudgement(input: VerdictInput): Judgement {
  const { fields, faults } = input;
  const hits = fields.flatMap((field) => field.hits);
  const error = faults.some((fault) => fault.status === 'error');
  const timeout = faults.some((fault) => fault.status === 'timeout');
  const blocks =
    error ||
    (timeout && (input.onTimeout === 'block' || faults.some(isOfForced))) ||
    hits.some(isBlock) ||
    fields.some(isUnmaskable(fields));
  const promptMask = maskOf(fields, 'prompt') ?? toolMask(input);
  const responseMask = maskOf(fields, 'response');
  const promptDetails = detailsOf(hitsOn(fields, 'prompt'));
  const responseDetails = detailsOf(hitsOn(fields, 'response'));
  return {
    category: hits.length > 0 ? 'malicious' : error ? 'error' : timeout ? 'timeout' : 'benign',
    action: blocks ? 'block' : 'allow',
    timeout,
    error,
    errors: toFaultRows(faults),
    prompt_detected: flagsOf(input.rules, fields, 'prompt'),
    response_detected: flagsOf(input.rules, fields, 'response'),
    tool_detected: toolDetected(input),
    ...(promptMask === undefined ? {} : { prompt_masked_data: promptMask }),
    ...(responseMask === undefined ? {} : { response_masked_data: responseMask }),
    ...(promptDetails === undefined ? {} : { prompt_detection_details: promptDetails }),
    ...(responseDetails === undefined ? {} : { response_detection_details: responseDetails }),
  };
}

const isOfForced = ({ rule, surface }: Fault): boolean => rule.mustLookOn?.has(surface) === true;
const isBlock = (hit: Hit): boolean => hit.action === 'block';
const hitsOn = (fields: readonly FieldResult[], surface: Surface): readonly Hit[] =>
  fields.filter((field) => field.surface === surface).flatMap((field) => field.hits);

/** The answer has one masked text a side: a mask on code beside a text cannot be told. */
const isUnmaskable =
  (fields: readonly FieldResult[]) =>
  (field: FieldResult): boolean =>
    field.surface !== 'tool' && field !== shownField(fields, field.surface) && field.hits.some(isMasking);

const shownField = (fields: readonly FieldResult[], surface: Surface): FieldResult | undefined =>
  fields.find((field) => field.surface === surface && field.field !== 'opaque');

const maskOf = (fields: readonly FieldResult[], surface: Surface): MaskedData | undefined =>
  maskField(shownField(fields, surface));

/** Clients look for a tool event's masked text in `prompt_masked_data` too, unless a prompt stands there. */
function toolMask({ fields }: VerdictInput): MaskedData | undefined {
  if (shownField(fields, 'prompt') !== undefined) return undefined;
  for (const field of fields) {
    const masked = field.surface === 'tool' && field.field !== 'opaque' ? maskField(field) : undefined;
    if (masked !== undefined) return masked;
  }
  return undefined;
}

function flagsOf(rules: readonly Rule[], fields: readonly FieldResult[], surface: Surface): DetectedFlags {
  if (!fields.some((field) => field.surface === surface)) return {};
  return flagsOfHits(rules, hitsOn(fields, surface), surface);
}

function toFaultRows(faults: readonly Fault[]): readonly ScanFault[] {
  const rows = new Map<string, ScanFault>();
  for (const { surface, rule, status } of faults) {
    const content_type = surface === 'response' ? 'response' : 'prompt';
    const feature = rule.flag === 'source_code' ? 'malicious_code' : rule.flag;
    rows.set(`${content_type} ${feature} ${status}`, { content_type, feature, status });
  }
  return [...rows.values()];
}

/** The findings for reports: code points, half-open, no matched text. */
export function toFindings(fields: readonly FieldResult[]): readonly DetectorFinding[] {
  return fields.flatMap((field) => {
    const told = [...field.hits, ...field.notes];
    if (told.length === 0) return [];
    const points = new CodePoints(field.text);
    return told.map(
      ({ rule, finding, action }): DetectorFinding => ({
        detector: rule.name,
        ...(rule.id === undefined ? {} : { scannerId: rule.id }),
        ...(finding.word === undefined ? {} : { word: finding.word }),
        ...(finding.setting === undefined ? {} : { setting: finding.setting }),
        category: finding.category,
        field: field.field,
        start: points.at(finding.start),
        end: points.at(finding.end),
        confidence: finding.confidence,
        action,
        ...(rule.scanner ? { flag: rule.flag } : {}),
        ...(finding.noted === undefined ? {} : { noted: finding.noted }),
        ...(finding.detail === undefined ? {} : { detail: finding.detail }),
      }),
    );
  });
}
