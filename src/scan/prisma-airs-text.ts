/**
 * Writes what a remote service is asked about opaque strings, and takes them out of its masked data again.
 */
import type { ScanCall } from '../core/scan-service.ts';
import type { ScanContent, ScanRequest, ScanResponse } from '../core/scan-wire.ts';

/** One request to send; the judged text is `text` followed by `tail`. */
export interface PlannedRequest {
  readonly request: ScanRequest;
  readonly text: string;
  /** The opaque strings: they must come back as they went. */
  readonly tail: string;
}

/** Ids, metadata, context and JSON's own marks beside the judged text. */
const ENVELOPE_BYTES = 65_536;
const OVERLAP_CHARS = 1024;
/** A UTF-16 unit takes at most this many bytes in JSON (`\u0001`). */
const UNIT_BYTES_MAX = 6;

/**
 * The requests of one call. A remote service knows no rules for opaque strings: they are judged as text
 * after the judged one, or in requests of their own where both together are over the byte limit.
 */
export function planRequests(
  call: ScanCall,
  requestBytesMax: number,
): readonly [PlannedRequest, ...PlannedRequest[]] {
  const { request, opaque } = call;
  const content = request.contents.at(-1) ?? {};
  const text = judgedText(content);
  if (opaque === undefined || opaque === '') return [{ request, text, tail: '' }];
  const tail = text === '' ? opaque : `\n${opaque}`;
  const room = Math.max(requestBytesMax - ENVELOPE_BYTES, ENVELOPE_BYTES);
  if (fits(text + tail, room)) {
    return [{ request: withLast(request, withText(content, text + tail, call.side)), text, tail }];
  }
  const pieces = cutOpaque(opaque, Math.floor(room / UNIT_BYTES_MAX)).map((piece) => ({
    request: withLast(request, withText({}, piece, call.side)),
    text: '',
    tail: piece,
  }));
  return [{ request, text, tail: '' }, ...pieces];
}

/**
 * The answer as one about the text alone: the tail is cut off the masked data. Where the tail itself was
 * masked the answer becomes a block, since an opaque string must come back byte for byte.
 */
export function withoutTail(
  response: ScanResponse,
  plan: PlannedRequest,
  side: ScanCall['side'],
): ScanResponse {
  const { tail } = plan;
  if (tail === '') return response;
  let touched = false;
  const cut = <T extends { readonly data: string }>(masked: T | null | undefined): T | null | undefined => {
    if (masked == null) return masked;
    touched ||= !masked.data.endsWith(tail);
    return { ...masked, data: masked.data.slice(0, -tail.length) };
  };
  const kept = {
    ...response,
    prompt_masked_data: cut(response.prompt_masked_data),
    response_masked_data: cut(response.response_masked_data),
    tool_detected: cutEntries(response.tool_detected, cut),
  };
  if (!touched) return kept;
  const flags = side === 'prompt' ? 'prompt_detected' : 'response_detected';
  return {
    ...response,
    action: 'block',
    [flags]: { ...response[flags], dlp: true },
    prompt_masked_data: undefined,
    response_masked_data: undefined,
    tool_detected: cutEntries(response.tool_detected, () => undefined),
  };
}

/** The text that a request is about: of the last element, the side's own first. */
export function judgedText(content: ScanContent): string {
  const { response, prompt, code_response, code_prompt, tool_event } = content;
  return response || prompt || code_response || code_prompt || tool_event?.output || tool_event?.input || '';
}

function withText(content: ScanContent, text: string, side: ScanCall['side']): ScanContent {
  for (const field of ['response', 'prompt', 'code_response', 'code_prompt'] as const) {
    if (content[field]) return { ...content, [field]: text };
  }
  const { tool_event } = content;
  if (tool_event) {
    const field = !tool_event.output && tool_event.input ? 'input' : 'output';
    return { ...content, tool_event: { ...tool_event, [field]: text } };
  }
  return { ...content, [side]: text };
}

const withLast = (request: ScanRequest, content: ScanContent): ScanRequest => ({
  ...request,
  contents: [...request.contents.slice(0, -1), content],
});

const fits = (text: string, room: number): boolean =>
  text.length * UNIT_BYTES_MAX <= room || Buffer.byteLength(JSON.stringify(text)) <= room;

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Pieces on character boundaries; each begins with the end of the one before. */
function cutOpaque(opaque: string, chars: number): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; ; ) {
    let to = Math.min(from + chars, opaque.length);
    if (to < opaque.length && isLowSurrogate(opaque.charCodeAt(to))) to -= 1;
    pieces.push(opaque.slice(from, to));
    if (to >= opaque.length) return pieces;
    from = to - OVERLAP_CHARS;
    if (isLowSurrogate(opaque.charCodeAt(from))) from -= 1;
  }
}

type Cut = (masked: { readonly data: string }) => unknown;

/** Applies a change to the masked data of every entry of a tool event's detections. */
function cutEntries(tool: ScanResponse['tool_detected'], cut: Cut): ScanResponse['tool_detected'] {
  if (!tool) return tool;
  const changed: Record<string, unknown> = { ...tool };
  for (const name of ['input_detected', 'output_detected']) {
    const side = tool[name];
    if (!isObject(side) || !Array.isArray(side.detection_entries)) continue;
    const entries: readonly unknown[] = side.detection_entries;
    changed[name] = { ...side, detection_entries: entries.map((entry) => cutEntry(entry, cut)) };
  }
  return changed;
}

function cutEntry(entry: unknown, cut: Cut): unknown {
  if (!isObject(entry)) return entry;
  const masked = entry.masked_data;
  if (!isObject(masked) || typeof masked.data !== 'string') return entry;
  return { ...entry, masked_data: cut({ ...masked, data: masked.data }) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
