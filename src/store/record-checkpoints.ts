/** Signed statements of where the chain ended, in a file beside the database: a cut-off end shows there. */
import { readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Checkpoint, signCheckpoint } from './record-chain.ts';
import type { SignedCheckpoint } from './record-verify.ts';

export interface CheckpointOptions {
  readonly file: string;
  readonly key: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** The file could not be written; the code of the fault. */
  readonly onFault: (code: string) => void;
  readonly everyRecords?: number;
  readonly everyMs?: number;
}

const EVERY_RECORDS = 1_000;
const EVERY_MS = 300_000;

export class CheckpointWriter {
  readonly #options: CheckpointOptions;
  readonly #timer: NodeJS.Timeout;
  #end: { readonly seq: number; readonly chain: string } | undefined;
  #written: number | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#write(), options.everyMs ?? EVERY_MS);
    this.#timer.unref();
  }

  /** The chain ends here now. */
  note(end: { readonly seq: number; readonly chain: string }): void {
    this.#end = end;
    this.#written ??= end.seq - 1;
    if (end.seq - this.#written >= (this.#options.everyRecords ?? EVERY_RECORDS)) this.#write();
  }

  #write(): void {
    const end = this.#end;
    if (end === undefined || end.seq === this.#written) return;
    this.#written = end.seq;
    const { file, key, now, onFault } = this.#options;
    const checkpoint: Checkpoint = { ...end, at: now() };
    const line = `${JSON.stringify({ ...checkpoint, signature: signCheckpoint(key, checkpoint) })}\n`;
    this.#writing = this.#writing
      .then(() => appendFile(file, line, { mode: 0o600, flush: true }))
      .catch((cause: unknown) => {
        onFault(cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown fault');
      });
  }

  /** Writes the last one. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#write();
    await this.#writing;
  }
}

const line = z.object({ seq: z.int(), chain: z.string(), at: z.number(), signature: z.string() });

/** A line that cannot be read counts as one that is not signed; a file that is not there has none. */
export function readCheckpoints(file: string): readonly SignedCheckpoint[] {
  return readLines(file).map((text) => {
    try {
      return line.parse(JSON.parse(text));
    } catch {
      return { seq: 0, chain: '', at: 0, signature: '' };
    }
  });
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((text) => text !== '');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
}
