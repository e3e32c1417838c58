/** Reads JSON strings from the standard input and writes their token ids, for the trainer of the second stage. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as library from '@huggingface/tokenizers';
import { createTokenWindows } from '../src/workers/token-windows.ts';

const file: unknown = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const windowsOf = createTokenWindows(library, file, {}, Number(process.argv[3]));

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const text: unknown = JSON.parse(line);
  if (typeof text !== 'string') throw new Error('not a text');
  const [ids = []] = windowsOf(text);
  if (!process.stdout.write(Buffer.from(Int32Array.from([ids.length, ...ids]).buffer))) {
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}
