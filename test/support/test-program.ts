/** The whole program within the test's process: both planes on free ports, a data directory of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSallyport } from '../../src/compose.ts';
import { loadSettings } from '../../src/compose-settings.ts';

export interface ManagementAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape.
  readonly body: any;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Undefined: the admin's; null: none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestProgram {
  readonly gateway: string;
  readonly control: string;
  readonly adminToken: string;
  readonly folder: string;
  /** Asks the management API; the path begins below its prefix. */
  ask(method: string, path: string, options?: CallOptions): Promise<ManagementAnswer>;
  /** A chat completion with one user message; its status. */
  chat(content: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param yaml further settings
 * @param dataDir of another one, to be its second process
 */
export async function startTestProgram(
  yaml = '',
  { dataDir }: { readonly dataDir?: string } = {},
): Promise<TestProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-program-'));
  const adminToken = randomBytes(16).toString('hex');
  const file = join(folder, 'sallyport.yaml');
  const own = [
    `dataDir: ${dataDir ?? join(folder, 'data')}`,
    'logLevel: silent',
    `control: { port: 0, adminToken: ${adminToken} }`,
    ...(/^gateway:/m.test(yaml) ? [] : ['gateway: { port: 0 }']),
  ];
  writeFileSync(file, `${own.join('\n')}\n${yaml}`);
  const running = await startSallyport(loadSettings(file));
  const { gateway, control } = running;
  return {
    gateway,
    control,
    adminToken,
    folder,
    async ask(method, path, { body, token, headers } = {}) {
      const response = await fetch(`${control}/backend/v1${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token ?? adminToken}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const isJson = response.headers.get('content-type') === 'application/json';
      const read = isJson ? await response.json() : Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, body: read };
    },
    async chat(content) {
      const response = await fetch(`${gateway}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'demo', messages: [{ role: 'user', content }] }),
      });
      await response.arrayBuffer();
      return response.status;
    },
    async close() {
      await running.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
