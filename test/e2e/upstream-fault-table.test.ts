/** Every fault of an upstream, for JSON, for a stream and for one that has begun: told clearly, never a clean end (THREATS S10 to S13). */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHeldRecords, type HeldRecords } from '../support/held-records.ts';
import { openSocket } from '../support/open-socket.ts';
import { type RawUpstream, rawAnswer, rawChunk, startRawUpstream } from '../support/raw-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { startUnreachable, type Unreachable } from '../support/unreachable-upstreams.ts';
import {
  BEGINNING,
  beginning,
  FAULT_KINDS,
  type FaultKind,
  goodRest,
  typeOf,
  type UpstreamFault,
} from '../support/upstream-fault.ts';
import { BODY_FAULTS } from '../support/upstream-faults-body.ts';
import { HEAD_FAULTS } from '../support/upstream-faults-head.ts';

const PATH = `inner-${randomBytes(6).toString('hex')}`;
const QUERY = randomBytes(6).toString('hex');
const KEY = `key-${randomBytes(12).toString('hex')}`;

let upstream: RawUpstream;
let unreachable: Unreachable;
let records: HeldRecords;
let patient: TestGateway;
/** Gives up soon. */
let hasty: TestGateway;
let secrets: readonly string[];

beforeAll(async () => {
  upstream = await startRawUpstream(`/${PATH}/?code=${QUERY}`);
  unreachable = await startUnreachable();
  records = createHeldRecords();
  secrets = [`127.0.0.1:${upstream.port}`, `/${PATH}/v1`, QUERY, KEY, PATH, '127.0.0.1', '.invalid'];
  const options = {
    upstreams: [{ name: 'main', mount: '/', url: upstream.url, apiKey: KEY }, ...unreachable.upstreams],
    records: { store: records, content: 'none' },
  } as const;
  patient = await startTestGateway(upstream.url, { ...options, timeouts: { drainMs: 500 } });
  hasty = await startTestGateway(upstream.url, {
    ...options,
    timeouts: { connectMs: 300, headersMs: 300, idleMs: 300, drainMs: 500 },
  });
});
afterAll(async () => {
  await patient.close();
  await hasty.close();
  await unreachable.close();
  await upstream.downTo(0);
  await upstream.close();
});

const requestOf = (kind: FaultKind, mount = ''): string => {
  const body = JSON.stringify({
    model: 'm',
    stream: kind !== 'json',
    messages: [{ role: 'user', content: 'hello' }],
  });
  return (
    `POST ${mount}/v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n` +
    `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
};

interface Seen {
  readonly status: number;
  readonly trId: string;
  /** All that came, head and framing too. */
  readonly text: string;
  readonly body: string;
}
const exchange = async (gateway: TestGateway, request: string, onBegun?: () => void): Promise<Seen> => {
  const client = await openSocket(gateway.port);
  client.socket.write(request);
  if (onBegun) client.until((text) => text.includes(BEGINNING)).then(onBegun, () => undefined);
  const text = await client.closed;
  const split = text.indexOf('\r\n\r\n');
  const trId = /\r\nx-sallyport-tr-id: (\S+)/i.exec(text.slice(0, split))?.[1] ?? '';
  return { status: Number(text.split(' ')[1]), trId, text, body: text.slice(split + 4) };
};

const play = (fault: UpstreamFault, kind: FaultKind, begun: PromiseWithResolvers<void>): void => {
  upstream.play((socket) => {
    let isChunked = false;
    const body = (bytes: string | Buffer): Buffer => (isChunked ? rawChunk(bytes) : Buffer.from(bytes));
    const open = async (fields: string): Promise<void> => {
      isChunked = fields.includes('chunked');
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${typeOf(kind)}\r\n${fields}\r\n`);
      if (kind !== 'begun') return;
      socket.write(body(beginning()));
      await begun.promise;
    };
    void fault.play?.({ socket, kind, secrets, open, body });
  });
};

/** The log line and the records of an exchange that failed. */
const expectClosed = async (gateway: TestGateway, { trId }: Seen, at: number): Promise<void> => {
  const line = await gateway.line(at);
  expect(line).toMatchObject({ tr_id: trId, outcome: 'failed' });
  for (const secret of secrets) expect(JSON.stringify(line)).not.toContain(secret);
  const kept = records.entries.filter((entry) => entry.trId === trId);
  expect(kept.map((entry) => [entry.kind, entry.outcome])).toEqual([
    ['prompt', 'ok'],
    ['response', 'failed'],
  ]);
  expect(gateway.gateway.openExchanges).toBe(0);
};

const expectServing = async (gateway: TestGateway, kind: FaultKind): Promise<void> => {
  upstream.play((socket) => void socket.write(rawAnswer(typeOf(kind), goodRest(kind))));
  const { status, text } = await exchange(gateway, requestOf(kind));
  expect(status).toBe(200);
  expect(text).toContain(kind === 'json' ? goodRest(kind) : 'data: [DONE]');
  // One kept connection of each gateway: those of the faults are closed.
  await upstream.downTo(2);
};

const runFault = async (fault: UpstreamFault, kind: FaultKind): Promise<void> => {
  const gateway = fault.late ? hasty : patient;
  const begun = Promise.withResolvers<void>();
  play(fault, kind, begun);
  const at = gateway.lines().length;
  const seen = await exchange(
    gateway,
    requestOf(kind, fault.mount),
    kind === 'begun' ? begun.resolve : undefined,
  );
  for (const secret of secrets) expect(seen.text).not.toContain(secret);
  expect(seen.trId).toMatch(/^sp_/);
  expect(seen.text).not.toContain('[DONE]');
  expect(seen.text).not.toContain('"stop"');
  if (kind === 'begun') {
    expect(seen.status).toBe(200);
    expect(seen.text).toContain('data: {"error":');
  } else {
    expect(seen.status).toBe(fault.status);
    expect(JSON.parse(seen.body).error.message).toContain(`Reference: ${seen.trId}`);
  }
  await expectClosed(gateway, seen, at);
  await expectServing(gateway, kind);
};

describe.each(FAULT_KINDS)('a fault: %s', (kind) => {
  const faults = [...HEAD_FAULTS, ...BODY_FAULTS].filter(({ kinds }) =>
    (kinds ?? FAULT_KINDS).includes(kind),
  );
  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', (_name, fault) => runFault(fault, kind));
});

it('has a table of many faults, each once', () => {
  const names = [...HEAD_FAULTS, ...BODY_FAULTS].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(80);
});
