/** The stream guard with the real engine: any chunking of an answer is judged and masked as the answer at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileSnapshot } from '../../src/core/policy.ts';
import type { ScanReply, ScanService } from '../../src/core/scan-service.ts';
import { compile } from '../../src/engine/compile.ts';
import { createEmbeddedService } from '../../src/scan/embedded.ts';
import { judgedText } from '../support/fake-scan-service.ts';
import { DONE, plainEvent, runGuard, textOf } from '../support/guard-run.ts';
import { DEFAULT_PROFILE, profileWith } from '../support/profiles.ts';

const serviceOf = (profile: ProfileSnapshot): ScanService => {
  const policy = compile(profile, { now: () => 0 });
  return createEmbeddedService({
    policies: { byName: () => policy, byId: () => policy },
    newUuid: () => 'id',
    unixMs: () => 0,
  });
};

const { response } = DEFAULT_PROFILE.actions;

const service = serviceOf(
  profileWith({
    actions: {
      ...DEFAULT_PROFILE.actions,
      response: { ...response, dlp: { secrets: 'mask', personal: 'mask' } },
    },
    scanners: [
      {
        name: 'codename',
        type: 'keyword',
        words: ['blue heron', 'zwölf'],
        side: 'both',
        action: 'block',
        tags: [],
      },
      { name: 'ticket', type: 'regex', pattern: 'TICKET-[0-9]{4,8}', side: 'both', action: 'mask', tags: [] },
    ],
  }),
);

const whole = async (text: string): Promise<{ blocked: boolean; text: string }> => {
  const reply: ScanReply = await service.scan({
    side: 'response',
    partial: false,
    request: { ai_profile: { profile_name: 'default' }, contents: [{ response: text }] },
  });
  if (reply.outcome !== 'answered') throw new Error('the engine failed');
  return {
    blocked: reply.response.action === 'block',
    text: reply.response.response_masked_data?.data ?? text,
  };
};

const words = fc
  .array(
    fc.constantFrom(
      'the',
      'answer',
      'is',
      'a',
      'number.',
      'Please',
      'note',
      'that',
      '12',
      'see',
      'größer',
      '你好',
      '🙂',
      'ok.\n',
    ),
    { maxLength: 120 },
  )
  .map((list) => list.join(' '));
const planted = fc.constantFrom(
  '4111 1111 1111 1111',
  '4111-1111-1111-1111',
  '4111111111111112',
  '536-22-8726',
  'DE89 3704 0044 0532 0130 00',
  'ana.silva@example-shop.com',
  'call me at +1 415 555 2671',
  'TICKET-123456',
  'ticket-1234',
  'TICKET-12',
  '1234 5678 9012 3456 7890',
  'https://docs.example.org/a?b=c',
  '192.0.2.44',
  'server ip: 81.2.69.142',
);
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
const token = (length: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: length, maxLength: length });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** Made at run time: nothing here may look like a live key. */
const secret = fc.oneof(
  token(36).map((tail) => `ghp_${tail}`),
  token(16).map((tail) => `AKIA${tail.toUpperCase().replaceAll(/[0189]/g, 'Z')}`),
  token(40).map((tail) => `password = "${tail}"`),
  token(24).map((tail) => `api_key: ${tail}`),
  token(20).map((tail) => `${base64('{"alg":"HS256"}')}.${base64(`{"sub":"${tail}"}`)}.${tail}${tail}`),
  token(200).map((body) =>
    ['-----BEGIN RSA PRIVATE KEY-----', body, '-----END RSA PRIVATE KEY-----'].join('\n'),
  ),
  token(60).map((body) => `-----BEGIN PRIVATE KEY-----\n${body}`),
  token(80),
  fc.constantFrom('the answer', '4111 1111 1111 1111', 'nothing to see here').map(base64),
  fc.constantFrom(
    '4111&#32;1111&#x20;1111 1111',
    '4111%201111%201111%201111',
    '41\u200b11 1111 1111 1111',
    '\\u0034111111111111111',
  ),
);
const forbidden = fc.constantFrom('blue heron', 'Blue  Heron', 'ZWÖLF', 'blue heronry', 'b​lue heron');
const answer = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: words },
      { weight: 5, arbitrary: planted },
      { weight: 4, arbitrary: secret },
      { weight: 1, arbitrary: forbidden },
    ),
    { maxLength: 12 },
  )
  .map((list) => list.join(' '));
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });

const cut = (text: string, cuts: readonly number[]): string[] => {
  const points = [...text];
  const chunks: string[] = [];
  for (let at = 0, index = 0; at < points.length; index += 1) {
    const size = cuts[index % cuts.length] ?? 1;
    chunks.push(points.slice(at, at + size).join(''));
    at += size;
  }
  return chunks;
};

describe('stream guard with the engine', () => {
  it('lets out what the whole answer allows, masked as the whole answer is masked', async () => {
    await fc.assert(
      fc.asyncProperty(
        answer,
        sizes,
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 300 }),
        async (text, cuts, lag, stepMs) => {
          const expected = await whole(text);
          const run = await runGuard(
            service,
            [...cut(text, cuts).map((chunk) => plainEvent({ t: chunk })), DONE],
            { lag, stepMs },
          );
          expect(run.ending?.outcome).toBe(expected.blocked ? 'refused' : 'clean');
          if (!expected.blocked) expect(run.text('t')).toBe(expected.text);
          else expect(text.length).toBeGreaterThan(run.text('t').length);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('keeps pace with prose: what is held back at any time is a few words', async () => {
    const prose = 'The quick brown fox jumps over the lazy dog, and then it rests for a while. '.repeat(60);
    let longest = 0;
    let pushed = 0;
    const chunks = cut(prose, [5]);
    await runGuard(
      serviceOf(DEFAULT_PROFILE),
      chunks.map((chunk) => plainEvent({ t: chunk })),
      {
        stepMs: 250,
        onStep: ({ sent }) => {
          pushed += 1;
          longest = Math.max(longest, pushed * 5 - textOf(sent, 't').length);
        },
      },
    );
    expect(longest).toBeLessThan(80);
  });

  it('asks in words of its own text only', async () => {
    const asked: string[] = [];
    const spy: ScanService = {
      ...service,
      scan: (call) => {
        asked.push(judgedText(call));
        return service.scan(call);
      },
    };
    const text = 'One sentence. Another sentence follows it here.';
    await runGuard(spy, [...cut(text, [7]).map((chunk) => plainEvent({ t: chunk })), DONE]);
    expect(asked.every((part) => text.includes(part))).toBe(true);
  });
});
