/** Reads JSON strings, addresses, from the standard input and writes their features, for the trainer. */
import { createInterface } from 'node:readline';
import { eachUrlFeature } from '../src/engine/models/url-features.ts';
import { findUrls } from '../src/engine/url/find-urls.ts';

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const text: unknown = JSON.parse(line);
  if (typeof text !== 'string') throw new Error('not a text');
  const buckets: number[] = [];
  const [url] = findUrls(text);
  if (url !== undefined) eachUrlFeature(url.host, url.rest, (bucket) => buckets.push(bucket));
  process.stdout.write(Buffer.from(Int32Array.from([1, 0, 0, 0, buckets.length, ...buckets]).buffer));
}
