/** The one schema of every setting, for the YAML file and the environment: names, ranges, defaults. */
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import {
  heldKey,
  heldKeyOrSecret,
  hostName,
  isLoopback,
  listing,
  named,
  oneOf,
  optionalSection,
  sealingKey,
  secretKey,
  section,
  text,
  textLike,
  truth,
  wholeNumber,
} from './config-fields.ts';
import { profilesSchema } from './config-profile.ts';
import { secondStageSchema } from './config-second-stage.ts';

const MIB = 1_048_576;

/** The path below a URL is kept, so a base that ends in /v1 would make /v1/v1. */
function upstreamUrlFault(value: string): string | undefined {
  if (value === 'demo') return undefined;
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol))
    return 'must be demo, or a URL that begins with http:// or https://';
  if (url.username !== '' || url.password !== '')
    return 'must not hold credentials; apiKey is the place for a key';
  if (/[?#]/.test(value)) return 'must not hold a query or a fragment';
  if (/\/v1\/?$/.test(url.pathname)) {
    return 'must not end in /v1: the path of the request, which begins with /v1, is appended to it';
  }
  return undefined;
}

/** Scan keys are sent there, so only TLS or this machine itself will do. */
function scanEndpointFault(value: string): string | undefined {
  if (value === 'embedded') return undefined;
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be embedded, or a URL that begins with https://';
  if (url.username !== '' || url.password !== '')
    return 'must not hold credentials; key or token is the place';
  if (/[?#]/.test(value)) return 'must not hold a query or a fragment';
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return 'must use https:// for an address that is not loopback';
  return undefined;
}

function storeUrlFault(value: string): string | undefined {
  return value === 'embedded' || /^postgres(ql)?:\/\/\S+$/.test(value)
    ? undefined
    : 'must be embedded, or a URL that begins with postgres://';
}

function rangeFault(value: string): string | undefined {
  return ipaddr.isValidCIDR(value) || ipaddr.isValid(value)
    ? undefined
    : 'must be an IP address or a range such as 10.0.0.0/8';
}

/** A text that a function finds no fault with. */
function checked(fault: (value: string) => string | undefined, expected: string) {
  return z.string({ error: `must be ${expected}` }).superRefine((value, context) => {
    const message = fault(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

const upstream = section({
  name: named(),
  mount: textLike(
    /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)?$/,
    '/ or a path such as /anthropic, of letters, digits and ._~-, without a slash at its end',
  ),
  url: checked(upstreamUrlFault, 'demo or a URL'),
  profile: named().optional(),
  apiKey: heldKeyOrSecret().optional(),
  model: text(200).optional(),
  protocols: listing(text(50), 50).min(1, { error: 'must name at least one protocol' }).optional(),
});

const client = section({
  name: named(),
  key: secretKey().optional(),
  keyHash: textLike(/^sha256:[0-9a-fA-F]{64}$/, 'sha256: and 64 hexadecimal digits').optional(),
  profile: named().optional(),
  upstreams: listing(named(), 100).min(1, { error: 'must name at least one upstream' }).optional(),
  requestsPerMinute: wholeNumber(1, 1_000_000).optional(),
}).superRefine((entry, context) => {
  if ((entry.key === undefined) === (entry.keyHash === undefined)) {
    context.addIssue({ code: 'custom', path: [], message: 'must have exactly one of key and keyHash' });
  }
});

const route = section({
  method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: textLike(
    /^(?:\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~:-]*|\{id\}))+$/,
    'a path such as /v1/audio/{id}, of letters, digits and ._~:-, without a slash at its end',
  ),
  scan: oneOf('json', 'none'),
});

const gateway = optionalSection({
  host: hostName().default('127.0.0.1'),
  port: wholeNumber(0, 65_535).default(8080),
  open: truth().default(false),
  profile: named().default('default'),
  upstreams: listing(upstream, 100)
    .min(1, { error: 'must hold at least one upstream' })
    .default([{ name: 'main', mount: '/', url: 'demo' }]),
  clients: listing(client, 10_000).default([]),
  onBlock: oneOf('error', 'refusal').default('error'),
  blockDetail: oneOf('none', 'category').default('none'),
  stream: oneOf('window', 'hold').default('window'),
  holdbackChars: wholeNumber(16, 65_536).default(256),
  images: oneOf('block', 'allow').default('block'),
  upstreamState: oneOf('block', 'allow').default('block'),
  routes: listing(route, 200).default([]),
  trustedProxies: listing(checked(rangeFault, 'an IP address or a range'), 200).default([]),
  limits: optionalSection({
    bodyBytes: wholeNumber(1_024, 64 * MIB).default(4 * MIB),
    responseBytes: wholeNumber(1_024, 256 * MIB).default(16 * MIB),
    jsonDepth: wholeNumber(4, 512).default(64),
    jsonKeys: wholeNumber(16, 1_000_000).default(10_000),
    jsonItems: wholeNumber(16, 10_000_000).default(50_000),
    answerJsonKeys: wholeNumber(16, 10_000_000).default(300_000),
    answerJsonItems: wholeNumber(16, 10_000_000).default(500_000),
    decodedRatio: wholeNumber(2, 10_000).default(100),
    headers: wholeNumber(16, 1_000).default(100),
    headerBytes: wholeNumber(2_048, MIB).default(16_384),
    queryChars: wholeNumber(0, 8_192).default(1_024),
    connections: wholeNumber(1, 65_536).default(2_048),
    connectionsPerAddress: wholeNumber(1, 65_536).default(1_536),
    exchanges: wholeNumber(1, 65_536).default(1_536),
    waiting: wholeNumber(0, 65_536).default(512),
    inFlightBytes: wholeNumber(65_536, 16_384 * MIB).default(128 * MIB),
    failedKeysPerMinute: wholeNumber(0, 1_000_000).default(30),
    blocksPerMinute: wholeNumber(0, 1_000_000).default(120),
  }),
  timeouts: optionalSection({
    connectMs: wholeNumber(50, 120_000).default(5_000),
    headersMs: wholeNumber(100, 3_600_000).default(300_000),
    idleMs: wholeNumber(100, 3_600_000).default(120_000),
    requestHeadersMs: wholeNumber(100, 600_000).default(10_000),
    requestBodyMs: wholeNumber(100, 600_000).default(30_000),
    clientIdleMs: wholeNumber(100, 3_600_000).default(30_000),
    keepAliveMs: wholeNumber(100, 3_600_000).default(65_000),
    waitMs: wholeNumber(0, 60_000).default(200),
    drainMs: wholeNumber(0, 600_000).default(30_000),
  }),
});

const scan = optionalSection({
  endpoint: checked(scanEndpointFault, 'embedded or a URL').default('embedded'),
  key: heldKey().optional(),
  token: heldKey().optional(),
  timeoutMs: wholeNumber(100, 30_000).default(5_000),
  onUnavailable: oneOf('block', 'allow', 'embedded').default('block'),
  answerBytes: wholeNumber(1_024, 64 * MIB).default(8 * MIB),
  maxRequestBytes: wholeNumber(8_192, 64 * MIB).default(2_000_000),
  trustPartial: truth().default(false),
  once: truth().optional(),
  breaker: optionalSection({
    failuresInRow: wholeNumber(1, 1_000).default(5),
    callsMin: wholeNumber(2, 200).default(20),
    windowMs: wholeNumber(100, 600_000).default(10_000),
    probeMs: wholeNumber(50, 600_000).default(5_000),
  }),
});

const engine = optionalSection({
  largeTextChars: wholeNumber(4_096, 16 * MIB).default(65_536),
  threads: wholeNumber(0, 64).default(0),
  waiting: wholeNumber(1, 10_000).default(64),
  regexMs: wholeNumber(10, 10_000).default(250),
});

/** The path of the chat completions is appended to it. */
function judgeUrlFault(value: string): string | undefined {
  return value === 'demo' ? 'must be a URL that begins with http:// or https://' : upstreamUrlFault(value);
}

const judge = optionalSection({
  url: checked(judgeUrlFault, 'a URL').optional(),
  model: text(200).optional(),
  key: heldKey().optional(),
  timeoutMs: wholeNumber(50, 60_000).default(2_000),
  concurrency: wholeNumber(1, 1_000).default(16),
  textChars: wholeNumber(2_000, 1_000_000).default(30_000),
  deterministic: truth().default(true),
});

const scanApiKey = section({ name: named(), key: secretKey(), profile: named().default('default') });

export const configSchema = section({
  dataDir: text(4_096).default('./data'),
  logLevel: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),
  gateway,
  scan,
  engine,
  judge,
  secondStage: secondStageSchema,
  control: optionalSection({
    host: hostName().default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(8081),
    connections: wholeNumber(1, 65_536).default(512),
    adminToken: secretKey().optional(),
    tls: section({ certFile: text(4_096), keyFile: text(4_096) }).optional(),
  }),
  store: optionalSection({ url: checked(storeUrlFault, 'embedded or a URL').default('embedded') }),
  records: optionalSection({
    enabled: truth().default(true),
    content: oneOf('none', 'masked', 'full').default('masked'),
    retentionDays: wholeNumber(1, 3_650).default(30),
    key: secretKey().optional(),
  }),
  secrets: optionalSection({ key: sealingKey().optional() }),
  scanApi: optionalSection({
    key: secretKey().optional(),
    keys: listing(scanApiKey, 1_000).default([]),
    payloadHash: oneOf('lenient', 'strict').default('lenient'),
    resultsPerMinute: wholeNumber(0, 1_000_000).default(0),
    results: optionalSection({
      hours: wholeNumber(1, 720).default(24),
      bytesPerKey: wholeNumber(MIB, 64 * 1024 * MIB).default(256 * MIB),
    }),
    compatibility: listing(oneOf('n8n', 'internal-health'), 2).default([]),
  }),
  profiles: profilesSchema,
});

export type Config = z.infer<typeof configSchema>;
