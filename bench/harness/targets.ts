/** Starts what is measured: the mock upstream, Sallyport, the bare proxy and Portkey, each in its own process. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Children, Program, Worker } from './children.ts';
import { portkeyEntry } from './portkey-package.ts';

export const PROJECT = join(import.meta.dirname, '../..');
export const CACHE = join(PROJECT, '.cache/bench');
/** Data folders and logs of the programs of one run. */
export const RUNS = join(CACHE, 'runs');

/** Where requests go. */
export interface Target {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RunningTarget extends Target {
  readonly pid: number;
  end(): void;
}

export interface RunningMock extends RunningTarget {
  readonly worker: Worker;
}

/** Ours, with how long it took from the start of the process until it was ready and answered. */
export interface RunningSallyport extends RunningTarget {
  readonly readyMs: number;
  readonly controlOrigin: string;
}

export interface SallyportOptions {
  /** Each decision is committed before it takes effect; by default it is. */
  readonly records?: boolean;
  /** Modules that are loaded before the program. */
  readonly preloads?: readonly URL[];
  readonly env?: Readonly<Record<string, string>>;
}

/** As `npm start` and the image start it. */
const FLAGS = ['--max-semi-space-size=16'];
const STARTED_WITH = { MALLOC_ARENA_MAX: '1' };
const READY_MS_MAX = 20_000;
const POLL_MS = 5;
const Listening = z.object({ port: z.number() });
const OWN_VARIABLES = /^(SALLYPORT|PANW_AI_SEC)_/;

const processFile = (name: string): URL => new URL(`../processes/${name}.ts`, import.meta.url);
export const startLoadGenerator = (children: Children): Worker =>
  children.startWorker(processFile('load-generator'));
export const startStreamClient = (children: Children): Worker =>
  children.startWorker(processFile('stream-client'));

/** @param seed of the texts of its answers */
export async function startMock(children: Children, seed: number): Promise<RunningMock> {
  const worker = children.startWorker(processFile('mock-upstream'));
  const { port } = await worker.call({ kind: 'listen', seed }, Listening);
  return { worker, pid: worker.pid, origin: originOf(port), headers: {}, end: worker.end };
}

export async function startBare(children: Children, upstream: string): Promise<RunningTarget> {
  const worker = children.startWorker(processFile('bare-proxy'));
  const { port } = await worker.call({ kind: 'listen', upstream }, Listening);
  return { pid: worker.pid, origin: originOf(port), headers: {}, end: worker.end };
}

/** The built program as shipped: its own defaults, its log at `info` into a file. */
export async function startSallyport(
  children: Children,
  upstream: string,
  { records = true, preloads = [], env: added = {} }: SallyportOptions = {},
): Promise<RunningSallyport> {
  const entry = join(PROJECT, 'dist/main.js');
  if (!existsSync(entry)) throw new Error('dist/main.js is not there: run `npm run build` first');
  await mkdir(RUNS, { recursive: true });
  const folder = await mkdtemp(join(RUNS, 'sallyport-'));
  const config = join(folder, 'sallyport.yaml');
  await writeFile(config, `records: { enabled: ${records} }\n`);
  const [port, controlPort] = [await freePort(), await freePort()];
  const inherited = Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    ...STARTED_WITH,
    SALLYPORT_CONFIG: config,
    SALLYPORT_UPSTREAM_URL: upstream,
    SALLYPORT_GATEWAY_PORT: String(port),
    SALLYPORT_CONTROL_PORT: String(controlPort),
    SALLYPORT_DATA_DIR: join(folder, 'data'),
    SALLYPORT_LOG_LEVEL: 'info',
    ...added,
  };
  const imports = preloads.map((module) => `--import=${module.href}`);
  const from = performance.now();
  const program = children.startProgram([...FLAGS, ...imports, entry, 'serve'], {
    cwd: PROJECT,
    env,
    logFile: join(folder, 'log'),
  });
  await untilAnswers(program, `${originOf(controlPort)}/readyz`);
  await untilAnswers(program, `${originOf(port)}/v1/models`);
  const readyMs = performance.now() - from;
  const { pid, end } = program;
  return { pid, origin: originOf(port), controlOrigin: originOf(controlPort), headers: {}, readyMs, end };
}

/** Portkey's open-source gateway, no guard configured. @throws Error when it cannot be fetched or does not start */
export async function startPortkey(children: Children, upstream: string): Promise<RunningTarget> {
  const folder = join(CACHE, 'portkey');
  const entry = await portkeyEntry(folder);
  const port = await freePort();
  const program = children.startProgram([entry, '--headless', `--port=${port}`], {
    cwd: folder,
    env: { ...process.env, TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
    logFile: join(folder, 'log'),
  });
  await untilAnswers(program, `${originOf(port)}/`);
  const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream}/v1` };
  return { pid: program.pid, origin: originOf(port), headers, end: program.end };
}

const originOf = (port: number): string => `http://127.0.0.1:${port}`;

async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  return port;
}

async function untilAnswers(program: Program, url: string): Promise<void> {
  const from = performance.now();
  while (performance.now() - from < READY_MS_MAX) {
    if (program.exited) throw new Error(`it ended at the start: ${program.lastWords()}`);
    const status = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    if (status === 200) return;
    await sleep(POLL_MS);
  }
  throw new Error(`no answer from ${url}: ${program.lastWords()}`);
}
