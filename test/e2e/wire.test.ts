/** Every odd request on the wire: what is refused never reaches the upstream, what is legal reaches it unchanged. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../support/raw-http.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { chatBody, LEGAL, REFUSED } from '../support/wire-requests.ts';

let upstream: RecordingUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

it('are several hundred', () => {
  const names = [...REFUSED, ...LEGAL].map(({ name }) => name);
  const repeated = names.filter((name, at) => names.indexOf(name) !== at);
  expect(repeated).toEqual([]);
  expect(names.length).toBeGreaterThan(300);
});

describe('refused, and nothing of it reaches the upstream', () => {
  it.each(REFUSED)('$name', async ({ wire, statuses }) => {
    const before = upstream.requests.length;
    const answer = await sendRaw(gateway.port, Buffer.from(wire('hello'), 'latin1'));
    const status = answer.raw === '' ? 0 : answer.status;
    expect(statuses).toContain(status);
    expect(upstream.requests.length).toBe(before);
    if (status === 0) return;
    expect(answer.headers['x-sallyport-tr-id']).toMatch(/^sp_[0-9a-f]{32}$/);
    expect(answer.raw.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(answer.raw).not.toContain(upstream.url.host);
  });
});

describe('legal, and reaches the upstream byte for byte', () => {
  it.each(LEGAL)('$name', async ({ wire }) => {
    const before = upstream.requests.length;
    const answer = await sendRaw(gateway.port, Buffer.from(wire('hello'), 'latin1'));
    expect(answer.status).toBe(200);
    expect(upstream.requests.length).toBe(before + 1);
    const sent = upstream.requests.at(-1);
    expect(sent?.body.toString()).toBe(chatBody('hello'));
    expect(sent?.headers['content-length']).toBe(String(chatBody('hello').length));
    expect(sent?.headers['transfer-encoding']).toBeUndefined();
    expect(sent?.headers.host).toBe(upstream.url.host);
  });

  it.each(LEGAL)('and is judged: $name', async ({ wire }) => {
    const before = upstream.requests.length;
    const text = 'FORBIDDEN';
    // Of the same length, for the case that writes its own.
    const bytes = wire(text).replace(`000${chatBody('hello').length}`, `000${chatBody(text).length}`);
    expect((await sendRaw(gateway.port, Buffer.from(bytes, 'latin1'))).status).toBe(403);
    expect(upstream.requests.length).toBe(before);
  });
});
