/**
 * Refuses requests that a web page made a browser send: a foreign Host (DNS rebinding) or a foreign Origin.
 */
import type { RequestHandler } from 'express';
import { HttpError } from './json-answer.ts';

/** A listener on the loopback is only ever called by one of these names. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * @param hosts host names that are served, without ports; undefined: any, where the listener is no loopback
 * one and its names are not known
 */
export function createHostCheck(hosts: readonly string[] | undefined): RequestHandler {
  const names = hosts === undefined ? undefined : new Set(hosts.map((host) => host.toLowerCase()));
  return function checkHost(request, _response, next) {
    const { host, origin } = request.headers;
    const name = (host ?? '').toLowerCase().replace(/:[0-9]*$/, '');
    if (names !== undefined && !names.has(name))
      throw new HttpError(403, 'This host name is not served here');
    if (origin !== undefined && originHost(origin) !== host?.toLowerCase()) {
      throw new HttpError(403, 'Requests of other origins are not served');
    }
    next();
  };
}

const originHost = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
