/** From what was found to the answer of the scan API (contract §0, §1.3, §1.7, §1.8, §6). */
import type { DetectorFinding } from '../core/policy.ts';
import type {
  DetectedFlags,
  DetectionDetails,
  DetectionEntry,
  Judgement,
  MaskedData,
  ScanContent,
  ScanFault,
  ToolDetected,
} from '../core/scan-wire.ts';
import { CodePoints } from './code-points.ts';
import type { Surface } from './detectors/detector.ts';
import type { Fault, FieldResult, Hit, Judged, Rule } from './judge.ts';
import { maskText } from './mask.ts';
import { displayNames } from './toxic/categories.ts';

/** Threat labels that the contract documents (§1.8). */
const CONTEXT_POISONING = 'context poisoning';
const CREDENTIAL_LEAKAGE = 'credential leakage';

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
    (timeout && input.onTimeout === 'block') ||
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

const isBlock = (hit: Hit): boolean => hit.action === 'block';
const isMasking = (hit: Hit): boolean => canMask(hit) && (hit.action === 'mask' || hit.action === 'block');
/** Of built-in detectors only dlp masks; of scanners those that mask or block. */
const canMask = (hit: Hit): boolean => (hit.rule.scanner ? hit.action !== 'alert' : hit.rule.flag === 'dlp');
const hitsOn = (fields: readonly FieldResult[], surface: Surface): readonly Hit[] =>
  fields.filter((field) => field.surface === surface).flatMap((field) => field.hits);

/** A mask on code beside a text cannot be told in the answer, which has one masked text a side. */
const isUnmaskable =
  (fields: readonly FieldResult[]) =>
  (field: FieldResult): boolean =>
    (field.field === 'code_prompt' || field.field === 'code_response') &&
    field !== shownField(fields, field.surface) &&
    field.hits.some(isMasking);

const shownField = (fields: readonly FieldResult[], surface: Surface): FieldResult | undefined =>
  fields.find((field) => field.surface === surface && field.field !== 'opaque');

function maskField(field: FieldResult | undefined): MaskedData | undefined {
  if (field === undefined || !field.hits.some(isMasking)) return undefined;
  const spans = field.hits.filter(canMask).map(({ finding, rule }) => ({
    start: finding.start,
    end: finding.end,
    pattern: rule.scanner ? rule.name : finding.category,
  }));
  return maskText(field.text, spans);
}

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

function detailsOf(hits: readonly Hit[]): DetectionDetails | undefined {
  const names = new Set<string>();
  const toxic = new Set<string>();
  for (const { rule, finding } of hits) {
    if (rule.flag === 'topic_violation') names.add(rule.scanner ? rule.name : finding.category);
    if (rule.flag === 'toxic_content') toxic.add(finding.category);
  }
  if (names.size === 0 && toxic.size === 0) return undefined;
  return {
    ...(names.size === 0 ? {} : { topic_guardrails_details: { blocked_topics: [...names] } }),
    ...(toxic.size === 0 ? {} : { toxic_content_details: { toxic_categories: displayNames(toxic) } }),
  };
}

function flagsOfHits(rules: readonly Rule[], hits: readonly Hit[], surface: Surface): DetectedFlags {
  const flags: DetectedFlags = {};
  for (const rule of rules) if (!rule.scanner && rule.surfaces.has(surface)) flags[rule.flag] = false;
  for (const { rule } of hits) flags[rule.flag] = true;
  return flags;
}

function flagsOf(rules: readonly Rule[], fields: readonly FieldResult[], surface: Surface): DetectedFlags {
  if (!fields.some((field) => field.surface === surface)) return {};
  return flagsOfHits(rules, hitsOn(fields, surface), surface);
}

function threatsOf(hits: readonly Hit[]): readonly string[] {
  const threats: string[] = [];
  if (hits.some(({ rule }) => rule.flag === 'injection')) threats.push(CONTEXT_POISONING);
  if (hits.some(({ finding }) => finding.setting === 'secrets')) threats.push(CREDENTIAL_LEAKAGE);
  return threats;
}

function toolEntry(field: FieldResult, rules: readonly Rule[], tool: string | undefined): DetectionEntry {
  const details = detailsOf(field.hits);
  const masked = maskField(field);
  return {
    ...(tool === undefined ? {} : { tool_invoked: tool }),
    detections: flagsOfHits(rules, field.hits, 'tool'),
    threats: threatsOf(field.hits),
    ...(details === undefined ? {} : { details }),
    ...(masked === undefined ? {} : { masked_data: masked }),
  };
}

const METADATA = ['ecosystem', 'method', 'server_name', 'tool_invoked'] as const;

function toolDetected({ content, fields, rules }: VerdictInput): ToolDetected {
  const event = content.tool_event;
  if (event === undefined || event === null) return {};
  const metadata: Record<string, string> = {};
  const tool = event.metadata?.tool_invoked ?? undefined;
  for (const key of METADATA) {
    const value = event.metadata?.[key];
    if (typeof value === 'string') metadata[key] = value;
  }
  const entries = (name: string): readonly DetectionEntry[] =>
    fields.filter((f) => f.field === name).map((f) => toolEntry(f, rules, tool));
  const input = entries('tool_input');
  const output = entries('tool_output');
  const hits = hitsOn(fields, 'tool');
  const judged = input.length + output.length > 0;
  return {
    verdict: hits.length > 0 ? 'malicious' : 'benign',
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    summary: { detections: judged ? flagsOfHits(rules, hits, 'tool') : {}, threats: threatsOf(hits) },
    ...(input.length === 0 ? {} : { input_detected: { detection_entries: input } }),
    ...(output.length === 0 ? {} : { output_detected: { detection_entries: output } }),
  };
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
    const told = field.notes.length === 0 ? field.hits : [...field.hits, ...field.notes];
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
