/** The size of what a production install puts on the disk. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atMost, notMeasured, type Row } from '../harness/row.ts';
import { PROJECT, RUNS } from '../harness/targets.ts';

const LIMIT_MB = 150;
const INSTALL_MS_MAX = 90_000;
const NAME = 'node_modules in production';
const run = promisify(execFile);

export async function measureInstall(): Promise<readonly Row[]> {
  await mkdir(RUNS, { recursive: true });
  const folder = await mkdtemp(join(RUNS, 'install-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      await copyFile(join(PROJECT, file), join(folder, file));
    }
    const options = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', options, { cwd: folder, timeout: INSTALL_MS_MAX });
    const bytes = await sizeOnDisk(join(folder, 'node_modules'));
    return [atMost({ group: 'install', name: NAME, unit: 'MB' }, bytes / 1024 / 1024, LIMIT_MB)];
  } catch (error) {
    return [notMeasured('install', NAME, `npm could not install: ${String(error).slice(0, 300)}`)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whole blocks, as `du` counts them. */
async function sizeOnDisk(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).blocks * 512;
  }
  return bytes;
}
