/** JSON documents of all known classes through the listener: taken and forwarded unchanged, or refused (THREATS J). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { PROJECT } from '../support/tidy-source.ts';

/**
 * y_: every parser must take it. n_: none may, or we do not, for its meaning is open (duplicate keys, lone
 * surrogates). i_: parsers differ; what is ours stands there. `value` stands in a member of a chat request,
 * `document` is a whole body in hexadecimal digits.
 */
const jsonCase = z.strictObject({
  name: z.string().regex(/^[yni]_/),
  accepted: z.boolean(),
  value: z.string().optional(),
  document: z.string().optional(),
});
type JsonCase = z.infer<typeof jsonCase>;

const CHAT = '{"model":"m","messages":[{"role":"user","content":"hi"}]';
const keys = (count: number): string => Array.from({ length: count }, (_, at) => `"k${at}":0`).join();

/** Too large to be written down. */
const LARGE: readonly JsonCase[] = [
  { name: 'y_object_many_keys', accepted: true, value: `{${keys(9_990)}}` },
  { name: 'y_string_long', accepted: true, value: `"${'x'.repeat(50_000)}"` },
  { name: 'y_structure_long_array', accepted: true, value: `[${'1,'.repeat(9_999)}1]` },
  { name: 'n_object_too_many_keys', accepted: false, value: `{"a":[{${keys(5_000)}},{${keys(5_000)}}]}` },
  { name: 'n_structure_open_arrays', accepted: false, value: '['.repeat(50_000) },
  { name: 'n_structure_open_arrays_and_objects', accepted: false, value: '[{"":'.repeat(9_999) },
  { name: 'n_structure_deep_and_closed', accepted: false, value: '['.repeat(30_000) + ']'.repeat(30_000) },
];
const CASES: readonly JsonCase[] = [
  ...readFileSync(join(PROJECT, 'test/golden/json/cases.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => jsonCase.parse(JSON.parse(line))),
  ...LARGE,
];

const bytesOf = ({ value, document }: JsonCase): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    document === undefined ? Buffer.from(`${CHAT},"x":${value}}`) : Buffer.from(document, 'hex'),
  );

let upstream: RecordingUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url, { limits: { bodyBytes: 1_000_000 } });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const post = (body: Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(`${gateway.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });

it('are more than 250, each once', () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  expect(CASES.length).toBeGreaterThan(250);
});

describe('taken, and forwarded byte for byte', () => {
  it.each(CASES.filter(({ accepted }) => accepted))('$name', async (one) => {
    const bytes = bytesOf(one);
    const before = upstream.requests.length;
    expect((await post(bytes)).status).toBe(200);
    expect(upstream.requests.length).toBe(before + 1);
    expect(upstream.requests.at(-1)?.body.equals(bytes)).toBe(true);
    // Whatever is taken is read the same by the most used parser of all.
    expect(() => JSON.parse(Buffer.from(bytes).toString())).not.toThrow();
  });
});

describe('refused, and not forwarded', () => {
  it.each(CASES.filter(({ accepted }) => !accepted))('$name', async (one) => {
    const before = upstream.requests.length;
    const answer = await post(bytesOf(one));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-sallyport-scan')).toContain('reason=uninspectable');
    expect(upstream.requests.length).toBe(before);
  });
});
