/** A thousand clients that leave in every phase of an exchange leave nothing behind: no socket, no place, no memory (THREATS S11). */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ScanCall, ScanReply, ScanService } from '../../src/core/scan-service.ts';
import type { ExchangeLine } from '../../src/telemetry/exchange-line.ts';
import { judgedText } from '../support/fake-scan-service.ts';
import { type OpenSocket, openSocket } from '../support/open-socket.ts';
import { type RawUpstream, rawChunk, startRawUpstream } from '../support/raw-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BEGINNING, beginning, CHUNKED, typeOf } from '../support/upstream-fault.ts';

const ABORTS = 1000;
/** Heap is looked at after so many, when everything that is kept once is there, and at the end. */
const WARM = 300;
const AT_ONCE = 20;
/** Connections of answers that came whole before the client left; they may serve again for a while. */
const KEPT_MAX = 4;
/** An exchange that is kept by mistake holds its request, response and sockets: ten times as much. */
const BYTES_PER_ABORT_MAX = 3_000;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** What has happened, by name; whoever comes later waits. */
class Milestones {
  readonly #reached = new Map<string, PromiseWithResolvers<void>>();
  of(name: string): PromiseWithResolvers<void> {
    const known = this.#reached.get(name) ?? Promise.withResolvers<void>();
    this.#reached.set(name, known);
    return known;
  }
  forget(): void {
    this.#reached.clear();
  }
}
const milestones = new Milestones();
const markOf = (text: string): string => /MARK-\S+?-END/.exec(text)?.[0] ?? '';

/** Where a client leaves, and what must have happened before. */
const PHASES = [
  'half a head',
  'half a body',
  'prompt scanned',
  'upstream asked',
  'half an answer',
  'answer begun',
  'answer scanned',
] as const;
type Phase = (typeof PHASES)[number];

/** A scan that takes as long as the client stays, where the text says so. */
const service: ScanService = {
  name: 'embedded',
  requestBytesMax: 2_000_000,
  overlapChars: 256,
  clearable: false,
  revisionOf: () => 'r1',
  scan: (call) => judge(call),
};
const ALLOW: ScanReply = {
  outcome: 'answered',
  openFrom: 1_000_000,
  revision: 'r1',
  response: { action: 'allow', category: 'benign' },
};
const judge = (call: ScanCall): Promise<ScanReply> => {
  const text = judgedText(call);
  const phase = call.side === 'prompt' ? 'prompt scanned' : 'answer scanned';
  if (!text.includes(`HOLD ${phase}`)) return Promise.resolve(ALLOW);
  milestones.of(markOf(text)).resolve();
  return new Promise((resolve) =>
    call.signal?.addEventListener('abort', () => resolve(ALLOW), { once: true }),
  );
};

let upstream: RawUpstream;
let gateway: TestGateway;
const outcomes = new Map<string, number>();
let lines = 0;
let onLine = (): void => undefined;

beforeAll(async () => {
  upstream = await startRawUpstream();
  const log = {
    exchange(line: ExchangeLine) {
      outcomes.set(line.outcome, (outcomes.get(line.outcome) ?? 0) + 1);
      lines += 1;
      onLine();
    },
    fault: (event: string) => void outcomes.set(event, 1),
  };
  gateway = await startTestGateway(upstream.url, {
    judge: service,
    log,
    // A place or a byte that is not given back shows: further exchanges would be refused.
    limits: { exchanges: AT_ONCE, waiting: 0, inFlightBytes: 60_000 },
  });
  upstream.play((socket, request) => {
    const mark = markOf(request);
    const kind = request.includes('"stream":true') ? 'stream' : 'json';
    if (request.includes('upstream asked')) return milestones.of(mark).resolve();
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${typeOf(kind)}\r\n${CHUNKED}\r\n`);
    if (request.includes('half an answer')) {
      socket.write(rawChunk('{"choices":['), () => milestones.of(mark).resolve());
    } else if (request.includes('answer begun')) socket.write(rawChunk(beginning()));
    else socket.write(answerToHold(kind, mark));
  });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const answerToHold = (kind: 'json' | 'stream', mark: string): string | Buffer => {
  const content = `HOLD answer scanned ${mark} ${BEGINNING}`;
  if (kind === 'stream')
    return rawChunk(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
  const body = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content } }] });
  return `${rawChunk(body).toString()}0\r\n\r\n`;
};

const leave = ({ socket }: OpenSocket, at: number): void => {
  if (at % 2 === 0) socket.destroy();
  else socket.resetAndDestroy();
};

const abortAt = async (phase: Phase, stream: boolean, at: number): Promise<void> => {
  const mark = `MARK-${at}-END`;
  const content = `HOLD ${phase} ${mark}`;
  const body = JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content }] });
  const head =
    'POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n' +
    `Content-Length: ${body.length}\r\n\r\n`;
  const client = await openSocket(gateway.port);
  const sent = phase === 'half a head' ? head.slice(0, 60) : head + body;
  const text = phase === 'half a body' ? sent.slice(0, -20) : sent;
  await new Promise<void>((resolve) => client.socket.write(text, () => resolve()));
  if (phase === 'answer begun') await client.until((seen) => seen.includes(BEGINNING));
  else if (phase !== 'half a head' && phase !== 'half a body') await milestones.of(mark).promise;
  const gone = client.closed;
  leave(client, at);
  await gone;
};

/** Both forms of every phase; only a stream begins before its answer is whole. */
const CASES = PHASES.flatMap((phase) =>
  [false, true].filter((stream) => stream || phase !== 'answer begun').map((stream) => ({ phase, stream })),
);

const heapBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

const settled = (count: number): Promise<void> =>
  new Promise((resolve) => {
    onLine = () => {
      if (lines >= count) resolve();
    };
    onLine();
  });

const openConnections = (): Promise<number> =>
  new Promise((resolve, reject) =>
    gateway.gateway.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );

it('a thousand aborts leave no socket, no place and no memory', async () => {
  let expected = 0;
  let warmBytes = 0;
  for (let at = 0; at < ABORTS; at += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, (_, index) => {
      const { phase, stream } = CASES[(at + index) % CASES.length] ?? { phase: 'half a head', stream: false };
      if (phase !== 'half a head') expected += 1;
      return abortAt(phase, stream, at + index);
    });
    await Promise.all(batch);
    await settled(expected);
    await upstream.downTo(KEPT_MAX);
    milestones.forget();
    if (at + AT_ONCE === WARM) warmBytes = heapBytes();
  }
  await upstream.downTo(0);
  expect(gateway.gateway.openExchanges).toBe(0);
  await expect.poll(openConnections, { timeout: 10_000 }).toBe(0);
  expect(Object.fromEntries(outcomes)).toEqual({ client_abort: expected });
  expect((heapBytes() - warmBytes) / (ABORTS - WARM)).toBeLessThan(BYTES_PER_ABORT_MAX);
}, 60_000);
