/** What the answer says of a tool event: one entry a text, or one a tool where it lists them (§1.8). */
import { itemsOf, JsonError, type JsonNode, memberOf, readJson, stringOf } from '../core/json.ts';
import type { DetectionEntry, ScanContent, ToolDetected } from '../core/scan-wire.ts';
import { detailsOf, flagsOfHits, maskField } from './field-parts.ts';
import type { FieldResult, Hit, Judged, Rule } from './judge.ts';

/** Threat labels that the contract documents (§1.8). */
const CONTEXT_POISONING = 'context poisoning';
const CREDENTIAL_LEAKAGE = 'credential leakage';
const LISTING = 'tools/list';
const LISTING_LIMITS = { depthMax: 64, keysMax: 100_000 };
/** Of a longer list one entry tells all. */
const LISTED_MAX = 256;

function threatsOf(hits: readonly Hit[]): readonly string[] {
  const threats: string[] = [];
  if (hits.some(({ rule }) => rule.flag === 'injection')) threats.push(CONTEXT_POISONING);
  if (hits.some(({ finding }) => finding.setting === 'secrets')) threats.push(CREDENTIAL_LEAKAGE);
  return threats;
}

interface Listed {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The tools that an MCP server's answer to `tools/list` names, with their places; else none. */
function listedTools(text: string): readonly Listed[] {
  try {
    const root = readJson(text, LISTING_LIMITS);
    const tools = itemsOf(memberOf(root, 'tools') ?? memberOf(memberOf(root, 'result'), 'tools'));
    if (tools.length > LISTED_MAX) return [];
    return tools.map((tool: JsonNode) => ({
      name: stringOf(memberOf(tool, 'name')) ?? '',
      start: tool.start,
      end: tool.end,
    }));
  } catch (error) {
    if (error instanceof JsonError) return [];
    throw error;
  }
}

/** What was found within one tool of a list, with places in its own text. */
function partOf(field: FieldResult, { start, end }: Listed): FieldResult {
  const hits = field.hits
    .filter(({ finding }) => finding.start < end && finding.end > start)
    .map((hit) => ({
      ...hit,
      finding: {
        ...hit.finding,
        start: Math.max(0, hit.finding.start - start),
        end: Math.min(end, hit.finding.end) - start,
      },
    }));
  return { ...field, text: field.text.slice(start, end), hits };
}

/** One entry for each tool of the list, and one for what was found beside them. */
function listEntries(field: FieldResult, rules: readonly Rule[]): readonly DetectionEntry[] {
  const tools = listedTools(field.text);
  const isBeside = ({ finding }: Hit): boolean =>
    !tools.some(({ start, end }) => finding.start < end && finding.end > start);
  const beside = field.hits.filter(isBeside);
  const entries = tools.map((tool) => toolEntry(partOf(field, tool), rules, tool.name || undefined));
  if (tools.length > 0 && beside.length === 0) return entries;
  return [...entries, toolEntry({ ...field, hits: beside }, rules, undefined)];
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

export interface ToolInput extends Pick<Judged, 'fields'> {
  readonly content: ScanContent;
  readonly rules: readonly Rule[];
}

export function toolDetected({ content, fields, rules }: ToolInput): ToolDetected {
  const event = content.tool_event;
  if (!event) return {};
  const metadata: Record<string, string> = {};
  const tool = event.metadata?.tool_invoked ?? undefined;
  for (const key of METADATA) {
    const value = event.metadata?.[key];
    if (typeof value === 'string') metadata[key] = value;
  }
  const entries = (name: string): readonly DetectionEntry[] =>
    fields.filter((f) => f.field === name).map((f) => toolEntry(f, rules, tool));
  const input = entries('tool_input');
  const isListing = event.metadata?.method === LISTING;
  const listed = fields.filter((f) => isListing && f.field === 'tool_output');
  const output = isListing ? listed.flatMap((f) => listEntries(f, rules)) : entries('tool_output');
  const hits = fields.filter(({ surface }) => surface === 'tool').flatMap((field) => field.hits);
  const judged = input.length + output.length > 0;
  return {
    verdict: hits.length > 0 ? 'malicious' : 'benign',
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    summary: { detections: judged ? flagsOfHits(rules, hits, 'tool') : {}, threats: threatsOf(hits) },
    ...(input.length === 0 ? {} : { input_detected: { detection_entries: input } }),
    ...(output.length === 0 ? {} : { output_detected: { detection_entries: output } }),
  };
}
