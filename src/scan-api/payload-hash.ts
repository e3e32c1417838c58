/**
 * Checks `x-payload-hash`: HMAC-SHA256 of the raw body in hex, as the official clients make it (contract
 * §3).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './keys.ts';

export type PayloadHashState = 'absent' | 'right' | 'wrong';

/** The HMAC is keyed by the API key, or by the whole `Bearer …` header value: clients differ. */
export function checkPayloadHash(
  presented: string | string[] | undefined,
  body: Buffer,
  credentials: Pick<Credentials, 'token' | 'bearer'>,
): PayloadHashState {
  if (presented === undefined) return 'absent';
  const { token, bearer } = credentials;
  const secrets = [
    ...(token === undefined ? [] : [token]),
    ...(bearer === undefined ? [] : [`Bearer ${bearer}`, bearer]),
  ];
  if (typeof presented !== 'string' || !/^[0-9a-fA-F]{64}$/.test(presented)) return 'wrong';
  const digest = Buffer.from(presented, 'hex');
  const isRight = secrets.some((secret) =>
    timingSafeEqual(createHmac('sha256', secret).update(body).digest(), digest),
  );
  return isRight ? 'right' : 'wrong';
}
