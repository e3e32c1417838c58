/** The one table of what the gateway refuses and fails with: code, status, public text. */

/** `type` words of error bodies follow the protocols' own: see each protocol's `error`. */
export type ErrorKind =
  | 'invalid_request'
  | 'authentication'
  | 'permission'
  | 'not_found'
  | 'rate_limit'
  | 'policy'
  | 'server'
  | 'overloaded';

interface ErrorEntry {
  readonly status: number;
  readonly kind: ErrorKind;
  /** What a client is told; a refusal may add a detail made of protocol words only. */
  readonly text: string;
}

export const ERRORS = {
  bad_target: { status: 400, kind: 'invalid_request', text: 'The request target is not accepted.' },
  bad_query: { status: 400, kind: 'invalid_request', text: 'The query string is not accepted.' },
  bad_header: { status: 400, kind: 'invalid_request', text: 'A request header is not accepted.' },
  bad_framing: { status: 400, kind: 'invalid_request', text: 'The request framing is not accepted.' },
  expectation_failed: {
    status: 417,
    kind: 'invalid_request',
    text: 'Only "Expect: 100-continue" is accepted.',
  },
  upgrade_required: {
    status: 426,
    kind: 'invalid_request',
    text: 'Upgrades are not available on this gateway.',
  },
  too_many_headers: { status: 431, kind: 'invalid_request', text: 'The request has too many headers.' },
  key_required: { status: 401, kind: 'authentication', text: 'A valid gateway key is required.' },
  upstream_forbidden: { status: 403, kind: 'permission', text: 'This key may not use this upstream.' },
  too_many_failures: {
    status: 429,
    kind: 'rate_limit',
    text: 'Too many wrong keys came from this address.',
  },
  rate_limited: { status: 429, kind: 'rate_limit', text: 'Too many requests for this key.' },
  unknown_route: { status: 404, kind: 'not_found', text: 'No such route on this gateway.' },
  method_not_allowed: {
    status: 405,
    kind: 'invalid_request',
    text: 'This method is not available on this path.',
  },
  unsupported_media_type: {
    status: 415,
    kind: 'invalid_request',
    text: 'Exactly one Content-Type application/json (UTF-8) is required.',
  },
  unsupported_encoding: {
    status: 415,
    kind: 'invalid_request',
    text: 'This Content-Encoding is not accepted.',
  },
  body_too_large: { status: 413, kind: 'invalid_request', text: 'The request body is too large.' },
  body_timeout: { status: 408, kind: 'invalid_request', text: 'The request body did not arrive in time.' },
  bad_encoding: { status: 400, kind: 'invalid_request', text: 'The request body could not be decoded.' },
  bad_utf8: {
    status: 400,
    kind: 'invalid_request',
    text: 'The request body is not valid UTF-8 without a byte order mark.',
  },
  bad_json: { status: 400, kind: 'invalid_request', text: 'The request body is not acceptable JSON.' },
  bad_shape: {
    status: 400,
    kind: 'invalid_request',
    text: "The request body is not of this operation's shape.",
  },
  body_not_expected: { status: 400, kind: 'invalid_request', text: 'This route takes no body.' },
  binary_refused: {
    status: 400,
    kind: 'invalid_request',
    text: 'Binary content cannot be scanned and is refused.',
  },
  state_refused: {
    status: 400,
    kind: 'invalid_request',
    text: 'References to state held by the upstream are refused.',
  },
  blocked: { status: 403, kind: 'policy', text: 'Blocked by the security policy.' },
  unmaskable: { status: 403, kind: 'policy', text: 'Blocked by the security policy.' },
  scan_unavailable: { status: 503, kind: 'server', text: 'The security scan is not available.' },
  scan_invalid: { status: 502, kind: 'server', text: 'The security scan gave no valid answer.' },
  scan_misconfigured: { status: 500, kind: 'server', text: 'The security scan is not configured correctly.' },
  record_unavailable: { status: 503, kind: 'server', text: 'The decision could not be recorded.' },
  upstream_key_missing: {
    status: 503,
    kind: 'server',
    text: "The upstream's key is not available to the gateway.",
  },
  upstream_unreachable: { status: 502, kind: 'server', text: 'The upstream could not be reached.' },
  upstream_timeout: { status: 504, kind: 'server', text: 'The upstream did not answer in time.' },
  upstream_redirect: { status: 502, kind: 'server', text: 'The upstream answered with a redirect.' },
  upstream_invalid: {
    status: 502,
    kind: 'server',
    text: "The upstream's answer could not be read with certainty.",
  },
  upstream_too_large: { status: 502, kind: 'server', text: "The upstream's answer is too large." },
  upstream_cut: { status: 502, kind: 'server', text: "The upstream's answer was cut short." },
  upstream_error: { status: 502, kind: 'server', text: 'The upstream answered with an error.' },
  overloaded: { status: 503, kind: 'overloaded', text: 'The gateway has too much to do at the moment.' },
  shutting_down: { status: 503, kind: 'server', text: 'The gateway is shutting down.' },
  internal: { status: 500, kind: 'server', text: 'Internal error.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** What a protocol needs to write an error or a block in its own shape. */
export interface PublicError {
  readonly code: ErrorCode;
  /** HTTP status; that of the table unless an upstream's status is kept. */
  readonly status: number;
  readonly kind: ErrorKind;
  /** Whole sentence for the client; ends in the reference. */
  readonly message: string;
  readonly trId: string;
  /** Category of a block, only where `gateway.blockDetail: category` opts in. */
  readonly category?: string;
}

/**
 * A refusal or failure on the way of an exchange: thrown by readers and forwarders, answered at one place.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  /** Overrides the table's status, e.g. an upstream's own. */
  readonly status: number;
  /** Added to the public text; made of protocol words, numbers and setting names, never of input. */
  readonly detail: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    options: {
      detail?: string;
      cause?: unknown;
      status?: number;
      headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(ERRORS[code].text, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.status = options.status ?? ERRORS[code].status;
    this.detail = options.detail;
    this.headers = options.headers ?? {};
  }

  /** The client's view: fixed text, optional detail, and the `tr_id` as the reference. */
  toPublic(trId: string, category?: string): PublicError {
    const detail = this.detail === undefined ? '' : ` ${this.detail}`;
    return {
      code: this.code,
      status: this.status,
      kind: ERRORS[this.code].kind,
      message: `${ERRORS[this.code].text}${detail} Reference: ${trId}`,
      trId,
      ...(category === undefined ? {} : { category }),
    };
  }
}
