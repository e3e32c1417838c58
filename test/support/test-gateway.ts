/** A gateway on a free port for the tests, with the word scan service and a log that is kept. */
import { randomBytes } from 'node:crypto';
import type { ScanService } from '../../src/core/scan-service.ts';
import { Clearance } from '../../src/inspection/clearance.ts';
import type { InspectionSettings } from '../../src/inspection/inspection.ts';
import { createInspector } from '../../src/inspection/inspector.ts';
import { PROTOCOLS } from '../../src/protocols/index.ts';
import { createGateway, type Gateway } from '../../src/proxy/gateway.ts';
import type {
  GatewayLimits,
  GatewayOptions,
  GatewayTimeouts,
  UpstreamOptions,
} from '../../src/proxy/options.ts';
import { newTrId } from '../../src/proxy/tr-id.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { createWordScanService, type WordScanService } from './word-scan-service.ts';

export interface TestGateway {
  readonly gateway: Gateway;
  /** `http://127.0.0.1:port` without a slash. */
  readonly origin: string;
  readonly port: number;
  readonly service: WordScanService;
  /** All that was logged, as text. */
  logText(): string;
  /** The exchange lines so far. */
  lines(): readonly Readonly<Record<string, unknown>>[];
  /** Waits for the n-th exchange line. */
  line(index: number): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

export interface TestGatewayOptions
  extends Partial<Omit<GatewayOptions, 'inspector' | 'upstreams' | 'limits' | 'timeouts'>> {
  readonly limits?: Partial<GatewayLimits>;
  readonly timeouts?: Partial<GatewayTimeouts>;
  readonly upstreams?: readonly UpstreamOptions[];
  readonly settings?: Partial<InspectionSettings>;
  /** Judges instead of the word scan service. */
  readonly judge?: ScanService;
}

const LIMITS: GatewayLimits = {
  bodyBytes: 65_536,
  responseBytes: 262_144,
  jsonDepth: 64,
  jsonKeys: 10_000,
  jsonItems: 50_000,
  answerJsonKeys: 300_000,
  answerJsonItems: 500_000,
  decodedRatio: 100,
  headers: 100,
  headerBytes: 16_384,
  queryChars: 1_024,
  connections: 1_000,
  connectionsPerAddress: 1_000,
  exchanges: 1_000,
  waiting: 100,
  inFlightBytes: 134_217_728,
  failedKeysPerMinute: 0,
  blocksPerMinute: 0,
};
const TIMEOUTS: GatewayTimeouts = {
  connectMs: 1000,
  headersMs: 5000,
  idleMs: 5000,
  requestHeadersMs: 5000,
  requestBodyMs: 5000,
  clientIdleMs: 5000,
  keepAliveMs: 5000,
  waitMs: 100,
  drainMs: 2000,
};
const WINDOWS = { firstChars: 200, maxChars: 4096, waitMs: 250 };

/** @param upstream base URL of the upstream mounted at `/` */
export async function startTestGateway(
  upstream: URL,
  options: TestGatewayOptions = {},
): Promise<TestGateway> {
  const written: string[] = [];
  const waiting = new Set<() => void>();
  const log = createLog({
    level: 'info',
    stream: {
      write(text: string) {
        written.push(text);
        for (const wake of waiting) wake();
      },
    },
  });
  const service = createWordScanService();
  const now = (): number => performance.now();
  const { settings, limits, timeouts, judge, ...rest } = options;
  const gateway = createGateway({
    upstreams: [{ name: 'main', mount: '/', url: upstream }],
    clients: [],
    routes: [],
    protocols: PROTOCOLS,
    profile: 'default',
    onBlock: 'error',
    limits: { ...LIMITS, ...limits },
    timeouts: { ...TIMEOUTS, ...timeouts },
    trustedProxies: [],
    log,
    clock: { monotonicMs: now, unixMs: () => Date.now() },
    newTrId,
    ...rest,
    inspector: createInspector({
      service: judge ?? service,
      settings: { ...SETTINGS, ...settings },
      clearance: new Clearance({ key: randomBytes(32), entriesMax: 100, ttlMs: 3_600_000, now }),
      now,
      windows: WINDOWS,
    }),
  });
  const { port } = await gateway.listen(0, '127.0.0.1');
  const lines = (): readonly Readonly<Record<string, unknown>>[] =>
    written
      .map((text): Record<string, unknown> => JSON.parse(text))
      .filter((line) => line.msg === 'exchange');
  return {
    gateway,
    origin: `http://127.0.0.1:${port}`,
    port,
    service,
    logText: () => written.join(''),
    lines,
    line: (index) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = lines()[index];
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => gateway.close(),
  };
}

const SETTINGS: InspectionSettings = {
  onUnavailable: 'block',
  images: 'block',
  upstreamState: 'block',
  stream: 'window',
  scanOnce: true,
  blockDetail: 'none',
  rulesOf: () => ({ trustedRoles: ['system', 'developer', 'tool-definition'], maskOnBlock: false }),
};
