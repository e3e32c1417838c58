/** Reads the body of an asynchronous scan: a flat list of 1 to 25 numbered requests (contract §6.21). */
import type { ScanRequest } from '../core/scan-wire.ts';
import { HttpError } from '../http/json-answer.ts';
import { MALFORMED, readScanRequest } from './scan-body.ts';

export interface NumberedRequest {
  readonly req_id: number;
  readonly request: ScanRequest;
}

const BATCH_MAX = 25;
const REQ_ID_MAX = 0xffff_ffff;

/**
 * @param bare a request that stands alone, without a list and a number, is taken too (n8n sends it)
 * @throws HttpError 400
 */
export function readBatch(
  document: unknown,
  defaultProfile: string,
  bare: boolean,
): readonly NumberedRequest[] {
  if (bare && isObject(document)) {
    const { scan_req, req_id } = document;
    if (scan_req === undefined) return [{ req_id: 0, request: readScanRequest(document, defaultProfile) }];
    return [readEntry({ req_id: req_id ?? 0, scan_req }, defaultProfile, '')];
  }
  if (!Array.isArray(document)) throw new HttpError(400, `${MALFORMED}: a list of scan requests is expected`);
  if (document.length < 1 || document.length > BATCH_MAX) {
    throw new HttpError(400, `${MALFORMED}: a batch holds 1 to ${BATCH_MAX} scan requests`);
  }
  const requests = document.map((entry, at) => readEntry(entry, defaultProfile, `${at}.`));
  if (new Set(requests.map(({ req_id }) => req_id)).size < requests.length) {
    throw new HttpError(400, `${MALFORMED}: req_id must be another one in each request`);
  }
  return requests;
}

function readEntry(entry: unknown, defaultProfile: string, path: string): NumberedRequest {
  const { req_id, scan_req } = isObject(entry) ? entry : {};
  if (typeof req_id !== 'number' || !Number.isInteger(req_id) || req_id < 0 || req_id > REQ_ID_MAX) {
    throw new HttpError(400, `${MALFORMED}: ${path}req_id`);
  }
  return { req_id, request: readScanRequest(scan_req, defaultProfile, `${path}scan_req.`) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
