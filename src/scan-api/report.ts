/** The report of one scan: a row for each side and each detector that is enabled there (contract §1.5). */
import type { DetectorFinding } from '../core/policy.ts';
import type {
  DetectedFlags,
  DetectionDetails,
  DetectionEntry,
  DetectorFlag,
  MaskedData,
  ScanContent,
  ScanResponse,
  ToolDetected,
} from '../core/scan-wire.ts';
import type { SecondStageNote } from '../core/second-stage.ts';
import { detailOf } from './report-detail.ts';

export interface DetectionResult {
  readonly data_type: 'prompt' | 'response' | 'tool_event';
  readonly detection_service: string;
  readonly verdict: 'malicious' | 'benign';
  readonly action: 'block' | 'allow';
  readonly metadata?: Readonly<Record<string, string>>;
  readonly result_detail: Readonly<Record<string, unknown>>;
}

/** Their codes differ from the names of the flags. */
const DETECTION_SERVICE: Readonly<Record<DetectorFlag, string>> = {
  injection: 'pi',
  dlp: 'dlp',
  url_cats: 'uf',
  toxic_content: 'tc',
  db_security: 'dbs',
  malicious_code: 'malicious_code',
  agent: 'agent_security',
  ungrounded: 'contextual_grounding',
  topic_violation: 'topic_guardrails',
  source_code: 'source_code',
};

type Field = DetectorFinding['field'];

/** One judged text, or two of one side. */
interface Judged {
  readonly data_type: DetectionResult['data_type'];
  readonly fields: readonly Field[];
  readonly flags: DetectedFlags;
  readonly details: DetectionDetails;
  readonly masked?: MaskedData | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The judged content as it came: it is asked for the texts that reports show. */
export function reportOf(
  content: ScanContent,
  response: ScanResponse,
  findings: readonly DetectorFinding[],
  secondStage: readonly SecondStageNote[] = [],
): readonly DetectionResult[] {
  return judgedTexts(response).flatMap((judged) => rowsOf(judged, content, response, findings, secondStage));
}

function judgedTexts(response: ScanResponse): readonly Judged[] {
  const tool = (response.tool_detected ?? {}) as ToolDetected;
  return [
    {
      data_type: 'prompt',
      fields: ['prompt', 'code_prompt'],
      flags: (response.prompt_detected ?? {}) as DetectedFlags,
      details: detailsIn(response.prompt_detection_details),
      masked: response.prompt_masked_data as MaskedData | undefined,
    },
    {
      data_type: 'response',
      fields: ['response', 'code_response'],
      flags: (response.response_detected ?? {}) as DetectedFlags,
      details: detailsIn(response.response_detection_details),
      masked: response.response_masked_data as MaskedData | undefined,
    },
    ...toolTexts(tool, tool.input_detected?.detection_entries, 'input'),
    ...toolTexts(tool, tool.output_detected?.detection_entries, 'output'),
  ];
}

const detailsIn = (value: unknown): DetectionDetails => (value ?? {}) as DetectionDetails;

const toolTexts = (
  tool: ToolDetected,
  entries: readonly DetectionEntry[] | undefined,
  direction: 'input' | 'output',
): readonly Judged[] =>
  (entries ?? []).map((entry) => ({
    data_type: 'tool_event',
    fields: [direction === 'input' ? 'tool_input' : 'tool_output'],
    flags: entry.detections,
    details: entry.details ?? {},
    masked: entry.masked_data,
    metadata: { ...tool.metadata, direction },
  }));

function rowsOf(
  judged: Judged,
  content: ScanContent,
  response: ScanResponse,
  findings: readonly DetectorFinding[],
  secondStage: readonly SecondStageNote[],
): readonly DetectionResult[] {
  const own = findings.filter((finding) => judged.fields.includes(finding.field));
  const { data_type, details, metadata } = judged;
  const profile = { id: response.profile_id ?? '', name: response.profile_name ?? '' };
  return (Object.entries(judged.flags) as [DetectorFlag, boolean][]).map(([flag, malicious]) => {
    const found = own.filter((finding) => (finding.flag ?? finding.detector) === flag);
    const blocks = found.some((finding) => finding.action === 'block');
    const facts = { malicious, blocks, findings: found, details, scanId: response.scan_id ?? '', profile };
    const asked = secondStage.filter(
      (note) => note.detector === flag && (judged.fields as readonly string[]).includes(note.field),
    );
    return {
      data_type,
      detection_service: DETECTION_SERVICE[flag],
      verdict: malicious ? 'malicious' : 'benign',
      action: blocks ? 'block' : 'allow',
      ...(metadata === undefined ? {} : { metadata }),
      result_detail: {
        ...detailOf(flag, { ...facts, textAt: (finding) => textAt(finding, judged, content) }),
        ...(asked.length === 0 ? {} : { second_stage: asked.map(({ detector, field, ...told }) => told) }),
      },
    };
  });
}

/** The masked text has the same code points, with personal data and secrets hidden. */
function textAt(finding: DetectorFinding, { fields, masked }: Judged, content: ScanContent): string {
  const shown = fields.find((field) => textOf(field, content) !== '');
  const text = masked !== undefined && finding.field === shown ? masked.data : textOf(finding.field, content);
  const { start, end } = finding;
  const from = unitAt(text, 0, start);
  return text.slice(from, unitAt(text, from, end - start));
}

/** UTF-16 offset of the code point that comes so many after the one at `from`. */
function unitAt(text: string, from: number, points: number): number {
  let unit = from;
  for (let left = points; left > 0 && unit < text.length; left -= 1) {
    unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  }
  return unit;
}

function textOf(
  field: Field,
  { prompt, response, code_prompt, code_response, tool_event }: ScanContent,
): string {
  const texts: Partial<Record<Field, string | null | undefined>> = {
    prompt,
    response,
    code_prompt,
    code_response,
    tool_input: tool_event?.input,
    tool_output: tool_event?.output,
  };
  return texts[field] ?? '';
}
