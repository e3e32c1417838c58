/** Runs the program as a process of its own, as a user would, in a working directory that is removed again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './tidy-source.ts';

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  /** Working directory. */
  readonly folder: string;
  /** Base URLs as the banner tells them; waits for the banner. */
  ready(): Promise<{ readonly gateway: string; readonly control: string }>;
  /** Standard output so far. */
  out(): string;
  /** Waits for the end. */
  result: Promise<CliResult>;
}

export interface CliRunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer;
  /** Without it a fresh one is made, and removed at the end. */
  readonly folder?: string;
  /** Files of the working directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
}

/** Ports that the system chooses, so that tests never meet. */
const FREE_PORTS = { SALLYPORT_GATEWAY_PORT: '0', SALLYPORT_CONTROL_PORT: '0' };

/** Starts the program from its sources. */
export function startCli(args: readonly string[] = [], options: CliRunOptions = {}): CliProcess {
  return startProgram(join(PROJECT, 'src/main.ts'), args, options);
}

/** Starts the program of an entry file. */
export function startProgram(
  entry: string,
  args: readonly string[],
  options: CliRunOptions = {},
): CliProcess {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  for (const [name, content] of Object.entries(options.files ?? {}))
    writeFileSync(join(folder, name), content);
  const child = spawn(process.execPath, [...(options.execArgv ?? []), entry, ...args], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', ...FREE_PORTS, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const wakes = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const wake of wakes) wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  const result = new Promise<CliResult>((resolve) => {
    child.on('close', (code) => {
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
      for (const wake of wakes) wake();
      resolve({ code, out, err });
    });
  });
  const ready = (): Promise<{ gateway: string; control: string }> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const gateway = /^ {2}gateway +(http:\S+)/m.exec(out)?.[1];
        const control = /^ {2}control plane +(http:\S+)/m.exec(out)?.[1];
        if (gateway && control) resolve({ gateway, control });
        else if (child.exitCode !== null) reject(new Error(`ended with ${child.exitCode}: ${err}`));
      };
      wakes.add(look);
      look();
    });
  return { child, folder, ready, out: () => out, result };
}

/** Runs a command to its end. */
export function runCliProcess(args: readonly string[], options?: CliRunOptions): Promise<CliResult> {
  return startCli(args, options).result;
}
