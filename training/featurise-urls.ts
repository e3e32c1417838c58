/** Reads JSON strings, addresses, from the standard input and writes their features, for the trainer. */
import { createInterface } from 'node:readline';
import { eachUrlFeature } from '../src/engine/models/url-features.ts';
import { urlShape } from '../src/engine/models/url-shape.ts';
import { findUrls } from '../src/engine/url/find-urls.ts';

/** The bits above those of a bucket say which part of the address it is of. */
const PART_SHIFT = 20;

/** The first line holds the well-known hosts, with blanks between. */
let wellKnown: ReadonlySet<string> | undefined;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const text: unknown = JSON.parse(line);
  if (typeof text !== 'string') throw new Error('not a text');
  if (wellKnown === undefined) {
    wellKnown = new Set(text.split(' '));
    continue;
  }
  const known = wellKnown;
  const [url] = findUrls(text);
  if (url === undefined) throw new Error(`no address: ${text}`);
  const buckets: number[] = [];
  eachUrlFeature(url.host, url.rest, (bucket, part) => buckets.push(bucket | (part << PART_SHIFT)));
  const shape = urlShape(url.host, url.rest, url.port, (host) => known.has(host));
  process.stdout.write(Buffer.from(Int32Array.from([buckets.length, shape.length, ...buckets]).buffer));
  process.stdout.write(Buffer.from(Float32Array.from(shape).buffer));
}
