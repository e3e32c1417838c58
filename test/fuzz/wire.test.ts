/** Requests with bytes changed at random: nothing forbidden reaches the upstream, whatever the parser makes of them. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket } from '../support/open-socket.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { CHAT, LEGAL, REFUSED, type WireCase } from '../support/wire-requests.ts';
import { BLOCKED_WORD } from '../support/word-scan-service.ts';

const RUNS = 60;
/** Connections of one run, side by side: some wait for more bytes until their deadline. */
const CONNECTIONS = 12;
/** Bytes that mean something to some parser of HTTP, JSON or UTF-8. */
const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  '\u000b',
  ':',
  ',',
  ';',
  '/',
  '\\',
  '%',
  '#',
  '?',
  '.',
  '"',
  '{',
  '}',
  '[',
  ']',
  '0\r\n\r\n',
  '\r\n\r\n',
  '5\r\n',
  'chunked',
  'Content-Length: 0\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Connection: content-type\r\n',
  'Content-Encoding: gzip\r\n',
  'Content-Type: text/plain\r\n',
  'Expect: 100-continue\r\n',
  'Upgrade: h2c\r\n',
  'HTTP/1.0',
  'HTTP/1.1',
  'GET ',
  `POST ${CHAT} HTTP/1.1\r\n`,
  '\u00ff',
  '\u00c3',
  '\u00ef\u00bb\u00bf',
  '\\u0000',
  '\\ud800',
  '"x":1,',
];
/** Half of them legal: a change to a request that is refused anyway shows little. */
const CASES: readonly WireCase[] = [...Array<readonly WireCase[]>(8).fill(LEGAL).flat(), ...REFUSED];

interface Change {
  readonly at: number;
  readonly removed: number;
  readonly token: string;
}
const change = fc.record({
  at: fc.noBias(fc.integer({ min: 0, max: 9_999 })),
  removed: fc.integer({ min: 0, max: 4 }),
  token: fc.constantFrom('', ...TOKENS),
});
const apply = (wire: string, { at, removed, token }: Change): string => {
  const from = Math.floor((at / 10_000) * wire.length);
  return wire.slice(0, from) + token + wire.slice(from + removed);
};

let upstream: RecordingUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url, {
    timeouts: { requestBodyMs: 100, requestHeadersMs: 100, keepAliveMs: 100 },
  });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const send = async (bytes: string): Promise<string> => {
  const client = await openSocket(gateway.port);
  client.socket.on('error', () => undefined);
  client.socket.write(Buffer.from(bytes, 'latin1'));
  return client.closed;
};

describe('changed requests', () => {
  it('carry nothing forbidden past the gateway, alone and one behind the other', async () => {
    const one = fc.tuple(fc.noBias(fc.nat(CASES.length - 1)), fc.array(change, { maxLength: 2 }));
    const connection = fc.array(one, { minLength: 1, maxLength: 3 });
    const run = fc.array(connection, { minLength: CONNECTIONS, maxLength: CONNECTIONS });
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(run, async (connections) => {
        const before = upstream.requests.length;
        const answers = await Promise.all(
          connections.map((parts) =>
            send(
              parts
                .map(([index, changes]) => changes.reduce(apply, CASES[index]?.wire(BLOCKED_WORD) ?? ''))
                .join(''),
            ),
          ),
        );
        answered += answers.filter((answer) => answer.startsWith('HTTP/1.1 ')).length;
        for (const request of upstream.requests.slice(before)) {
          const seen = `${request.target} ${request.body.toString('latin1')}`;
          expect(seen).not.toContain(BLOCKED_WORD);
          expect(request.target.split('?')[0]).toBe(request.method === 'GET' ? '/v1/models' : CHAT);
          expect(request.headers['transfer-encoding']).toBeUndefined();
          // What goes on is one whole JSON document, as long as it says.
          if (request.method === 'POST') {
            expect(request.headers['content-length']).toBe(String(request.body.length));
            expect(() => JSON.parse(request.body.toString())).not.toThrow();
          }
        }
      }),
      { numRuns: RUNS },
    );
    expect(answered).toBeGreaterThan((RUNS * CONNECTIONS) / 2);
    expect((await send(LEGAL[0]?.wire('hello') ?? '')).slice(0, 12)).toBe('HTTP/1.1 200');
  }, 120_000);
});
