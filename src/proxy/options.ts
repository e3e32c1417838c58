/** What the data plane is handed: upstreams, clients, limits and the parts it works with. */
import type { Policy } from '../core/policy.ts';
import type { RecordStore } from '../core/record.ts';
import type { Inspector } from '../inspection/inspection.ts';
import type { RouteEntry } from '../protocols/json-route.ts';
import type { Protocol } from '../protocols/protocol.ts';
import type { ExchangeLog } from '../telemetry/logger.ts';

/** One LLM API behind the gateway. */
export interface UpstreamOptions {
  /** Stands in logs, in `server_name` of tool events and in `clients[].upstreams`. */
  readonly name: string;
  /** Where its API appears on the gateway: `/` or `/name`, without a trailing slash. */
  readonly mount: string;
  /** Base URL; the path below the mount is appended to its path. */
  readonly url: URL;
  readonly profile?: string;
  /**
   * Given: the gateway holds the key and replaces the client's credential. A function tells the one that
   * stands now; undefined: there is none at the moment, and nothing goes to the upstream.
   */
  readonly apiKey?: string | (() => string | undefined);
  /** Ids of the protocols whose routes exist on this mount; undefined: all. */
  readonly protocols?: readonly string[];
}

/** One program that may use the gateway; exactly one of `key` and `keyHash` is given. */
export interface ClientOptions {
  readonly name: string;
  readonly key?: string;
  /** `sha256:` and 64 hex digits. */
  readonly keyHash?: string;
  readonly profile?: string;
  /** Names of the upstreams it may use; undefined: all. */
  readonly upstreams?: readonly string[];
  readonly requestsPerMinute?: number;
}

/**
 * Whom a management token is of, with the profile of its project.
 * @param token undefined: none was shown
 * @throws GatewayError
 */
export type FindInlineClient = (token: string | undefined, address: string) => Promise<ClientOptions>;

export interface GatewayLimits {
  /** Most bytes of a request body, decoded. */
  readonly bodyBytes: number;
  /** Most bytes of an answer, decoded; of a stream too. */
  readonly responseBytes: number;
  readonly jsonDepth: number;
  /** Most object members of a request. */
  readonly jsonKeys: number;
  /** Most array items of a request: each becomes a value in memory, and most a text to judge. */
  readonly jsonItems: number;
  /** Most object members and array items of an answer, or of one event: logprobs have many. */
  readonly answerJsonKeys: number;
  readonly answerJsonItems: number;
  /** A coded body may be so many times its size when decoded. */
  readonly decodedRatio: number;
  /** Most header fields of a request. */
  readonly headers: number;
  /** Most bytes of a request's head. */
  readonly headerBytes: number;
  readonly queryChars: number;
  /** Most open connections of clients. */
  readonly connections: number;
  /** Most of one address, trusted proxies excepted; a /64 of IPv6 counts as one. */
  readonly connectionsPerAddress: number;
  /** Most exchanges at once. */
  readonly exchanges: number;
  /** Most exchanges that wait for a place among them. */
  readonly waiting: number;
  /** Most bytes of bodies in memory, of all exchanges together. */
  readonly inFlightBytes: number;
  /** Wrong keys of one address that are answered at once; 0: all. */
  readonly failedKeysPerMinute: number;
  /** Blocks of one client that are answered at once; 0: all. */
  readonly blocksPerMinute: number;
}

export interface GatewayTimeouts {
  readonly connectMs: number;
  /** From the request's last byte to the upstream's response headers. */
  readonly headersMs: number;
  /** Longest silence of the upstream's body. */
  readonly idleMs: number;
  /** From a connection's or a request's first byte to the end of its head. */
  readonly requestHeadersMs: number;
  /** From the end of a request's head to its last byte. */
  readonly requestBodyMs: number;
  /** How long a client may leave unread what was sent to it. */
  readonly clientIdleMs: number;
  /** How long a connection stays open between two requests. */
  readonly keepAliveMs: number;
  /** Longest wait for a place among the exchanges. */
  readonly waitMs: number;
  /** How long open exchanges may take after `close`. */
  readonly drainMs: number;
}

/** Clocks and chance, handed in so that tests can hold them. */
export interface GatewayClock {
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
  /** Unix time in milliseconds. */
  readonly unixMs: () => number;
}

/** Where and how decisions are recorded. */
export interface RecordSettings {
  readonly store: RecordStore;
  /** What is kept of the judged texts. */
  readonly content: 'none' | 'masked' | 'full';
}

export interface GatewayOptions {
  readonly upstreams: readonly UpstreamOptions[];
  /** Empty: no client keys are asked for. */
  readonly clients: readonly ClientOptions[];
  /** Routes that the operator opened, below every mount. */
  readonly routes: readonly RouteEntry[];
  /** The closed list of wire formats; the first one shapes errors where no route is known. */
  readonly protocols: readonly Protocol[];
  /** Profile where neither client nor upstream names one. */
  readonly profile: string;
  readonly onBlock: 'error' | 'refusal';
  readonly limits: GatewayLimits;
  readonly timeouts: GatewayTimeouts;
  /** Addresses or CIDR ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly inspector: Inspector;
  /** Where decisions are recorded before they take effect; without it they are not. */
  readonly records?: RecordSettings;
  /** The local policy of a profile that stands now: an exchange keeps the one it began with. */
  readonly policyOf?: (profile: string) => Policy | undefined;
  /** Serves the inline paths, whose credential is a management token; without it there are none. */
  readonly inlineClient?: FindInlineClient;
  readonly log: ExchangeLog;
  readonly clock: GatewayClock;
  readonly newTrId: () => string;
}
