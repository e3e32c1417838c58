/**
 * The scan API's own words: requests and responses of `POST /v1/scan/sync/request` (contract §1.2, §1.3,
 * §1.7, §1.8).
 */
import { z } from 'zod';

const text = z.string().nullish();

/** An MCP-shaped tool call or result; `input` and `output` are stringified JSON or plain text. */
export const toolEventSchema = z.looseObject({
  metadata: z.looseObject({ ecosystem: text, method: text, server_name: text, tool_invoked: text }).nullish(),
  input: text,
  output: text,
});

export const contentSchema = z.looseObject({
  prompt: text,
  response: text,
  code_prompt: text,
  code_response: text,
  context: text,
  tool_event: toolEventSchema.nullish(),
});

/** What a client may send: unknown keys, and nulls for any optional field, are accepted (contract §6.7). */
export const scanRequestSchema = z.looseObject({
  contents: z.array(contentSchema).min(1),
  ai_profile: z.looseObject({ profile_id: text, profile_name: text }).nullish(),
  tr_id: text,
  session_id: text,
  transaction_id: text,
  metadata: z.looseObject({}).nullish(),
});

const flags = z.record(z.string(), z.unknown());

const locations = z.array(z.array(z.number()).readonly()).readonly();

export const maskedDataSchema = z.looseObject({
  data: z.string(),
  pattern_detections: z
    .array(z.looseObject({ pattern: z.string(), locations: locations.nullish() }))
    .readonly()
    .nullish(),
});

/** What we read of an answer; only what we act on is checked, the rest is kept (contract §1.3). */
export const scanResponseSchema = z.looseObject({
  action: z.string(),
  category: z.string().nullish(),
  scan_id: z.string().nullish(),
  report_id: z.string().nullish(),
  tr_id: z.string().nullish(),
  session_id: z.string().nullish(),
  transaction_id: z.string().nullish(),
  profile_id: z.string().nullish(),
  profile_name: z.string().nullish(),
  timeout: z.boolean().nullish(),
  error: z.boolean().nullish(),
  prompt_detected: flags.nullish(),
  response_detected: flags.nullish(),
  tool_detected: z.looseObject({}).nullish(),
  prompt_masked_data: maskedDataSchema.nullish(),
  response_masked_data: maskedDataSchema.nullish(),
});

export type ToolEvent = z.infer<typeof toolEventSchema>;
export type ScanContent = z.infer<typeof contentSchema>;
export type ScanRequest = z.infer<typeof scanRequestSchema>;
export type ScanResponse = z.infer<typeof scanResponseSchema>;

/** The flags of `prompt_detected`, `response_detected` and tool detections. */
export type DetectorFlag =
  | 'url_cats'
  | 'dlp'
  | 'injection'
  | 'toxic_content'
  | 'malicious_code'
  | 'agent'
  | 'topic_violation'
  | 'db_security'
  | 'ungrounded'
  | 'source_code';
export type DetectedFlags = Partial<Record<DetectorFlag, boolean>>;

/** From a half-open span to the wire's form: both in code points, the end inclusive there (contract §0). */
export const wireSpan = (start: number, end: number): [number, number] => [start, Math.max(start, end - 1)];

/** One pattern's places; offsets are code points, the end is inclusive (contract §0, §1.7). */
export type PatternDetection = {
  readonly pattern: string;
  readonly locations: readonly (readonly [number, number])[];
};
/** The judged text with every hidden character replaced by `X`, one for one. */
export type MaskedData = {
  readonly data: string;
  readonly pattern_detections: readonly PatternDetection[];
};
export interface DetectionDetails {
  readonly topic_guardrails_details?: {
    readonly allowed_topics?: readonly string[];
    readonly blocked_topics?: readonly string[];
  };
  readonly toxic_content_details?: { readonly toxic_categories?: readonly string[] };
}
export interface DetectionEntry {
  readonly tool_invoked?: string;
  readonly detections: DetectedFlags;
  readonly threats: readonly string[];
  readonly details?: DetectionDetails;
  readonly masked_data?: MaskedData;
}
export type ToolDetected = {
  readonly verdict?: 'malicious' | 'benign';
  readonly metadata?: Readonly<Record<string, string>>;
  readonly summary?: { readonly detections: DetectedFlags; readonly threats: readonly string[] };
  readonly input_detected?: { readonly detection_entries: readonly DetectionEntry[] };
  readonly output_detected?: { readonly detection_entries: readonly DetectionEntry[] };
};
export interface ScanFault {
  readonly content_type: 'prompt' | 'response';
  readonly feature: Exclude<DetectorFlag, 'source_code'>;
  readonly status: 'error' | 'timeout';
}

/** What the engine says of one request: an answer of contract §1.3 without ids and times. Never a null. */
export interface Judgement {
  readonly category: 'benign' | 'malicious' | 'error' | 'timeout';
  readonly action: 'allow' | 'block';
  readonly timeout: boolean;
  readonly error: boolean;
  readonly errors: readonly ScanFault[];
  readonly prompt_detected: DetectedFlags;
  readonly response_detected: DetectedFlags;
  readonly tool_detected: ToolDetected;
  readonly prompt_masked_data?: MaskedData;
  readonly response_masked_data?: MaskedData;
  readonly prompt_detection_details?: DetectionDetails;
  readonly response_detection_details?: DetectionDetails;
}
