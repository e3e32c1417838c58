/** The scan API on a real listener over the real engine and a database of its own, and how tests ask it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '../../src/core/policy.ts';
import type { ScanResultStore } from '../../src/core/scan-results.ts';
import { compile } from '../../src/engine/compile.ts';
import { createControlApp } from '../../src/http/control-app.ts';
import { createEmbeddedService } from '../../src/scan/embedded.ts';
import { createScanApi } from '../../src/scan-api/scan-api.ts';
import type { ScanApiOptions, ScanLine } from '../../src/scan-api/scan-api-options.ts';
import { ScanResultLog } from '../../src/store/scan-result-log.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { makeProfile } from '../unit/engine/profile.ts';
import { sourceOf } from './fake-policy.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape.
  readonly body: any;
}

export interface AskOptions {
  /** Sent as JSON, or as it is where it is a text or bytes. */
  readonly body?: unknown;
  /** Undefined: the key as `x-pan-token` and JSON as the type; these win. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface TestScanApi {
  readonly origin: string;
  readonly key: string;
  readonly lines: readonly ScanLine[];
  readonly faults: readonly unknown[];
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  /** `POST /v1/scan/sync/request` with a body, or with one content. */
  sync(body: unknown, headers?: AskOptions['headers']): Promise<Answer>;
  /** Waits until no row of a scan id is pending. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape.
  complete(scanId: string): Promise<any[]>;
  close(): Promise<void>;
}

export interface TestScanApiOptions extends Partial<Omit<ScanApiOptions, 'policies'>> {
  /** By default the shipped profile, compiled by the real engine. */
  readonly policies?: readonly Policy[];
}

export const TOOLS = { now: () => performance.now() };

export async function startTestScanApi(options: TestScanApiOptions = {}): Promise<TestScanApi> {
  const { policies = [compile(makeProfile(), TOOLS)], results, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-scan-api-'));
  const store = await openSqlite({ file: join(folder, 'sallyport.db') });
  const key = randomBytes(16).toString('hex');
  const source = sourceOf(...policies);
  const lines: ScanLine[] = [];
  const faults: unknown[] = [];
  const kept: ScanResultStore =
    results ??
    new ScanResultLog({ store, now: Date.now, keepMs: 86_400_000, ownerBytesMax: 64 * 1024 * 1024 });
  const api = createScanApi({
    service: createEmbeddedService({ policies: source, newUuid: randomUUID, unixMs: Date.now }),
    policies: source,
    results: kept,
    keys: [{ name: 'test', id: 'test', key, profile: 'default' }],
    payloadHash: 'lenient',
    resultsPerMinute: 0,
    compatibility: [],
    newUuid: randomUUID,
    unixMs: Date.now,
    version: '0.0.0',
    now: () => performance.now(),
    onScan: (line) => lines.push(line),
    onStoreFault: (cause) => faults.push(cause),
    ...rest,
  });
  const app = createControlApp({
    apis: [api.router],
    reasons: () => [],
    onFault: (cause) => faults.push(cause),
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const ask = async (method: string, path: string, { body, headers }: AskOptions = {}): Promise<Answer> => {
    const all = { 'content-type': 'application/json', 'x-pan-token': key, ...headers };
    const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: sent,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: raw as string }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : text,
    };
  };
  return {
    origin,
    key,
    lines,
    faults,
    ask,
    sync: (body, headers = {}) => ask('POST', '/v1/scan/sync/request', { body, headers }),
    async complete(scanId) {
      for (;;) {
        const { body } = await ask('GET', `/v1/scan/results?scan_ids=${scanId}`);
        if (body.length > 0 && body.every((row: { status: string }) => row.status === 'complete'))
          return body;
      }
    },
    async close() {
      await api.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (kept instanceof ScanResultLog) await kept.settle();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
