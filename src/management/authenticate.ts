/** Finds the caller of a bearer token, and slows whoever guesses. */
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';
import type { Caller } from './caller.ts';

/** The caller of a token's text; undefined where there is none, or not any more. */
export type FindCaller = (token: string) => Promise<Caller | undefined>;

export interface AuthenticateOptions {
  readonly find: FindCaller;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Wrong tokens that an address may send in a minute before it is slowed. */
  readonly failuresPerMinute?: number;
}

const FAILURES_PER_MINUTE = 100;
const MINUTE_MS = 60_000;
/** What each further wrong one waits for its answer, and how many of an address may wait at once. */
const SLOWED_MS = 500;
const WAITING_MAX = 20;
const ADDRESSES_MAX = 10_000;
const TOKEN_CHARS_MAX = 1_000;

interface Guesses {
  count: number;
  waiting: number;
  fromMs: number;
}

/** @throws ApiError 401; 429 unseen */
export function createAuthenticate(
  options: AuthenticateOptions,
): (request: IncomingMessage) => Promise<Caller> {
  const check = createTokenCheck(options);
  return (request) => check(tokenOf(request), request.socket.remoteAddress ?? '');
}

/**
 * A right token is always served but where its address has filled all the waiting places with guesses: so
 * neither can guesses be many, nor can a few of them lock out everyone behind the same address.
 * @throws ApiError 401; 429 unseen
 */
export function createTokenCheck(
  options: AuthenticateOptions,
): (token: string | undefined, address: string) => Promise<Caller> {
  const { find, now, sleep, failuresPerMinute = FAILURES_PER_MINUTE } = options;
  const known = new Map<string, Guesses>();
  const guessesOf = (address: string): Guesses => {
    const guesses = known.get(address) ?? { count: 0, waiting: 0, fromMs: now() };
    if (now() - guesses.fromMs >= MINUTE_MS) Object.assign(guesses, { count: 0, fromMs: now() });
    return guesses;
  };
  return async (token, address) => {
    const guesses = guessesOf(address);
    if (guesses.waiting >= WAITING_MAX)
      throw new ApiError(429, 'Too many wrong tokens', { 'Retry-After': '1' });
    const caller = token === undefined ? undefined : await find(token);
    if (caller !== undefined) return caller;
    if (token === undefined) throw refused();
    if (known.size >= ADDRESSES_MAX) known.clear();
    known.set(address, guesses);
    guesses.count += 1;
    if (guesses.count > failuresPerMinute) {
      guesses.waiting += 1;
      await sleep(SLOWED_MS);
      guesses.waiting -= 1;
    }
    throw refused();
  };
}

const refused = (): ApiError => new ApiError(401, 'Not authenticated', { 'WWW-Authenticate': 'Bearer' });

/** Undefined where there is none, or what is there could not be one: that is no guess. */
function tokenOf(request: IncomingMessage): string | undefined {
  // Two would leave open which counts.
  const given = request.headersDistinct.authorization ?? [];
  const token = given.length === 1 ? /^Bearer +(\S+)$/i.exec(given[0] ?? '')?.[1] : undefined;
  return token === undefined || token.length > TOKEN_CHARS_MAX ? undefined : token;
}
