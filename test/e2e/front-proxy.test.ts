/** The wire cases through a real nginx and a real haproxy: two parsers in a row give no way around the scan. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FrontProxy, isInstalled, startFrontProxy } from '../support/front-proxy.ts';
import { sendRaw } from '../support/raw-http.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { CHAT, chatBody, LEGAL, REFUSED, type WireCase } from '../support/wire-requests.ts';

/** A proxy may refuse what we take; what it passes on must be what was sent. */
const CLEAN = 'hello';
const FORBIDDEN = 'FORBIDDEN';
/** These wait for more bytes than come: they end by a time-out of the proxy, which tells nothing. */
const ENDLESS = /Content-Length: "|a length of 20|overflows|17 digits|longer than|bare CR in the target/;
/** Hop-by-hop for them or dropped by them, so that it is another request that we see. */
const PLAIN = [
  'a plain request',
  'chunks',
  'a chunk a byte',
  'a query with escapes',
  'Content-Type: Application/JSON',
];

describe.each(['nginx', 'haproxy'] as const)('behind %s', (name) => {
  const has = isInstalled(name);
  it.skipIf(has)(`is not tried: ${name} is not installed`, () => undefined);

  describe.skipIf(!has)('as it is installed', () => {
    let upstream: RecordingUpstream;
    let gateway: TestGateway;
    let front: FrontProxy;
    beforeAll(async () => {
      upstream = await startRecordingUpstream();
      gateway = await startTestGateway(upstream.url, {
        timeouts: { requestBodyMs: 500, requestHeadersMs: 500 },
      });
      front = await startFrontProxy(name, gateway.port);
    });
    afterAll(async () => {
      await front.close();
      await gateway.close();
      await upstream.close();
    });

    const send = ({ wire }: WireCase, text: string) => sendRaw(front.port, Buffer.from(wire(text), 'latin1'));
    const seen = (): string =>
      upstream.requests
        .map((request) => `${request.target} ${request.rawHeaders} ${request.body}`)
        .join('\n');

    it.each(REFUSED.filter((one) => !ENDLESS.test(one.name)))(
      'nothing forbidden reaches the upstream by $name',
      async (one) => {
        await send(one, FORBIDDEN);
        expect(seen()).not.toContain(FORBIDDEN);
      },
    );

    it.each(LEGAL)('a legal request passes as it is or not at all: $name', async (one) => {
      const before = upstream.requests.length;
      const answer = await send(one, CLEAN);
      const came = upstream.requests.slice(before);
      expect(came.length).toBe(answer.status === 200 ? 1 : 0);
      if (PLAIN.includes(one.name)) expect(answer.status).toBe(200);
      for (const request of came) {
        expect(request.body.toString()).toBe(chatBody(CLEAN));
        expect(request.target.split('?')[0]).toBe(CHAT);
      }
    });

    it('a request hidden in the body of another is no request', async () => {
      const inner = `POST ${CHAT} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n`;
      const outer = [
        'Content-Length: 4',
        'Transfer-Encoding: chunked',
        'Transfer-Encoding: x',
        'Connection: close',
      ];
      for (const field of outer) {
        const hidden = `${inner}${chatBody(FORBIDDEN)}`;
        await sendRaw(
          front.port,
          `POST ${CHAT} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n${field}\r\n\r\n0\r\n\r\n${hidden}`,
        );
        expect(seen()).not.toContain(FORBIDDEN);
      }
    });
  });
});
