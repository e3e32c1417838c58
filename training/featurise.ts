/** Reads JSON strings from the standard input, writes their carriers and the features of their windows, for the trainer. */
import { createInterface } from 'node:readline';
import { INJECTION_GATE } from '../src/engine/injection/injection-rules.ts';
import { readingsOf } from '../src/engine/injection/readings.ts';
import { JudgedText } from '../src/engine/judged-text.ts';
import { CARRIERS, carrierOf } from '../src/engine/models/carriers.ts';
import { eachFeature, Seen } from '../src/engine/models/text-features.ts';
import { TOKEN, type Tokens, takeTokens } from '../src/engine/models/tokens.ts';
import { eachWindow } from '../src/engine/models/windows.ts';
import type { View } from '../src/engine/views/view.ts';

/** Of windows that end within a long sentence, every third or so is enough to learn from. */
const isTaken = ({ kinds, starts, ends }: Tokens, last: number): boolean =>
  ((kinds[last] ?? 0) & TOKEN.sentenceEnd) !== 0 || ((ends[last] ?? 0) - (starts[last] ?? 0)) % 3 === 0;

const SEEN = new Seen();

/** A text's windows in one reading: of each the reading's number, how many buckets, and the buckets. */
function windowsIn(view: View, reading: number, out: number[]): number {
  const tokens = takeTokens(view.text);
  let windows = 0;
  eachWindow(tokens, (first, last) => {
    if (!isTaken(tokens, last)) return;
    const count = out.push(reading, 0) - 1;
    eachFeature(view.lower, tokens, { first, last }, SEEN, (bucket) => out.push(bucket));
    out[count] = out.length - count - 1;
    windows++;
  });
  return windows;
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const text: unknown = JSON.parse(line);
  if (typeof text !== 'string') throw new Error('not a text');
  const readings = readingsOf(new JudgedText(text), INJECTION_GATE);
  const first = readings[0]?.view.text ?? '';
  const out = [0, takeTokens(first).count, CARRIERS.indexOf(carrierOf(first))];
  let windows = 0;
  readings.forEach(({ view }, reading) => {
    windows += windowsIn(view, reading, out);
  });
  out[0] = windows;
  if (!process.stdout.write(Buffer.from(Int32Array.from(out).buffer))) {
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}
