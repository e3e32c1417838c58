/** Reads the trained models that the program ships with; one that is missing or broken ends the start. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './compose-start-error.ts';
import type { ModelFile, ModelFiles } from './core/model-file.ts';
import { ModelError } from './engine/models/manifest.ts';
import { modelsOf } from './engine/models/models.ts';

/** Beside the folder of the program's code. */
const FOLDER = join(import.meta.dirname, '../models');

let shipped: ModelFiles | undefined;

/**
 * The models of a folder, checked; those of the program are read once.
 * @throws StartError
 */
export function readModels(folder?: string): ModelFiles {
  if (folder !== undefined) return readFolder(folder);
  shipped ??= readFolder(FOLDER);
  return shipped;
}

function readFolder(folder: string): ModelFiles {
  const files = { text: readModel(folder, 'text'), url: readModel(folder, 'url') };
  try {
    modelsOf(files);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new StartError(`${folder}: the model ${error.message}`, { cause: error });
  }
  return files;
}

function readModel(folder: string, name: string): ModelFile {
  const file = join(folder, `${name}.bin`);
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
    const bytes = readFileSync(file);
    const told = isObject(manifest) ? manifest.sha256 : undefined;
    if (createHash('sha256').update(bytes).digest('hex') !== told) {
      throw new StartError(
        `${file}: is not the model that ${name}.json describes; install the program again`,
      );
    }
    const weights = new Int8Array(new SharedArrayBuffer(bytes.length));
    weights.set(bytes);
    return { manifest, weights };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`${file}: cannot be read; install the program again`, { cause: error });
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
