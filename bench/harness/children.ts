/** The processes that the benchmark starts; all of them end with it, each by its own id. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { JobReply } from './jobs.ts';

const CALL_MS_MAX = 120_000;

/** A process of the benchmark's own that answers jobs, one at a time. */
export interface Worker {
  readonly pid: number;
  /** @throws Error with the worker's own words, when it ends, and after two minutes */
  call<T>(job: object, shape: z.ZodType<T>): Promise<T>;
  end(): void;
}

/** A program under test. */
export interface Program {
  readonly pid: number;
  readonly exited: boolean;
  /** The last lines it wrote. */
  lastWords(): string;
  end(): void;
}

export class Children {
  readonly #alive = new Set<ChildProcess>();

  /** @param file a TypeScript file that calls `answerJobs` */
  startWorker(file: URL): Worker {
    const child = this.#keep(fork(file, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
    return {
      pid: child.pid ?? -1,
      call: (job, shape) => ask(child, job, shape),
      end: () => end(child),
    };
  }

  /**
   * @param args of `node`
   * @param logFile where both its outputs go
   */
  startProgram(
    args: readonly string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly logFile: string },
  ): Program {
    const log = openSync(options.logFile, 'a', 0o600);
    const child = this.#keep(
      spawn(process.execPath, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', log, log] }),
    );
    return {
      pid: child.pid ?? -1,
      get exited() {
        return child.exitCode !== null || child.signalCode !== null;
      },
      lastWords: () => readFileSync(options.logFile, 'utf8').slice(-400),
      end: () => end(child),
    };
  }

  endAll(): void {
    for (const child of this.#alive) end(child);
  }

  #keep(child: ChildProcess): ChildProcess {
    this.#alive.add(child);
    child.once('exit', () => this.#alive.delete(child));
    child.once('error', () => this.#alive.delete(child));
    return child;
  }
}

const end = (child: ChildProcess): void => {
  child.kill('SIGKILL');
};

function ask<T>(child: ChildProcess, job: object, shape: z.ZodType<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onMessage = (message: unknown): void => {
    const reply = JobReply.safeParse(message);
    const result = shape.safeParse(reply.data?.result);
    if (reply.data?.error !== undefined) reject(new Error(reply.data.error));
    else if (result.success) resolve(result.data);
    else reject(new Error('a process of the benchmark gave an answer of another shape'));
  };
  const onExit = (): void => reject(new Error('a process of the benchmark ended early'));
  const timer = setTimeout(() => reject(new Error('a process of the benchmark did not answer')), CALL_MS_MAX);
  child.once('message', onMessage).once('exit', onExit);
  child.send(job);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off('message', onMessage).off('exit', onExit);
  });
}
