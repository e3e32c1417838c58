/** Who calls the scan API: keys as `x-pan-token`, as bearer, or as both, compared in constant time. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from '../http/json-answer.ts';

export interface ScanApiKey {
  /** For the log. */
  readonly name: string;
  /** Whose the results are: the same for a key that was changed, and no other key's. */
  readonly id: string;
  readonly key: string;
  /** Profile of requests that name none. */
  readonly profile: string;
}

/** What a request showed, for the payload hash. */
export interface Credentials {
  readonly owner: ScanApiKey;
  readonly token?: string;
  readonly bearer?: string;
}

/** @throws TypeError for an empty key, at the start */
export function createKeyCheck(keys: readonly ScanApiKey[]): (headers: IncomingHttpHeaders) => Credentials {
  const entries = keys.map((owner) => {
    if (owner.key === '') throw new TypeError(`scanApi.keys: ${owner.name}: the key is empty`);
    return { owner, digest: sha256(owner.key) };
  });
  const find = (presented: string): ScanApiKey | undefined => {
    const digest = sha256(presented);
    let found: ScanApiKey | undefined;
    // Every key is compared, so that the time tells nothing of which one was near.
    for (const entry of entries) if (timingSafeEqual(entry.digest, digest)) found ??= entry.owner;
    return found;
  };
  return (headers) => {
    const token = headers['x-pan-token'];
    const { authorization } = headers;
    const shown = [token, authorization].filter((value) => value !== undefined && value !== '');
    if (shown.length === 0) throw new HttpError(401, 'Not Authenticated', { 'WWW-Authenticate': 'Bearer' });
    const bearer = authorization === undefined ? undefined : bearerOf(authorization);
    const owners = [
      ...(token ? [find(String(token))] : []),
      ...(authorization ? [bearer === undefined ? undefined : find(bearer)] : []),
    ];
    const [owner] = owners;
    // Both are shown: both must be right, and be the same key.
    if (owner === undefined || owners.some((other) => other !== owner)) {
      throw new HttpError(403, 'Invalid API Key or Oauth Token');
    }
    return {
      owner,
      ...(token ? { token: String(token) } : {}),
      ...(bearer === undefined ? {} : { bearer }),
    };
  };
}

const bearerOf = (authorization: string): string | undefined => /^Bearer +(\S+)$/i.exec(authorization)?.[1];

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
