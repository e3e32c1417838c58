/**
 * Reads when a scan service wants to be asked again: the header, and both shapes of its 429 bodies
 * (contract §1.9).
 */
import { type JsonNode, memberOf, readJson, stringOf } from '../core/json.ts';

const SECONDS_MAX = 3600;
const UNITS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/**
 * Seconds to wait, 0 to 3600, or undefined where the answer does not say.
 * @param header `Retry-After`: seconds or a date (RFC 9110 §10.2.3)
 * @param body text of the answer, of whatever form
 * @param unixMs the time now
 */
export function readRetryAfter(header: unknown, body: string, unixMs: number): number | undefined {
  const seconds = fromHeader(header, unixMs) ?? fromBody(body);
  return seconds === undefined ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), SECONDS_MAX);
}

function fromHeader(header: unknown, unixMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^[0-9]{1,9}$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : (date - unixMs) / 1000;
}

function fromBody(body: string): number | undefined {
  const root = treeOf(body);
  const asked = memberOf(root, 'retry_after') ?? memberOf(memberOf(root, 'error'), 'retry_after');
  const interval = memberOf(asked, 'interval');
  if (interval?.type !== 'number') return undefined;
  const unit = (stringOf(memberOf(asked, 'unit')) ?? 'second').toLowerCase().replace(/s$/, '');
  const seconds = Number(interval.raw) * (UNITS[unit] ?? 1);
  return Number.isFinite(seconds) ? seconds : undefined;
}

function treeOf(body: string): JsonNode | undefined {
  try {
    return readJson(body, { depthMax: 16, keysMax: 200 });
  } catch {
    return undefined;
  }
}
