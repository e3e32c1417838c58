/** The command `scan`: judges texts with the embedded engine, for scripts, builds and commit hooks. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CliStreams } from './cli-streams.ts';
import { createPolicySource } from './compose-policies.ts';
import type { LoadedConfig } from './config.ts';
import type { Side } from './core/part.ts';
import type { ScanResponse } from './core/scan-wire.ts';
import { createEmbeddedService } from './scan/embedded.ts';

const EXIT_ALLOWED = 0;
const EXIT_ERROR = 1;
const EXIT_BLOCKED = 3;

export interface ScanOptions {
  readonly settings: LoadedConfig;
  readonly side: Side;
  /** Without it the profile of the gateway's traffic. */
  readonly profile?: string;
  /** Prints the scan API's own JSON, one document a line. */
  readonly json: boolean;
  /** Paths; `-` is standard input, and so is an empty list. */
  readonly files: readonly string[];
}

/**
 * Scans every text, even after one that failed.
 * @returns 0 where all were allowed, 3 where any was blocked, 1 where any could not be scanned
 */
export async function runScan(options: ScanOptions, streams: CliStreams): Promise<number> {
  const { config, policies } = options.settings;
  const profile = options.profile ?? config.gateway.profile;
  const source = createPolicySource(policies);
  if (source.byName(profile) === undefined) {
    const known = policies.map((policy) => policy.profile.name).join(', ');
    streams.err(`sallyport: there is no profile of this name; known: ${known}`);
    return EXIT_ERROR;
  }
  const service = createEmbeddedService({ policies: source, newUuid: randomUUID, unixMs: Date.now });
  const scan = async (text: string): Promise<ScanResponse> => {
    const contents = [options.side === 'prompt' ? { prompt: text } : { response: text }];
    const request = { contents, ai_profile: { profile_name: profile } };
    const reply = await service.scan({ request, side: options.side, partial: false });
    if (reply.outcome === 'failed') throw new Error(reply.note, { cause: reply.cause });
    return reply.response;
  };
  let exit = EXIT_ALLOWED;
  for (const file of options.files.length === 0 ? ['-'] : options.files) {
    try {
      const response = await scan(await readText(file, streams));
      streams.out(options.json ? JSON.stringify(response) : `${file}: ${describe(response)}`);
      if (response.action !== 'allow' && exit === EXIT_ALLOWED) exit = EXIT_BLOCKED;
    } catch (error) {
      streams.err(`${file}: ${reasonOf(error)}`);
      exit = EXIT_ERROR;
    }
  }
  return exit;
}

/** `block (malicious: injection, dlp)`; the texts themselves are not repeated. */
function describe(response: ScanResponse): string {
  const fired = [response.prompt_detected, response.response_detected]
    .flatMap((flags) => Object.entries(flags ?? {}))
    .filter(([, value]) => value === true)
    .map(([name]) => name);
  const masked = response.prompt_masked_data ?? response.response_masked_data;
  const verdict =
    fired.length === 0 ? (response.category ?? 'benign') : `${response.category}: ${fired.join(', ')}`;
  return `${response.action} (${verdict})${masked ? ', masked data available' : ''}`;
}

/** @throws TypeError for what is not UTF-8, or the fault of the file */
export async function readText(file: string, streams: CliStreams): Promise<string> {
  const bytes = file === '-' ? await readAll(streams.stdin) : await readFile(file);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return 'is not UTF-8 text';
  if (!(error instanceof Error)) return 'cannot be scanned';
  return 'code' in error ? `cannot be read (${String(error.code)})` : error.message;
}
