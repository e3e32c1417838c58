/** What the scan API answers, as schemas: its description is made from them, and tests hold answers to it. */
import { z } from 'zod';
import { maskedDataSchema } from '../core/scan-wire.ts';

const flag = z.boolean().optional();
const time = z.iso.datetime();
const scanId = z.uuid().describe('Canonical UUID of version 4, lower case');
const reportId = z
  .string()
  .regex(/^R[0-9a-f-]{36}$/)
  .describe('`R` and the scan id');
const source = z.string().describe('AI-Runtime-API');
const reqId = z.int().min(0).max(4_294_967_295);
const pairs = z.array(z.tuple([z.int(), z.int()]));

const promptFlags = {
  url_cats: flag,
  dlp: flag,
  injection: flag,
  toxic_content: flag,
  malicious_code: flag,
  agent: flag,
  topic_violation: flag,
};
const responseFlags = {
  url_cats: flag,
  dlp: flag,
  db_security: flag,
  toxic_content: flag,
  malicious_code: flag,
  ungrounded: flag,
  topic_violation: flag,
};
const promptDetected = z.strictObject({ ...promptFlags, source_code: flag });
const responseDetected = z.strictObject({ ...responseFlags, source_code: flag });
const toolFlags = z.strictObject({ ...promptFlags, db_security: flag, source_code: flag });

const details = z.strictObject({
  topic_guardrails_details: z
    .strictObject({
      allowed_topics: z.array(z.string()).optional(),
      blocked_topics: z.array(z.string()).optional(),
    })
    .optional(),
  toxic_content_details: z.strictObject({ toxic_categories: z.array(z.string()).optional() }).optional(),
});

const maskedData = z
  .strictObject({
    data: maskedDataSchema.shape.data.describe('The text with an X for each hidden character'),
    pattern_detections: z.array(
      z.strictObject({
        pattern: z.string(),
        locations: pairs.describe('Code points; the end belongs to the span'),
      }),
    ),
  })
  .meta({ id: 'MaskedData' });

const toolEntry = z.strictObject({
  tool_invoked: z.string().optional(),
  detections: toolFlags,
  threats: z.array(z.string()),
  details: details.optional(),
  masked_data: maskedData.optional(),
});
const entries = z.strictObject({ detection_entries: z.array(toolEntry) });
const toolDetected = z
  .strictObject({
    verdict: z.enum(['malicious', 'benign']).optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    summary: z.strictObject({ detections: toolFlags, threats: z.array(z.string()) }).optional(),
    input_detected: entries.optional(),
    output_detected: entries.optional(),
  })
  .meta({ id: 'ToolDetected' });

export const scanAnswerSchema = z
  .strictObject({
    source,
    report_id: reportId,
    scan_id: scanId,
    transaction_id: z.string().optional().describe("The request's, else pan_<uuid>"),
    session_id: z.string().optional().describe("The request's, else its tr_id, else pan_<uuid>"),
    tr_id: z.string().optional().describe('Repeats session_id'),
    profile_id: z.uuid().optional(),
    profile_name: z.string().optional(),
    category: z.enum(['benign', 'malicious', 'error', 'timeout']),
    action: z.enum(['allow', 'block']),
    timeout: z.boolean(),
    error: z.boolean(),
    errors: z.array(
      z.strictObject({
        content_type: z.enum(['prompt', 'response']),
        feature: z.enum([
          'dlp',
          'injection',
          'url_cats',
          'toxic_content',
          'malicious_code',
          'agent',
          'topic_violation',
          'db_security',
          'ungrounded',
        ]),
        status: z.enum(['error', 'timeout']),
      }),
    ),
    prompt_detected: promptDetected.describe('Only detectors that the profile enables'),
    response_detected: responseDetected,
    tool_detected: toolDetected,
    prompt_masked_data: maskedData.optional(),
    response_masked_data: maskedData.optional(),
    prompt_detection_details: details.optional(),
    response_detection_details: details.optional(),
    created_at: time.optional(),
    completed_at: time.optional(),
  })
  .meta({ id: 'ScanResponse' });

export const receiptSchema = z
  .strictObject({ source, received: time, scan_id: scanId, report_id: reportId })
  .meta({ id: 'AsyncScanResponse' });

export const resultRowSchema = z
  .strictObject({
    source,
    req_id: reqId.describe('0 for a synchronous scan'),
    scan_id: scanId,
    status: z.enum(['pending', 'complete']),
    result: scanAnswerSchema.optional().describe('Not there while pending'),
  })
  .meta({ id: 'ScanIdResult' });

const verdict = z.enum(['malicious', 'benign']);
export const reportRowSchema = z
  .strictObject({
    source,
    report_id: reportId,
    scan_id: scanId,
    req_id: reqId,
    transaction_id: z.string().optional(),
    session_id: z.string().optional(),
    detection_results: z.array(
      z.strictObject({
        data_type: z.enum(['prompt', 'response', 'tool_event']),
        detection_service: z.enum([
          'pi',
          'dlp',
          'uf',
          'tc',
          'dbs',
          'malicious_code',
          'agent_security',
          'contextual_grounding',
          'topic_guardrails',
          'source_code',
        ]),
        verdict,
        action: z.enum(['allow', 'block']),
        metadata: z
          .looseObject({ direction: z.enum(['input', 'output']) })
          .optional()
          .describe('Of tool events'),
        result_detail: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .meta({ id: 'ThreatScanReport' });

export const errorSchema = z
  .strictObject({ error: z.strictObject({ message: z.string() }) })
  .meta({ id: 'Error' });

const retryAfter = z.strictObject({ interval: z.int(), unit: z.enum(['second', 'minute', 'hour']) });
export const limitSchema = z
  .strictObject({
    error: z.strictObject({ message: z.string(), retry_after: retryAfter }),
    retry_after: retryAfter,
  })
  .meta({ id: 'Limit' });
