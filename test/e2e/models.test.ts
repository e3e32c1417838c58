/** The trained models that the program ships with: there, whole, used, and never passed over in silence. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModels } from '../../src/compose-models.ts';
import { StartError } from '../../src/compose-start-error.ts';

const SHIPPED = join(import.meta.dirname, '../../models');
const FILE_BYTES_MAX = 4 * 1024 * 1024;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
  cpSync(SHIPPED, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const manifestOf = (name: string) => JSON.parse(readFileSync(join(SHIPPED, `${name}.json`), 'utf8'));

describe.each(['text', 'url'])('the %s model', (name) => {
  it('is small and is what its manifest describes', () => {
    const file = join(SHIPPED, `${name}.bin`);
    expect(statSync(file).size).toBeLessThanOrEqual(FILE_BYTES_MAX);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(manifestOf(name).sha256);
  });

  it('says what it was made of and how it scored', () => {
    const manifest = manifestOf(name);
    expect(Object.keys(manifest.data)).not.toEqual([]);
    const [head] = manifest.heads;
    expect(head.threshold).toEqual(expect.any(Number));
    expect(Object.keys(head.scores.dev)).not.toEqual([]);
  });

  it('ends the start where its weights are missing', () => {
    rmSync(join(folder, `${name}.bin`));
    expect(() => readModels(folder)).toThrow(StartError);
  });
  it('ends the start where its weights were changed', () => {
    const file = join(folder, `${name}.bin`);
    const bytes = readFileSync(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(() => readModels(folder)).toThrow(/is not the model/);
  });
  it('ends the start where its manifest is of another kind', () => {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...manifestOf(name), features: 'other-9' }));
    expect(() => readModels(folder)).toThrow(/other-9/);
  });
  it('ends the start where its manifest is no JSON', () => {
    writeFileSync(join(folder, `${name}.json`), '{');
    expect(() => readModels(folder)).toThrow(StartError);
  });
});
