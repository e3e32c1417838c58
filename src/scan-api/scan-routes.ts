/** The endpoints that take texts: the synchronous scan, and the batch that is judged behind its receipt. */
import type { Policy, PolicySource } from '../core/policy.ts';
import type { ScanRequest } from '../core/scan-wire.ts';
import { collectBody } from '../http/collect-body.ts';
import { FairTurns } from '../http/fair-turns.ts';
import { HttpError, sendJson, sendJsonText } from '../http/json-answer.ts';
import { readBatch } from './batch-body.ts';
import type { Batches } from './batches.ts';
import { type JudgedRequest, judgeRequest } from './judge-request.ts';
import { keptScan, SOURCE, writeRequest } from './kept-rows.ts';
import { LimitError } from './limit-error.ts';
import { writeAnswer } from './long-answer.ts';
import { checkPayloadHash, type PayloadHashState } from './payload-hash.ts';
import { reportOf } from './report.ts';
import { type Call, type Route, type ScanApiOptions, secondStageLine } from './scan-api-options.ts';
import { parseBody, readScanRequest } from './scan-body.ts';

const SYNC_BYTES_MAX = 2_097_152;
const ASYNC_BYTES_MAX = 5_242_880;
const BODY_TIMEOUT_MS = 30_000;
/** `application/json` in any letter case, with UTF-8 as the only charset. */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?;?$/i;

/** Work that begins within so long of a turn of the event loop is done in that turn. */
const TURN_MS = 20;

/** The options, and how steps of long work are spread. */
interface SharedOptions extends ScanApiOptions {
  readonly turns: FairTurns;
}

export function scanRoutes(given: ScanApiOptions, batches: Batches): readonly Route[] {
  const options = { ...given, turns: new FairTurns(TURN_MS, given.now) };
  return [
    { method: 'POST', path: '/v1/scan/sync/request', answer: (call) => scanNow(call, options) },
    { method: 'POST', path: '/v1/scan/async/request', answer: (call) => scanLater(call, options, batches) },
  ];
}

interface Body {
  readonly bytes: number;
  readonly document: unknown;
  readonly payloadHash: PayloadHashState;
}

/** @throws HttpError 415, 413, 403 or 400 */
async function readBody(
  { request, credentials }: Call,
  options: SharedOptions,
  bytesMax: number,
): Promise<Body> {
  const { 'content-type': type, 'content-encoding': coding } = request.headers;
  if (!JSON_TYPE.test(type ?? '') || (coding !== undefined && coding !== 'identity')) {
    throw new HttpError(415, 'The media type is not supported');
  }
  const body = await collectBody(request, { bytesMax, timeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS });
  await options.turns.step(body.length);
  const payloadHash = checkPayloadHash(request.headers['x-payload-hash'], body, credentials);
  if (options.payloadHash === 'strict' && payloadHash !== 'right') {
    throw new HttpError(403, 'The payload hash is missing or wrong');
  }
  await options.turns.step(body.length);
  return { bytes: body.length, document: parseBody(body), payloadHash };
}

async function scanNow(call: Call, options: SharedOptions): Promise<void> {
  const { response, credentials } = call;
  const { owner } = credentials;
  const { bytes, document, payloadHash } = await readBody(call, options, SYNC_BYTES_MAX);
  const request = readScanRequest(document, owner.profile);
  const policy = findPolicy(request, options.policies, owner.profile);
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const at = options.unixMs();
  const answer = await judgeRequest(request, policy, options, leaving.signal);
  // The client has left: nobody knows the scan's id.
  if (leaving.signal.aborted) return;
  const line = { key: owner.name, endpoint: 'sync', payload_hash: payloadHash } as const;
  if (!('response' in answer)) {
    options.onScan?.({ ...line, outcome: answer.outcome });
    throw new LimitError(answer.retryAfterSeconds);
  }
  const written = await keep(call, { answer, request, at, bytes }, options);
  const asked = secondStageLine(answer.secondStage);
  options.onScan?.({ ...line, outcome: answer.outcome, scan_id: answer.response.scan_id ?? '', ...asked });
  await options.turns.step(bytes);
  sendJsonText(response, 200, written);
}

interface Answered {
  readonly answer: Exclude<JudgedRequest, { outcome: 'busy' }>;
  readonly request: ScanRequest;
  readonly at: number;
  readonly bytes: number;
}

/** Keeps the answer and its report; returns the answer in JSON, which is worth having without them. */
async function keep(
  { credentials }: Call,
  { answer, request, at, bytes }: Answered,
  { turns, results, onStoreFault }: SharedOptions,
): Promise<string> {
  const { response, findings, secondStage } = answer;
  await turns.step(bytes);
  const written = await writeAnswer(response, () => turns.step(bytes));
  try {
    await turns.step(bytes);
    const report = reportOf(request.contents.at(-1) ?? {}, response, findings, secondStage);
    const row = writeRequest(0, written, report);
    await turns.step(bytes);
    await results.keep(keptScan(response.scan_id ?? '', credentials.owner.id, at, [row]));
  } catch (cause) {
    onStoreFault?.(cause);
  }
  return written;
}

async function scanLater(call: Call, options: SharedOptions, batches: Batches): Promise<void> {
  const { owner } = call.credentials;
  const { bytes, document, payloadHash } = await readBody(call, options, ASYNC_BYTES_MAX);
  const isBareTaken = options.compatibility.includes('n8n');
  const requests = readBatch(document, owner.profile, isBareTaken).map((entry) => ({
    ...entry,
    policy: findPolicy(entry.request, options.policies, owner.profile),
  }));
  const scanId = options.newUuid();
  const at = options.unixMs();
  try {
    await batches.take({ scanId, owner: owner.id, at, bytes, requests });
  } catch (cause) {
    if (cause instanceof LimitError) throw cause;
    options.onStoreFault?.(cause);
    throw new HttpError(503, 'Results cannot be kept at the moment', { 'Retry-After': '5' });
  }
  const line = { key: owner.name, endpoint: 'async', payload_hash: payloadHash } as const;
  options.onScan?.({ ...line, outcome: 'received', scan_id: scanId, requests: requests.length });
  const received = new Date(at).toISOString();
  sendJson(call.response, 200, { source: SOURCE, received, scan_id: scanId, report_id: `R${scanId}` });
}

/** Clients look for these very words to tell a configuration error from others (contract §1.9). */
function findPolicy(request: ScanRequest, policies: PolicySource, defaultProfile: string): Policy {
  const { profile_id: id, profile_name: name } = request.ai_profile ?? {};
  const policy = id ? policies.byId(id) : policies.byName(name ?? '');
  if (policy !== undefined) return policy;
  const isDefault = !id && name === defaultProfile;
  throw new HttpError(
    400,
    isDefault ? 'No default AI profile available: profile not found' : 'AI profile not found',
  );
}
