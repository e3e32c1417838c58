/** A scan service that is down, slow, wrong or lying, on either side, in JSON and streams: it never reads as an allow (THREATS A). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withFallback } from '../../src/scan/fallback.ts';
import { createPrismaAirsService, type PrismaAirsService } from '../../src/scan/prisma-airs.ts';
import {
  chatAnswer,
  chatStream,
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
} from '../support/recording-upstream.ts';
import {
  type AirsCall,
  allow,
  MISBEHAVIOURS,
  type Misbehaviour,
  type StandInAirs,
  startStandInAirs,
} from '../support/stand-in-airs.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BLOCKED_WORD, createWordScanService } from '../support/word-scan-service.ts';

type Fate = 'unavailable' | 'invalid' | 'misconfigured';
type OnUnavailable = 'block' | 'allow' | 'embedded';
const POLICIES: readonly OnUnavailable[] = ['block', 'allow', 'embedded'];
const SIDES = ['prompt', 'response'] as const;

/** What each fault means (DESIGN §6, §14); any that is not named here is a wrong answer. */
const UNAVAILABLE: ReadonlySet<Misbehaviour> = new Set<Misbehaviour>([
  ...(['hang', 'hang after headers', 'slow drip', 'reset before headers', 'reset after headers'] as const),
  ...(['half a body', 'half a chunked body', 'not HTTP', '500', '503', '504'] as const),
  ...(['429', '429 at the root', '429 nested', '429 with header'] as const),
  ...(['detectors out of time', 'detectors failed', 'detector errors without flag'] as const),
]);
const MISCONFIGURED: ReadonlySet<Misbehaviour> = new Set<Misbehaviour>([
  ...(['400 about the profile', '400 without default profile', '401', '403', 'hang in an error'] as const),
]);
const fateOf = (name: Misbehaviour): Fate =>
  UNAVAILABLE.has(name) ? 'unavailable' : MISCONFIGURED.has(name) ? 'misconfigured' : 'invalid';
const STATUS: Readonly<Record<Fate, number>> = { unavailable: 503, invalid: 502, misconfigured: 500 };

let airs: StandInAirs;
let upstream: RecordingUpstream;
const services: PrismaAirsService[] = [];
const gateways = new Map<OnUnavailable, TestGateway>();

beforeAll(async () => {
  airs = await startStandInAirs();
  upstream = await startRecordingUpstream();
  for (const onUnavailable of POLICIES) {
    const remote = createPrismaAirsService({
      endpoint: new URL(airs.origin),
      timeoutMs: 1000,
      answerBytesMax: 1_048_576,
      requestBytesMax: 2_000_000,
      holdbackChars: 64,
      trustPartial: false,
      once: false,
      now: () => performance.now(),
      // Opening is another test's; here each call meets the fault itself.
      breaker: { failuresInRow: 1_000_000, callsMin: 1_000_000, windowMs: 10_000, probeMs: 5000 },
    });
    services.push(remote);
    const judge = onUnavailable === 'embedded' ? withFallback(remote, createWordScanService()) : remote;
    gateways.set(onUnavailable, await startTestGateway(upstream.url, { judge, settings: { onUnavailable } }));
  }
});
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close();
  await Promise.all(services.map((service) => service.close()));
  await airs.close();
  await upstream.close();
});

interface Seen {
  readonly status: number;
  readonly text: string;
  readonly scan: string;
  readonly retryAfter: string | null;
}
const ask = async (onUnavailable: OnUnavailable, stream: boolean, content: string): Promise<Seen> => {
  const answer = await fetch(`${gateways.get(onUnavailable)?.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content }] }),
  });
  return {
    status: answer.status,
    text: await answer.text(),
    scan: answer.headers.get('x-sallyport-scan') ?? '',
    retryAfter: answer.headers.get('retry-after'),
  };
};

const sideOf = ({ body }: AirsCall): (typeof SIDES)[number] =>
  body.contents.at(-1)?.response === undefined ? 'prompt' : 'response';

/** The upstream says this word, which only the fallback knows. */
const answers = (text: string): void =>
  upstream.respond((request, response, socket) => {
    const stream = JSON.parse(request.body.toString()).stream === true;
    (stream ? streamAnswer(chatStream([text])) : chatAnswer(text))(request, response, socket);
  });

const NAMES = Object.keys(MISBEHAVIOURS) as readonly Misbehaviour[];

describe.each(SIDES)('on the side of the %s', (side) => {
  it.each(NAMES)('%s', async (name) => {
    const fate = fateOf(name);
    airs.answerWith((call) => (sideOf(call) === side ? MISBEHAVIOURS[name](call) : allow(call)));
    answers('Fine.');
    const before = upstream.requests.length;
    const asked = POLICIES.flatMap((policy) => [false, true].map((stream) => [policy, stream] as const));
    const seen = await Promise.all(asked.map(([policy, stream]) => ask(policy, stream, 'hello')));
    let passed = 0;
    for (const [at, [policy, stream]] of asked.entries()) {
      const { status, text, scan, retryAfter } = seen[at] ?? {
        status: 0,
        text: '',
        scan: '',
        retryAfter: '',
      };
      const stops = fate !== 'unavailable' || policy === 'block';
      expect({ policy, stream, status }).toEqual({ policy, stream, status: stops ? STATUS[fate] : 200 });
      if (stops) {
        expect(text).not.toContain('Fine');
        expect(scan).toContain(`${side}=unscanned;reason=`);
        expect(retryAfter === null).toBe(fate !== 'unavailable');
        continue;
      }
      passed += 1;
      expect(text).toContain('Fine.');
      // A stream tells its answer's result in a comment: the header went before.
      const told = stream && side === 'response' ? text : scan;
      expect(told).toContain(`${side}=${policy === 'allow' ? 'unscanned;reason=' : 'scanned'}`);
    }
    // A prompt without a verdict never reached the upstream.
    expect(upstream.requests.length - before).toBe(side === 'prompt' ? passed : asked.length);
  });
});

describe('onUnavailable: embedded', () => {
  it.each([false, true])('blocks what the engine knows (stream: %s)', async (stream) => {
    airs.answerWith(MISBEHAVIOURS['500']);
    answers('Fine.');
    const before = upstream.requests.length;
    expect((await ask('embedded', stream, `a ${BLOCKED_WORD} word`)).status).toBe(403);
    expect(upstream.requests.length).toBe(before);
    answers(`a ${BLOCKED_WORD} word`);
    const answer = await ask('embedded', stream, 'hello');
    expect(answer.text).not.toContain(BLOCKED_WORD);
    expect(answer.status).toBe(403);
  });
});

it.each([false, true])('an allow of a malicious text is an allow (stream: %s)', async (stream) => {
  airs.answerWith((call) => ({ ...allow(call), category: 'malicious', prompt_detected: { agent: true } }));
  answers('Fine.');
  const { status, text } = await ask('block', stream, 'hello');
  expect(status).toBe(200);
  expect(text).toContain('Fine.');
});
