/** Checks of a request before it is routed (DESIGN §4.1): target, version, headers, framing. */
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../core/errors.ts';
import type { Protocol } from '../protocols/protocol.ts';
import { nominatedBy } from './hop-by-hop.ts';

/** What later steps need of an accepted request's head. */
export interface RequestHead {
  /** The target before `?`; ASCII without escapes. */
  readonly path: string;
  /** The target after `?`, verbatim; empty where there is none. */
  readonly query: string;
  /** Decoded names and values of the query, without empty ones. */
  readonly queryTexts: readonly string[];
  readonly sessionId?: string;
  /** The client's own id, for the log alone. */
  readonly requestId?: string;
  /** The client waits for `100 Continue` before it sends its body. */
  readonly expectsContinue: boolean;
}

/** Checks a request's head. @throws GatewayError */
export type EdgeCheck = (request: IncomingMessage) => RequestHead;

export interface EdgeLimits {
  /** Most header fields. */
  readonly headers: number;
  readonly queryChars: number;
}

// Escapes, backslash, matrix parameters, fragments, empty and dotted segments, and all but printable ASCII.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here.
const BAD_PATH = /[%\\;#\u0000-\u0020\u007f-\uffff]|\/\/|\/\./;
const QUERY = /^(?:[A-Za-z0-9._~=&-]|%[0-9A-Fa-f]{2})*$/;
const SESSION_ID = /^[A-Za-z0-9._:-]{1,100}$/;
const REQUEST_ID = /^[A-Za-z0-9._:/+=@-]{1,100}$/;

/** Headers that decide something here: a second one would leave open which counts (THREATS H4). */
const SINGLE = [
  'host',
  'content-type',
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'expect',
  'upgrade',
  'authorization',
  'x-api-key',
  'x-sallyport-key',
  'x-session-id',
] as const;

/** Makes the check; the protocols' credential and marker headers may not be repeated either. */
export function createEdgeCheck(protocols: readonly Protocol[], limits: EdgeLimits): EdgeCheck {
  const single = new Set<string>(SINGLE);
  for (const protocol of protocols) {
    single.add(protocol.credential.header);
    if (protocol.markerHeader !== undefined) single.add(protocol.markerHeader);
  }
  return function checkEdge(request) {
    const target = checkTarget(request.url ?? '', limits.queryChars);
    if (request.rawHeaders.length > limits.headers * 2) throw new GatewayError('too_many_headers');
    checkVersion(request);
    checkRepeated(request.rawHeaders, single);
    const { headers } = request;
    checkNominated(headers.connection, single);
    // RFC 9112 §3.2; checked here and not by Node, so that the answer has our headers.
    if (headers.host === undefined && request.httpVersion === '1.1') {
      throw new GatewayError('bad_header', { detail: 'Host is missing.' });
    }
    const expectsContinue = checkExpect(headers.expect);
    checkUpgrade(headers.upgrade);
    checkFraming(request);
    const sessionId = headerOf(headers['x-session-id']);
    if (sessionId !== undefined && !SESSION_ID.test(sessionId)) {
      throw new GatewayError('bad_header', { detail: 'x-session-id: 1 to 100 of A-Z a-z 0-9 . _ : -' });
    }
    const requestId = headerOf(headers['x-request-id']);
    return {
      ...target,
      expectsContinue: expectsContinue && request.httpVersion === '1.1',
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(requestId !== undefined && REQUEST_ID.test(requestId) ? { requestId } : {}),
    };
  };
}

const headerOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

type Target = Pick<RequestHead, 'path' | 'query' | 'queryTexts'>;

const checkTarget = (target: string, queryCharsMax: number): Target => {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  if (!path.startsWith('/') || BAD_PATH.test(path)) throw new GatewayError('bad_target');
  const query = mark === -1 ? '' : target.slice(mark + 1);
  return query === ''
    ? { path, query, queryTexts: [] }
    : { path, query, queryTexts: readQuery(query, queryCharsMax) };
};

const readQuery = (query: string, charsMax: number): readonly string[] => {
  if (query.length > charsMax || !QUERY.test(query)) throw new GatewayError('bad_query');
  const texts: string[] = [];
  for (const piece of query.split(/[&=]/)) {
    if (piece === '') continue;
    try {
      texts.push(decodeURIComponent(piece));
    } catch (cause) {
      // The escapes are not UTF-8: it would be open what an upstream reads.
      throw new GatewayError('bad_query', { cause });
    }
  }
  return texts;
};

const checkVersion = (request: IncomingMessage): void => {
  if (request.httpVersion === '1.1' || request.httpVersion === '1.0') return;
  throw new GatewayError('bad_framing', { detail: 'HTTP/1.1 or HTTP/1.0 is required.' });
};

const checkRepeated = (rawHeaders: readonly string[], single: ReadonlySet<string>): void => {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!single.has(name)) continue;
    if (seen.has(name)) throw new GatewayError('bad_header', { detail: 'A header is there twice.' });
    seen.add(name);
  }
};

/** Nominating a header takes it out of what goes on (RFC 9110 §7.6.1): not one that decides something. */
const checkNominated = (connection: string | undefined, single: ReadonlySet<string>): void => {
  for (const name of nominatedBy(connection)) {
    if (name === 'upgrade' || !single.has(name)) continue;
    throw new GatewayError('bad_header', { detail: 'Connection names a header that is needed.' });
  }
};

const checkExpect = (value: string | undefined): boolean => {
  if (value === undefined) return false;
  if (value.toLowerCase() !== '100-continue') throw new GatewayError('expectation_failed');
  return true;
};

const checkUpgrade = (value: string | undefined): void => {
  if (value === undefined) return;
  const protocol = value.trim().toLowerCase();
  // RFC 9110 §7.8: a server may ignore an upgrade; h2c is offered by clients that do well without it.
  if (protocol === 'h2c') return;
  if (protocol !== 'websocket') throw new GatewayError('bad_header', { detail: 'Unknown upgrade.' });
  // RFC 9110 §15.5.22: a 426 names a protocol that would be served.
  throw new GatewayError('upgrade_required', {
    headers: { Upgrade: 'HTTP/1.1', Connection: 'Upgrade, close' },
  });
};

const checkFraming = (request: IncomingMessage): void => {
  const coding = request.headers['transfer-encoding'];
  if (coding === undefined) return;
  if (request.httpVersion !== '1.1' || coding.toLowerCase() !== 'chunked')
    throw new GatewayError('bad_framing');
};
