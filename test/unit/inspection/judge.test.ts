/** What a reply means for the text that was asked about, and what log and record keep of it. */
import { describe, expect, it } from 'vitest';
import type { ScanReply } from '../../../src/core/scan-service.ts';
import type { InspectionSettings } from '../../../src/inspection/inspection.ts';
import { decide, detectedFlags, rulesOf, traceReply, unreadable } from '../../../src/inspection/judge.ts';
import { CONTEXT, SETTINGS } from '../../support/guard-run.ts';

type Answered = Extract<ScanReply, { outcome: 'answered' }>;
type Failed = Extract<ScanReply, { outcome: 'failed' }>;

const answered = (response: Partial<Answered['response']>, more: Partial<Answered> = {}): Answered => ({
  outcome: 'answered',
  response: { action: 'allow', ...response },
  openFrom: 3,
  ...more,
});
const failed = (failure: Failed['failure']): Failed => ({
  outcome: 'failed',
  failure,
  reason: failure,
  note: 'no answer',
});

interface Scope {
  readonly trusted?: boolean;
  readonly maskOnBlock?: boolean;
  readonly settings?: Partial<InspectionSettings>;
}
const decideOn = (reply: ScanReply, { trusted = false, maskOnBlock = false, settings = {} }: Scope = {}) =>
  decide(reply, {
    trusted,
    rules: { trustedRoles: [], maskOnBlock },
    settings: { ...SETTINGS, ...settings },
    chars: 9,
  });

describe('decide', () => {
  it('passes an allow, final up to where the service says', () => {
    expect(decideOn(answered({}))).toEqual({ kind: 'pass', plain: true, openFrom: 3 });
  });

  it.each([
    ['a flag', { prompt_detected: { dlp: true } }],
    ['a mask', { prompt_masked_data: { data: 'XX' } }],
    ['a fault', { error: true }],
    ['a time-out', { timeout: true }],
  ])('calls no text plain that came with %s', (_what, response) => {
    expect(decideOn(answered(response))).toMatchObject({ kind: 'pass', plain: false });
  });

  it.each(['block', 'alert', 'ALLOW', ''])('stops at the action «%s»', (action) => {
    const decision = decideOn(answered({ action, category: 'benign' }));
    expect(decision).toMatchObject({ kind: 'stop', class: 'block', note: { state: 'blocked' } });
    expect(decision).toMatchObject({ error: { code: 'blocked' } });
    expect(decision).not.toHaveProperty('category');
  });

  it('names a category to the client only where the operator opted in and one is known', () => {
    const settings = { blockDetail: 'category' } as const;
    const block = answered({ action: 'block', response_detected: { dlp: false, toxic_content: true } });
    expect(decideOn(block, { settings })).toMatchObject({ category: 'toxic_content' });
    expect(decideOn(answered({ action: 'block' }), { settings })).not.toHaveProperty('category');
  });

  it('passes trusted text over injection and agent findings, and over nothing else', () => {
    const flagged = (flags: Record<string, boolean>) =>
      decideOn(answered({ action: 'block', prompt_detected: flags }), { trusted: true }).kind;
    expect(flagged({ injection: true })).toBe('pass');
    expect(flagged({ agent: true, dlp: false })).toBe('pass');
    expect(flagged({ injection: true, dlp: true })).toBe('stop');
    expect(flagged({})).toBe('stop');
    expect(decideOn(answered({ action: 'block', prompt_detected: { agent: true } })).kind).toBe('stop');
  });

  it('passes a blocked text masked only where the profile masks on block and dlp alone fired', () => {
    const masks = { action: 'block', prompt_masked_data: { data: 'XX' } };
    const dlp = { prompt_detected: { dlp: true } };
    const kindOf = (response: Partial<Answered['response']>, maskOnBlock = true) =>
      decideOn(answered(response), { maskOnBlock }).kind;
    expect(kindOf({ ...masks, ...dlp })).toBe('pass');
    expect(kindOf({ ...masks, ...dlp }, false)).toBe('stop');
    expect(kindOf({ action: 'block', ...dlp })).toBe('stop');
    expect(kindOf({ ...masks, prompt_detected: { dlp: true, injection: true } })).toBe('stop');
  });

  it.each(['error', 'timeout'])('excuses no block by what was found where a detector had an %s', (fault) => {
    const masks = { action: 'block', [fault]: true, prompt_masked_data: { data: 'XX' } };
    const injection = answered({ ...masks, prompt_detected: { injection: true } });
    expect(decideOn(injection, { trusted: true }).kind).toBe('stop');
    const dlp = answered({ ...masks, prompt_detected: { dlp: true } });
    expect(decideOn(dlp, { maskOnBlock: true }).kind).toBe('stop');
  });

  it.each(['input_detected', 'output_detected'])('reads the mask of a tool event in %s', (side) => {
    const entries = [
      null,
      { masked_data: { data: 7 } },
      { masked_data: null },
      { masked_data: { data: 'XX' } },
    ];
    const tool_detected = { [side]: { detection_entries: entries } };
    expect(decideOn(answered({ tool_detected }))).toMatchObject({ masked: 'XX', plain: false });
  });

  it.each([null, 'entries', { input_detected: null }, { input_detected: { detection_entries: 'none' } }])(
    'finds no mask in the tool event %j',
    (tool_detected) => {
      const reply = answered({ tool_detected } as Partial<Answered['response']>);
      expect(decideOn(reply)).not.toHaveProperty('masked');
    },
  );

  it('prefers the mask of the response', () => {
    const masks = { prompt_masked_data: { data: 'prompt' }, response_masked_data: { data: 'response' } };
    expect(decideOn(answered(masks))).toMatchObject({ masked: 'response' });
  });

  it('passes what nobody scanned only under onUnavailable: allow, whole, noted and not as plain', () => {
    const settings = { onUnavailable: 'allow' } as const;
    expect(decideOn(failed('unavailable'), { settings })).toEqual({
      kind: 'pass',
      unscanned: { state: 'unscanned', reason: 'unavailable' },
      plain: false,
      openFrom: 9,
    });
    expect(decideOn(failed('unavailable'))).toMatchObject({ kind: 'stop', class: 'unavailable' });
    expect(decideOn(failed('invalid'), { settings })).toMatchObject({ kind: 'stop', class: 'invalid' });
  });
});

describe('detectedFlags', () => {
  it('are those that are true on either side or in a tool event, each once', () => {
    const flags = detectedFlags({
      action: 'block',
      prompt_detected: { dlp: true, injection: 'yes', agent: 1 },
      response_detected: { dlp: true, toxic_content: true },
      tool_detected: { summary: { detections: { db_security: true, url_cats: false } } },
    });
    expect(flags).toEqual(['dlp', 'toxic_content', 'db_security']);
  });

  it.each([null, {}, { summary: 'malicious' }, { summary: { detections: 'dlp' } }])(
    'are none in the tool event %j',
    (tool_detected) => {
      const response = { action: 'allow', prompt_detected: null, tool_detected } as Answered['response'];
      expect(detectedFlags(response)).toEqual([]);
    },
  );
});

describe('rulesOf', () => {
  it('are those of the policy that the exchange began with, else those that stand now', () => {
    const now = { trustedRoles: [], maskOnBlock: true };
    const settings = { ...SETTINGS, rulesOf: () => now };
    expect(rulesOf(CONTEXT, settings)).toBe(now);
  });
});

describe('traceReply', () => {
  const trace = (reply: ScanReply, text?: string) => traceReply(reply, 'response', 'prisma-airs', 12, text);

  it('tells the least of an answer that says the least', () => {
    const told = { side: 'response', service: 'prisma-airs', action: 'allow', detected: [], ms: 12 };
    expect(trace(answered({}))).toStrictEqual(told);
    expect(trace(answered({ scan_id: '', category: null }))).toStrictEqual(told);
  });

  it('tells all that an answer says, with the judged text where it is to be kept', () => {
    const fired = [{ name: 'dlp' }];
    const response = {
      scan_id: 'scan-1',
      category: 'malicious',
      response_detected: { dlp: true },
      response_masked_data: { data: 'XX' },
    };
    expect(trace(answered(response, { revision: 'r7', fired }), 'ab')).toStrictEqual({
      side: 'response',
      service: 'prisma-airs',
      action: 'allow',
      detected: ['dlp'],
      ms: 12,
      scanId: 'scan-1',
      category: 'malicious',
      revision: 'r7',
      fired,
      judged: { text: 'ab', masked: 'XX' },
    });
    expect(trace(answered(response))).not.toHaveProperty('judged');
    expect(trace(answered({}), 'ab').judged).toStrictEqual({ text: 'ab' });
  });

  it('tells why a scan failed, and keeps no text that nobody judged', () => {
    expect(trace({ ...failed('unavailable'), reason: 'timeout' }, 'ab')).toStrictEqual({
      side: 'response',
      service: 'prisma-airs',
      action: 'unavailable',
      category: 'timeout',
      detected: [],
      ms: 12,
    });
  });
});

describe('unreadable', () => {
  it('names the place and what stands there, nothing of its content', () => {
    const error = unreadable({ place: 'choices[0].message.audio', what: 'audio' });
    expect(error).toMatchObject({ code: 'upstream_invalid', detail: 'choices[0].message.audio (audio).' });
  });
});
