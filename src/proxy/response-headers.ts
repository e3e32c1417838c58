/** Builds the header fields that go to the client from those of the upstream's answer (DESIGN §4.5, §14). */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { isHopByHop, nominatedBy } from './hop-by-hop.ts';

/** Set anew here, or naming the upstream or a place on it, cookies of its host, or orders to proxies. */
const DROPPED = new Set([
  'content-length',
  'content-encoding',
  'set-cookie',
  'location',
  'content-location',
  'refresh',
  'alt-svc',
  'x-accel-redirect',
  'x-sendfile',
  'x-lighttpd-send-file',
  'x-reproxy-url',
  'x-reproxy-file',
]);
/** Fields that are true only of the very bytes that the upstream sent. */
const OF_THE_BYTES = new Set([
  'etag',
  'digest',
  'content-digest',
  'repr-digest',
  'content-md5',
  'accept-ranges',
  'content-range',
  'signature',
  'signature-input',
]);

/**
 * End to end fields of an upstream's answer, lower-case names.
 * @param withheld a text that no field may hold: the key that the gateway shows the upstream
 * @param changed the body differs from the upstream's bytes: what describes those is dropped too
 */
export function responseHeaders(
  headers: IncomingHttpHeaders | Readonly<Record<string, string | string[] | undefined>>,
  changed: boolean,
  withheld?: string,
): OutgoingHttpHeaders {
  const nominated = nominatedBy(headers.connection);
  const kept: OutgoingHttpHeaders = {};
  for (const name in headers) {
    if (isHopByHop(name) || nominated.has(name) || DROPPED.has(name)) continue;
    if (name.startsWith('x-sallyport-') || (changed && OF_THE_BYTES.has(name))) continue;
    const value = headers[name];
    if (value !== undefined && !holds(value, withheld)) kept[name] = value;
  }
  return kept;
}

const holds = (value: string | readonly string[], withheld: string | undefined): boolean =>
  withheld !== undefined && withheld !== '' && [value].flat().some((one) => one.includes(withheld));
