/** One suite over every scan service: the engine in this process, a remote one, and another Sallyport as the remote one. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanCall, ScanReply, ScanService } from '../../src/core/scan-service.ts';
import type { ScanContent } from '../../src/core/scan-wire.ts';
import { compile } from '../../src/engine/compile.ts';
import { createEmbeddedService } from '../../src/scan/embedded.ts';
import { createPrismaAirsService } from '../../src/scan/prisma-airs.ts';
import { sourceOf } from '../support/fake-policy.ts';
import { BLOCK_WORD, refuse, startStandInAirs, verdictOf } from '../support/stand-in-airs.ts';
import { startTestScanApi } from '../support/test-scan-api.ts';
import { makeProfile, makeScanner, STILL } from '../unit/engine/profile.ts';

interface Opened {
  readonly service: ScanService;
  close(): Promise<void>;
}
type OpenService = () => Promise<Opened>;

const HOLDBACK_CHARS = 64;
const PROFILE = makeProfile({
  scanners: [
    makeScanner({ name: 'word', words: [BLOCK_WORD] }),
    makeScanner({ name: 'six digits', type: 'regex', pattern: '\\b[0-9]{6}\\b', action: 'mask' }),
  ],
});

const embedded = (): ScanService =>
  createEmbeddedService({
    policies: sourceOf(compile(PROFILE, STILL, { holdbackChars: HOLDBACK_CHARS })),
    newUuid: randomUUID,
    unixMs: () => Date.now(),
  });

const remote = (origin: string, key?: string) =>
  createPrismaAirsService({
    endpoint: new URL(origin),
    timeoutMs: 20_000,
    answerBytesMax: 8_388_608,
    requestBytesMax: 1_000_000,
    holdbackChars: HOLDBACK_CHARS,
    trustPartial: false,
    once: false,
    now: () => performance.now(),
    ...(key === undefined ? {} : { key }),
  });

/** The stand-in answers as the engine does here, but for a profile that it does not know. */
const openStandIn: OpenService = async () => {
  const unknown = refuse(400, { error: { message: 'AI profile not found' } });
  const airs = await startStandInAirs((call) =>
    call.body.ai_profile?.profile_name === 'default' ? verdictOf(call) : unknown(call),
  );
  const service = remote(airs.origin);
  const close = async (): Promise<void> => {
    await service.close();
    await airs.close();
  };
  return { service, close };
};

const openSallyport: OpenService = async () => {
  const api = await startTestScanApi({
    policies: [compile(PROFILE, STILL, { holdbackChars: HOLDBACK_CHARS })],
    payloadHash: 'strict',
  });
  const service = remote(api.origin, api.key);
  const close = async (): Promise<void> => {
    await service.close();
    await api.close();
  };
  return { service, close };
};

const SERVICES: Readonly<Record<string, OpenService>> = {
  embedded: async () => ({ service: embedded(), close: async () => undefined }),
  'prisma-airs': openStandIn,
  'prisma-airs against another Sallyport': openSallyport,
};

const callOf = (contents: readonly ScanContent[], more: Partial<ScanCall> = {}): ScanCall => {
  const id = randomUUID();
  return {
    side: contents.at(-1)?.response ? 'response' : 'prompt',
    partial: false,
    request: {
      tr_id: id,
      transaction_id: id,
      ai_profile: { profile_name: 'default' },
      contents: [...contents],
    },
    ...more,
  };
};

function answered(reply: ScanReply): Extract<ScanReply, { outcome: 'answered' }> {
  if (reply.outcome === 'failed') throw new TypeError(`failed: ${reply.note}`);
  return reply;
}

describe.each(Object.entries(SERVICES))('%s', (_name, open) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());
  const scan = (contents: readonly ScanContent[], more?: Partial<ScanCall>): Promise<ScanReply> =>
    opened.service.scan(callOf(contents, more));
  const actionOf = async (...contents: readonly ScanContent[]): Promise<string> =>
    answered(await scan(contents)).response.action;

  it('says how much it takes at once and how far it looks back', () => {
    const { requestBytesMax, overlapChars, revisionOf } = opened.service;
    expect(requestBytesMax).toBeGreaterThan(65_536);
    expect(overlapChars).toBeGreaterThanOrEqual(HOLDBACK_CHARS);
    expect(revisionOf('default')).toMatch(/./);
  });

  it('allows what is harmless, under the ids of the call', async () => {
    const call = callOf([{ prompt: 'What is the capital of France?' }]);
    const { response, openFrom } = answered(await opened.service.scan(call));
    expect(response).toMatchObject({ action: 'allow', category: 'benign', timeout: false, error: false });
    expect(response.transaction_id).toBe(call.request.transaction_id);
    expect(response.scan_id).toMatch(/^[0-9a-f]{8}-/);
    expect(openFrom).toBe('What is the capital of France?'.length);
  });

  it.each<[string, ScanContent]>([
    ['a prompt', { prompt: `say ${BLOCK_WORD} now` }],
    ['a response', { response: `say ${BLOCK_WORD} now` }],
    ['a tool result', { tool_event: { metadata: { tool_invoked: 'look' }, output: `say ${BLOCK_WORD}` } }],
    ['tool arguments', { tool_event: { metadata: { tool_invoked: 'look' }, input: `say ${BLOCK_WORD}` } }],
  ])('blocks %s', async (_side, content) => {
    expect(await actionOf(content)).toBe('block');
  });

  it('judges a response by itself, with its prompt as context', async () => {
    expect(await actionOf({ prompt: 'a harmless question' }, { response: `say ${BLOCK_WORD}` })).toBe(
      'block',
    );
    expect(await actionOf({ prompt: 'a harmless question' }, { response: 'an answer' })).toBe('allow');
  });

  it.each<['prompt' | 'response']>([['prompt'], ['response']])(
    'masks a %s character for character',
    async (side) => {
      const text = '😀 code 123456, call e\u0301ve';
      const { response } = answered(await scan([{ [side]: text }]));
      expect(response.action).toBe('allow');
      const masked = side === 'prompt' ? response.prompt_masked_data : response.response_masked_data;
      expect(masked?.data).toBe('😀 code XXXXXX, call e\u0301ve');
    },
  );

  it('judges a text larger than one request, to its end', async () => {
    const filler = 'All is well here. '.repeat(100_000);
    expect(await actionOf({ prompt: `${filler}${BLOCK_WORD}` })).toBe('block');
    expect(await actionOf({ prompt: filler })).toBe('allow');
  });

  it('judges what must come back byte for byte', async () => {
    const reply = await scan([{ response: 'fine' }], { opaque: `c2ln ${BLOCK_WORD}` });
    expect(answered(reply).response.action).toBe('block');
  });

  it('keeps the end of a growing text open', async () => {
    const text = `${'A sentence that is done. '.repeat(40)}say ${BLOCK_WORD.slice(0, 4)}`;
    const { response, openFrom } = answered(await scan([{ response: text }], { partial: true }));
    expect(response.action).toBe('allow');
    expect(openFrom).toBeGreaterThan(0);
    expect(openFrom).toBeLessThanOrEqual(text.length - 4);
  });

  it('tells an unknown profile as misconfigured, which never lets anything through', async () => {
    const call = callOf([{ prompt: 'hello' }]);
    const unknown = { ...call, request: { ...call.request, ai_profile: { profile_name: 'nobody' } } };
    const reply = await opened.service.scan(unknown);
    expect(reply).toMatchObject({
      outcome: 'failed',
      failure: 'misconfigured',
      reason: 'misconfigured',
    });
  });

  it('gives up when the client has left', async () => {
    const reply = await scan([{ prompt: 'hello' }], { signal: AbortSignal.abort() });
    expect(reply).toMatchObject({ outcome: 'failed', failure: 'invalid' });
  });

  it('answers each of many calls at once with its own verdict', async () => {
    const calls = Array.from({ length: 60 }, (_, i) =>
      callOf([{ prompt: i % 3 === 0 ? `${i} ${BLOCK_WORD}` : `${i} is fine` }]),
    );
    const replies = await Promise.all(calls.map((call) => opened.service.scan(call)));
    for (const [i, reply] of replies.entries()) {
      const { response } = answered(reply);
      expect(response.action).toBe(i % 3 === 0 ? 'block' : 'allow');
      expect(response.transaction_id).toBe(calls[i]?.request.transaction_id);
    }
  });
});
