/** Header fields that belong to one connection and never travel on (RFC 9110 §7.6.1). */

const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];

const NAMES = new Set(HOP_BY_HOP);

/** True for a lower-case name of a field that ends at this hop. */
export function isHopByHop(name: string): boolean {
  return NAMES.has(name);
}

/** The lower-case names that a `Connection` field nominates, beyond the fixed ones. */
export function nominatedBy(connection: string | readonly string[] | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return NONE;
  const list = typeof connection === 'string' ? connection : connection.join(',');
  return new Set(list.split(',').map((token) => token.trim().toLowerCase()));
}

const NONE: ReadonlySet<string> = new Set();
