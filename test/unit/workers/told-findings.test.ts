/** What leaves a thread of a text with very many findings: no mask is lost, and no kind, and no highest score. */
import { expect, it } from 'vitest';
import type { DetectorFinding, PolicyResult } from '../../../src/core/policy.ts';
import { toldBriefly, toldFindings } from '../../../src/workers/told-findings.ts';
import { BENIGN } from '../../support/fake-policy.ts';

const finding = (changes: Partial<DetectorFinding>): DetectorFinding => ({
  detector: 'toxic_content',
  category: 'hate',
  field: 'prompt',
  start: 0,
  end: 4,
  confidence: 0.6,
  action: 'alert',
  ...changes,
});
const many = (changes: Partial<DetectorFinding>, count = 3_000): DetectorFinding[] =>
  Array.from({ length: count }, (_, at) => finding({ ...changes, start: at * 5, end: at * 5 + 4 }));

it('few findings are told as they are', () => {
  const few = many({}, 1_000);
  expect(toldFindings(few)).toBe(few);
});

it('all that hide something are told', () => {
  const masks = many({ detector: 'dlp', setting: 'personal', action: 'mask' });
  const keywords = many({ detector: 'ember', flag: 'topic_violation', action: 'block', word: 'ember' });
  expect(toldFindings([...masks, ...keywords])).toEqual([...masks, ...keywords]);
});

it('of every other kind a thousand, and the surest', () => {
  const [threats, noted] = [many({ category: 'threat' }), many({ noted: true, action: 'off' })];
  const surest = finding({ start: 99_999, end: 100_003, confidence: 0.9 });
  const told = toldFindings([...many({}), ...threats, ...noted, surest]);
  expect(told).toHaveLength(3_001);
  expect(told).toContain(surest);
});

it('told briefly they are one of each source, and the masked text is whole', () => {
  const masked = {
    data: 'XXXX',
    pattern_detections: [{ pattern: 'Email Address', locations: [[0, 3] as const] }],
  };
  const result: PolicyResult = {
    judgement: { ...BENIGN, prompt_masked_data: masked, response_masked_data: masked },
    findings: [...many({}), ...many({ detector: 'dlp', setting: 'personal', action: 'mask' })],
    faults: [],
    openFrom: 4,
  };
  const told = toldBriefly(result);
  expect(told.findings.map(({ detector }) => detector)).toEqual(['toxic_content', 'dlp']);
  const whole = { data: 'XXXX', pattern_detections: [] };
  expect(told.judgement).toEqual({ ...BENIGN, prompt_masked_data: whole, response_masked_data: whole });
});
