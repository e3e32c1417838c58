/** The key that an upstream is shown, as it stands now: a request that needs one never goes without. */
import { GatewayError } from '../core/errors.ts';
import type { UpstreamOptions } from './options.ts';

/** Undefined where the gateway holds none for it. @throws GatewayError `upstream_key_missing` */
export function upstreamKeyOf({ apiKey }: UpstreamOptions): string | undefined {
  if (typeof apiKey !== 'function') return apiKey;
  const key = apiKey();
  if (key === undefined || key === '') {
    throw new GatewayError('upstream_key_missing', { headers: { 'Retry-After': '1' } });
  }
  return key;
}
