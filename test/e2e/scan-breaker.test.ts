/** A scan service that keeps failing is asked no more, through a real gateway: quick refusals, one probe, few retries (THREATS A1, A4). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BREAKER, type BreakerOptions } from '../../src/scan/breaker.ts';
import { createPrismaAirsService, type PrismaAirsService } from '../../src/scan/prisma-airs.ts';
import { chatChunk, type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import {
  allow,
  askedText,
  BLOCK_WORD,
  MISBEHAVIOURS,
  type StandInAirs,
  startStandInAirs,
  verdictOf,
} from '../support/stand-in-airs.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';

const NEVER: BreakerOptions = { ...BREAKER, failuresInRow: 1_000_000, callsMin: 1_000_000 };
const FORMS = [false, true] as const;

let airs: StandInAirs;
let upstream: RecordingUpstream;
let gateway: TestGateway;
/** What the breaker takes for the time. */
let nowMs = 0;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  airs = await startStandInAirs();
  upstream = await startRecordingUpstream();
});
afterAll(async () => {
  await airs.close();
  await upstream.close();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const start = async (
  onUnavailable: 'block' | 'allow' = 'block',
  breaker: BreakerOptions = BREAKER,
): Promise<void> => {
  nowMs = 1_000_000;
  const remote: PrismaAirsService = createPrismaAirsService({
    endpoint: new URL(airs.origin),
    timeoutMs: 10_000,
    answerBytesMax: 1_048_576,
    requestBytesMax: 2_000_000,
    holdbackChars: 64,
    trustPartial: false,
    once: false,
    now: () => nowMs,
    breaker,
  });
  gateway = await startTestGateway(upstream.url, { judge: remote, settings: { onUnavailable } });
  ends.push(
    () => gateway.close(),
    () => remote.close(),
  );
};

const post = (stream = false, content = 'hello'): Promise<Response> =>
  fetch(`${gateway.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content }] }),
  });
const statusOf = async (stream = false, content = 'hello'): Promise<number> => {
  const answer = await post(stream, content);
  await answer.arrayBuffer();
  return answer.status;
};
/** Statuses of exchanges one after the other, and how many scan requests they made. */
const askTimes = async (
  times: number,
  stream = false,
  content = 'hello',
): Promise<{ statuses: ReadonlySet<number>; scans: number }> => {
  const before = airs.calls.length;
  const statuses = new Set<number>();
  for (let turn = 0; turn < times; turn += 1) statuses.add(await statusOf(stream, content));
  return { statuses, scans: airs.calls.length - before };
};

describe.each(FORMS)('the breaker (stream: %s)', (stream) => {
  it('opens after five failures in a row; then nothing is asked, and nothing forwarded', async () => {
    await start();
    airs.answerWith(MISBEHAVIOURS['500']);
    const forwarded = upstream.requests.length;
    expect(await askTimes(5, stream)).toEqual({ statuses: new Set([503]), scans: 5 });
    expect(await askTimes(20, stream)).toEqual({ statuses: new Set([503]), scans: 0 });
    const answer = await post(stream);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('x-sallyport-scan')).toContain('prompt=unscanned;reason=unavailable');
    expect(upstream.requests.length).toBe(forwarded);
  });

  it('opens when half of twenty in ten seconds failed', async () => {
    await start();
    let turn = 0;
    // Every other one fails: never five in a row.
    airs.answerWith((call) => (turn++ % 2 === 0 ? verdictOf(call) : MISBEHAVIOURS['500'](call)));
    const seen = await askTimes(20, stream, BLOCK_WORD);
    expect(seen).toEqual({ statuses: new Set([403, 503]), scans: 20 });
    expect(await askTimes(5, stream, BLOCK_WORD)).toEqual({ statuses: new Set([503]), scans: 0 });
  });

  it('lets one probe through, and closes with its answer', async () => {
    await start();
    airs.answerWith(MISBEHAVIOURS['500']);
    await askTimes(5, stream);
    nowMs += BREAKER.probeMs;
    const asked = Promise.withResolvers<() => void>();
    airs.answerWith((call) =>
      asked.resolve(() => {
        airs.answerWith(verdictOf);
        call.response.writeHead(200, { 'content-type': 'application/json' });
        call.response.end(JSON.stringify(allow(call)));
      }),
    );
    const probing = statusOf(stream);
    const release = await asked.promise;
    expect(await askTimes(10, stream)).toEqual({ statuses: new Set([503]), scans: 0 });
    release();
    expect(await probing).toBe(200);
    const { statuses, scans } = await askTimes(3, stream);
    expect(statuses).toEqual(new Set([200]));
    expect(scans).toBeGreaterThanOrEqual(6);
  });

  it('waits anew where the probe fails', async () => {
    await start();
    airs.answerWith(MISBEHAVIOURS['500']);
    await askTimes(5, stream);
    nowMs += BREAKER.probeMs;
    expect(await askTimes(4, stream)).toEqual({ statuses: new Set([503]), scans: 1 });
  });

  it('open or not, a wrong key is never let through', async () => {
    await start('allow');
    airs.answerWith(MISBEHAVIOURS['500']);
    expect((await askTimes(8, stream)).statuses).toEqual(new Set([200]));
    nowMs += BREAKER.probeMs;
    const forwarded = upstream.requests.length;
    for (const name of ['401', '403', '400 about the profile'] as const) {
      airs.answerWith(MISBEHAVIOURS[name]);
      // Each is asked about: a breaker that opened here would let them through.
      expect(await askTimes(8, stream)).toEqual({ statuses: new Set([500]), scans: 8 });
    }
    expect(upstream.requests.length).toBe(forwarded);
  });
});

it('retries are a tenth of many calls at most', async () => {
  await start('block', NEVER);
  airs.answerWith(MISBEHAVIOURS['503']);
  const { statuses, scans } = await askTimes(300);
  expect(statuses).toEqual(new Set([503]));
  expect(scans).toBeLessThanOrEqual(330);
});

it.each(['500', '401', 'alert', 'reset after headers'] as const)(
  'a stream that has begun ends visibly broken where its scan fails: %s',
  async (fault) => {
    await start();
    airs.answerWith((call) =>
      askedText(call.body).includes('LATER') ? MISBEHAVIOURS[fault](call) : allow(call),
    );
    let goOn = (): void => undefined;
    upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${chatChunk('A sentence that has an end. '.repeat(20))}\n\n`.repeat(3));
      goOn = () => {
        const rest = [chatChunk('LATER. '), chatChunk('', 'stop'), '[DONE]'];
        response.end(rest.map((data) => `data: ${data}\n\n`).join(''));
      };
    });
    const answer = await post(true);
    let text = '';
    for await (const bytes of answer.body ?? []) {
      if (text === '') goOn();
      text += Buffer.from(bytes).toString();
    }
    expect(text).toContain('A sentence');
    expect(text).toContain('data: {"error":');
    expect(text).toContain('response=unscanned;reason=');
    expect(text).not.toMatch(/LATER|\[DONE\]|"stop"/);
  },
);
