/** Starts the built program with the probe in it, on free ports and a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PROJECT } from '../harness/targets.ts';

const Sample = z.object({
  rssBytes: z.number(),
  heapBytes: z.number(),
  sockets: z.number(),
  timers: z.number(),
});
export type Sample = z.infer<typeof Sample>;

export interface SoakProgram {
  readonly gateway: URL;
  readonly health: URL;
  probe(): Promise<Sample>;
  /** Ends in order and returns the exit code. */
  end(): Promise<number | null>;
  kill(): void;
}

const READY_MS_MAX = 20_000;
const POLL_MS = 20;
const OWN_VARIABLES = /^(SALLYPORT|PANW_AI_SEC)_/;

/** Deadlines that a soak of a minute meets too; two keys, so that refusals and limits are part of it. */
const configOf = (upstream: string, key: string): string => `
gateway:
  port: 0
  upstreams: [{ name: main, mount: /, url: '${upstream}' }]
  clients: [{ name: soak, key: ${key} }]
  limits: { connections: 400, connectionsPerAddress: 400, failedKeysPerMinute: 0, blocksPerMinute: 0, responseBytes: 262144 }
  timeouts: { headersMs: 1000, idleMs: 1000, requestBodyMs: 1000, requestHeadersMs: 1000, clientIdleMs: 1000, keepAliveMs: 5000 }
control: { port: 0 }
records: { content: none, retentionDays: 1 }
`;

export async function startProgram(upstream: string, key: string): Promise<SoakProgram> {
  const entry = join(PROJECT, 'dist/main.js');
  if (!existsSync(entry)) throw new Error('dist/main.js is not there: run `npm run build` first');
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-soak-'));
  const config = join(folder, 'sallyport.yaml');
  await writeFile(config, configOf(upstream, key));
  const logFile = join(folder, 'log');
  const log = await open(logFile, 'a', 0o600);
  const inherited = Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name));
  const child = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--max-semi-space-size=16',
      '--import',
      new URL('./probe.ts', import.meta.url).href,
      entry,
      'serve',
      '--config',
      config,
    ],
    {
      cwd: PROJECT,
      env: {
        ...Object.fromEntries(inherited),
        MALLOC_ARENA_MAX: '1',
        SALLYPORT_DATA_DIR: join(folder, 'data'),
      },
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  const { gateway, control } = await addresses(child, logFile);
  return {
    gateway: new URL(gateway),
    health: new URL('/healthz', control),
    probe: () => ask(child),
    async end() {
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      const code = await ended;
      await log.close();
      await rm(folder, { recursive: true, force: true });
      return code;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** As the banner tells them. */
const addresses = async (
  child: ChildProcess,
  logFile: string,
): Promise<{ readonly gateway: string; readonly control: string }> => {
  const until = performance.now() + READY_MS_MAX;
  while (performance.now() < until && child.exitCode === null) {
    const text = await readFile(logFile, 'utf8');
    const gateway = /^ {2}gateway +(http:\S+)/m.exec(text)?.[1];
    const control = /^ {2}control plane +(http:\S+)/m.exec(text)?.[1];
    if (gateway !== undefined && control !== undefined) return { gateway, control };
    await sleep(POLL_MS);
  }
  throw new Error(`the program did not start: ${(await readFile(logFile, 'utf8')).slice(-400)}`);
};

const ask = (child: ChildProcess): Promise<Sample> =>
  new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the program ended'));
    child.once('exit', gone);
    child.once('message', (message) => {
      child.off('exit', gone);
      resolve(Sample.parse(message));
    });
    child.send('probe');
  });
