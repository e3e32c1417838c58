/** The generated tokens: made once, kept in files of the data directory that only their owner can read. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from './compose-start-error.ts';

export interface Token {
  readonly value: string;
  /** The file that holds it; undefined where the operator gave it. */
  readonly file?: string;
}

/** What stands for each file where the operator gives it. */
const VARIABLES = {
  'admin-token': 'SALLYPORT_ADMIN_TOKEN',
  'scan-api-key': 'SALLYPORT_SCAN_API_KEY',
  'records-key': 'SALLYPORT_RECORDS_KEY',
  'secret-key': 'SALLYPORT_SECRET_KEY',
} as const;
const TOKEN_BYTES = 32;
const TOKEN = /^[\x21-\x7e]{16,2048}$/;

/**
 * The operator's token, else the one of the file, else a new one written there (mode 0600, its folder 0700).
 * @throws StartError where the file cannot be read or written
 */
export function provideToken(
  name: keyof typeof VARIABLES,
  given: string | undefined,
  dataDir: string,
): Token {
  if (given !== undefined) return { value: given };
  const file = join(resolve(dataDir), name);
  try {
    mkdirSync(resolve(dataDir), { recursive: true, mode: 0o700 });
    createOnce(file, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`);
    chmodSync(file, 0o600);
    const value = readFileSync(file, 'utf8').trim();
    if (!TOKEN.test(value)) throw new StartError(`${file}: holds no token; remove the file to get a new one`);
    return { value, file };
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
    throw new StartError(
      `${file}: cannot be read or written (${code}); set dataDir (SALLYPORT_DATA_DIR) or ${VARIABLES[name]}`,
      { cause: error },
    );
  }
}

/** Never over another one: of two starts at once, one writes and both read. */
function createOnce(file: string, content: string): void {
  try {
    writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
