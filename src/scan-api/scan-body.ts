/**
 * Reads the body of a scan request: leniently where clients differ, and a 400 with the field where it
 * cannot be judged.
 */
import { type ScanContent, type ScanRequest, scanRequestSchema } from '../core/scan-wire.ts';
import { HttpError } from '../http/json-answer.ts';

export const MALFORMED = 'Request data is invalid or malformed';
const NAME_CHARS_MAX = 100;
const ID_CHARS_MAX = 1_000;
/** Of the grounding data of one content, in code points (contract §1.2). */
const CONTEXT_CHARS_MAX = 100_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** One JSON document in UTF-8. @throws HttpError 400 */
export function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw new HttpError(400, MALFORMED);
  }
}

/**
 * A scan request that names its profile: its own, else the key's. Unknown keys and nulls are accepted;
 * of `contents` only the last element is judged, so only that one must hold something (contract §0, §6.9).
 * @param path where the request stands in its document, for faults
 * @throws HttpError 400
 */
export function readScanRequest(document: unknown, defaultProfile: string, path = ''): ScanRequest {
  const parsed = scanRequestSchema.safeParse(document);
  if (!parsed.success) {
    // Paths are made of the schema's own words and indexes: unknown keys are never checked.
    const place = `${path}${parsed.error.issues[0]?.path.map(String).join('.') ?? ''}`.replace(/\.$/, '');
    throw new HttpError(400, place === '' ? MALFORMED : `${MALFORMED}: ${place}`);
  }
  const request = parsed.data;
  checkIds(request, path);
  const judged = request.contents.at(-1) ?? {};
  if (!holdsContent(judged)) {
    throw new HttpError(400, `${MALFORMED}: ${path}contents: the last element holds nothing to scan`);
  }
  if (isLonger(judged.context ?? '', CONTEXT_CHARS_MAX)) {
    throw new HttpError(
      400,
      `${MALFORMED}: ${path}contents: a context has at most ${CONTEXT_CHARS_MAX} characters`,
    );
  }
  const { tr_id, session_id, transaction_id } = request;
  return {
    contents: request.contents.map(knownContent),
    ai_profile: readProfile(request.ai_profile, defaultProfile),
    tr_id,
    session_id,
    transaction_id,
  };
}

/** Unknown keys, and metadata, end here: nobody judges them, and they may be of any size and depth. */
function knownContent(content: ScanContent): ScanContent {
  const { prompt, response, code_prompt, code_response, context, tool_event } = content;
  const texts = { prompt, response, code_prompt, code_response, context };
  if (tool_event == null) return texts;
  const { metadata, input, output } = tool_event;
  if (metadata == null) return { ...texts, tool_event: { input, output } };
  const { ecosystem, method, server_name, tool_invoked } = metadata;
  return {
    ...texts,
    tool_event: { metadata: { ecosystem, method, server_name, tool_invoked }, input, output },
  };
}

/** They come back in every answer and are kept with it. */
function checkIds(request: ScanRequest, path: string): void {
  for (const name of ['tr_id', 'session_id', 'transaction_id'] as const) {
    if (!isLonger(request[name] ?? '', ID_CHARS_MAX)) continue;
    throw new HttpError(400, `${MALFORMED}: ${path}${name} has at most ${ID_CHARS_MAX} characters`);
  }
}

/** Counts code points, and only where their number is in doubt. */
const isLonger = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || [...text].length > max);

/** A tool event counts without input and output, `context` alone and blank strings do not (contract §0). */
const holdsContent = (content: ScanContent): boolean =>
  content.tool_event != null ||
  [content.prompt, content.response, content.code_prompt, content.code_response].some(
    (text) => text != null && text.trim() !== '',
  );

function readProfile(
  asked: ScanRequest['ai_profile'],
  defaultProfile: string,
): { profile_id: string } | { profile_name: string } {
  const id = asked?.profile_id;
  const name = asked?.profile_name;
  if (id != null && !UUID.test(id)) throw new HttpError(400, 'invalid profile: profile_id is no UUID');
  if (name != null && (name.trim() === '' || name.length > NAME_CHARS_MAX)) {
    throw new HttpError(400, `invalid profile: profile_name must have 1 to ${NAME_CHARS_MAX} characters`);
  }
  // Of the two, the id wins.
  if (id != null) return { profile_id: id.toLowerCase() };
  return { profile_name: name ?? defaultProfile };
}
