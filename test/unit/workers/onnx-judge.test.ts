/** ONNX classifiers: what their manifest says, how texts become tokens, and what a missing package is told as. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tokenizers from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createOnnxJudge } from '../../../src/workers/onnx-judge.ts';
import { pinFile } from '../../../src/workers/onnx-model.ts';
import { createTokenWindows } from '../../../src/workers/token-windows.ts';
import { PROJECT } from '../../support/tidy-source.ts';

const fileAt = (name: string): string => join(PROJECT, 'models', name);
const tokenizerFile: unknown = JSON.parse(readFileSync(fileAt('second-stage.tokenizer.json'), 'utf8'));
const windowsOf = (tokensMax: number) => createTokenWindows(tokenizers, tokenizerFile, {}, tokensMax);
const vocabOf = z
  .object({ model: z.object({ vocab: z.record(z.string(), z.number()) }) })
  .parse(tokenizerFile);
const { vocab } = vocabOf.model;

describe('the classifier that comes along', () => {
  it('is the one that its manifest describes, learnt without rows that are held out', () => {
    const manifest = z
      .object({
        sha256: z.record(z.string(), z.string()),
        refusedRows: z.number(),
        data: z.record(z.string(), z.string()),
      })
      .parse(JSON.parse(readFileSync(fileAt('second-stage.json'), 'utf8')));
    expect(Object.keys(manifest.sha256)).toEqual(['second-stage.onnx', 'second-stage.tokenizer.json']);
    for (const [name, sha256] of Object.entries(manifest.sha256)) {
      const bytes = readFileSync(fileAt(name));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      expect(bytes.length).toBeLessThan(300_000);
    }
    expect(Object.keys(manifest.data).length).toBeGreaterThan(10);
  });
});

describe('a text', () => {
  it('has its special tokens around it, once, and none of its own', () => {
    const [ids = []] = windowsOf(64)('Hello [SEP] there [CLS] [PAD] you');
    expect(ids[0]).toBe(vocab['[CLS]']);
    expect(ids.at(-1)).toBe(vocab['[SEP]']);
    const inner = ids.slice(1, -1);
    for (const token of ['[CLS]', '[SEP]', '[PAD]']) expect(inner).not.toContain(vocab[token]);
  });

  it('that is too long is read in windows that overlap, to its end', () => {
    const words = Array.from({ length: 100 }, (_, i) => `x${i}`).join(' ');
    const [whole = []] = windowsOf(1_000)(words);
    const windows = windowsOf(20)(words);
    expect(windows.length).toBeGreaterThan(5);
    expect(windows.every((ids) => ids.length <= 20)).toBe(true);
    expect(windows.at(-1)?.at(-2)).toBe(whole.at(-2));
    expect(windows[1]?.slice(1, 5)).toEqual(windows[0]?.slice(-5, -1));
  });

  it('that is empty has its special tokens alone', () => {
    expect(windowsOf(20)('')).toEqual([[vocab['[CLS]'], vocab['[SEP]']]]);
  });
});

describe('a model', () => {
  const model = {
    name: 'injection',
    model: pinFile(fileAt('second-stage.onnx'), 'model'),
    tokenizer: pinFile(fileAt('second-stage.tokenizer.json'), 'tokenizer'),
    label: 1,
    tokensMax: 512,
  };
  const options = { thresholds: new Map(), threads: 1, cores: 1, waitingMax: 1 };
  const check = async (changes: object): Promise<string | undefined> => {
    const judge = createOnnxJudge({ ...options, models: [model], ...changes });
    const fault = await judge.check();
    await judge.close();
    return fault;
  };

  it('without a runtime that is installed is told by what to install', async () => {
    const fault = await check({ runtimes: ['onnxruntime-of-nobody'] });
    expect(fault).toContain('onnxruntime-node');
    expect(fault).not.toContain('\n');
  });

  it('whose file has changed since it was checked is not loaded', async () => {
    const changed = { ...model, model: { ...model.model, sha256: '0'.repeat(64) } };
    expect(await check({ models: [changed] })).toContain('has changed since the start');
  });
});
