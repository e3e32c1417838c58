/** Fetches the peer `@portkey-ai/gateway` into the cache folder when it is asked for; it is no dependency of ours. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FETCH_MS_MAX = 60_000;
const run = promisify(execFile);

/** With newer versions of the two overridden packages it answers every stream with a 500. */
const MANIFEST = {
  private: true,
  dependencies: { '@portkey-ai/gateway': '1.15.2' },
  overrides: { '@hono/node-server': '1.13.8', hono: '4.9.7' },
};

/**
 * The file to start.
 * @param folder where it is kept between runs
 * @throws Error when npm cannot fetch it
 */
export async function portkeyEntry(folder: string): Promise<string> {
  const entry = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (existsSync(entry)) return entry;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify(MANIFEST, null, 2));
  const options = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', options, { cwd: folder, timeout: FETCH_MS_MAX });
  return entry;
}
