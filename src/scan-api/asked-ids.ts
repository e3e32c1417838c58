/** The ids of `?scan_ids=` and `?report_ids=`: up to five, divided by commas, raw or escaped. */
import { HttpError } from '../http/json-answer.ts';

const IDS_MAX = 5;
const QUERY_CHARS_MAX = 2_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Scan ids, each once.
 * @param url the request's target
 * @throws HttpError 400
 */
export function readAskedIds(url: string, name: 'scan_ids' | 'report_ids'): readonly string[] {
  const query = url.split('?').slice(1).join('?');
  if (query.length > QUERY_CHARS_MAX) throw malformed(`${name} is too long`);
  const given = new URLSearchParams(query).getAll(name).flatMap((value) => value.split(','));
  const ids = new Set(given.map((id) => id.trim()).filter((id) => id !== ''));
  if (ids.size === 0) throw malformed(`${name} must name at least one id`);
  if (ids.size > IDS_MAX) throw malformed(`${name} must name at most ${IDS_MAX} ids`);
  return [...new Set([...ids].map((id) => readScanId(id, name)))];
}

/** @throws HttpError 400 */
export function readScanId(id: string, name: 'scan_ids' | 'report_ids'): string {
  const scanId = (name === 'scan_ids' ? id : id.replace(/^R/, '')).toLowerCase();
  if ((name === 'report_ids' && !id.startsWith('R')) || !UUID.test(scanId)) {
    throw malformed(`${name} must hold ${name === 'scan_ids' ? 'UUIDs' : 'R and a UUID each'}`);
  }
  return scanId;
}

const malformed = (message: string): HttpError =>
  new HttpError(400, `Request data is invalid or malformed: ${message}`);
