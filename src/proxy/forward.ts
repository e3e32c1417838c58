/** Sends a request to its upstream through one undici pool and hands back the answer. */
import type { Readable } from 'node:stream';
import { Pool } from 'undici';
import { GatewayError } from '../core/errors.ts';
import type { GatewayTimeouts } from './options.ts';
import type { HeaderList } from './request-headers.ts';

export interface UpstreamRequest {
  readonly method: string;
  /** Path and query, built from the route. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  /** Aborted when the client leaves: the upstream's connection closes. */
  readonly signal: AbortSignal;
}

export type UpstreamHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface UpstreamAnswer {
  readonly status: number;
  /** Lower-case names; a field that came twice is a list. */
  readonly headers: UpstreamHeaders;
  /** Must be read to its end or destroyed; destroying aborts the upstream's answer. */
  readonly body: Readable;
}

export interface Forwarder {
  /** Redirects are answers like any other: they are never followed. @throws GatewayError */
  forward(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

export function createForwarder(url: URL, timeouts: GatewayTimeouts): Forwarder {
  const pool = new Pool(url.origin, {
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.idleMs,
    pipelining: 1,
    allowH2: false,
  });
  return {
    async forward(request) {
      try {
        const { statusCode, headers, body } = await pool.request({
          method: request.method,
          path: request.target,
          headers: request.headers,
          body: request.body ?? null,
          signal: request.signal,
          onInfo: boundInterim(timeouts),
        });
        // Whoever reads the body listens too; an abort after that must not end the process.
        body.on('error', ignore);
        return { status: statusCode, headers, body };
      } catch (cause) {
        throw upstreamFault(cause, 'upstream_unreachable');
      }
    },
    close: () => pool.destroy(),
  };
}

/** Most interim answers (1xx, RFC 9110 §15.2) before the answer. */
const INTERIM_MAX = 64;

/** undici begins to wait anew at every interim answer: here they put no deadline off. @throws GatewayError */
const boundInterim = ({ connectMs, headersMs }: GatewayTimeouts): (() => void) => {
  const endsMs = performance.now() + connectMs + headersMs;
  let count = 0;
  return () => {
    count += 1;
    if (count > INTERIM_MAX) throw new GatewayError('upstream_invalid');
    if (performance.now() > endsMs) throw new GatewayError('upstream_timeout');
  };
};

/**
 * What a fault of the upstream's connection means for the client. The cause is for the log alone: it may
 * name the upstream.
 * @param broken the code of a connection that ended: before the answer, or in it
 */
export function upstreamFault(cause: unknown, broken: 'upstream_unreachable' | 'upstream_cut'): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const code = codeOf(cause);
  if (TIMEOUTS.has(code)) return new GatewayError('upstream_timeout', { cause });
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW' || code.startsWith('Z_')) {
    return new GatewayError('upstream_invalid', { cause });
  }
  return new GatewayError(broken, { cause });
}

const ignore = (): void => undefined;

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
