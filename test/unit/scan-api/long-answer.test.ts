/** A long answer is written in steps, and is the JSON that it would be at once. */
import { expect, it } from 'vitest';
import { writeAnswer } from '../../../src/scan-api/long-answer.ts';
import { BENIGN } from '../../support/fake-policy.ts';

const pattern_detections = [{ pattern: 'Email Address', locations: [[0, 3] as const] }];

it.each([
  ['short', 'XXXX "quoted"\n'],
  ['long', 'line "one"\n — '.repeat(60_000)],
  ['with pairs at every cut', `x${'😀'.repeat(300_000)}`],
  ['with pairs at no cut', '😀'.repeat(300_000)],
])('a text that is %s', async (_what, data) => {
  const response = {
    source: 'AI-Runtime-API',
    ...BENIGN,
    prompt_masked_data: { data, pattern_detections },
    response_masked_data: { data: `${data}.`, pattern_detections: [] },
    scan_id: undefined,
  };
  let steps = 0;
  const written = await writeAnswer(response, () => {
    steps += 1;
    return undefined;
  });
  expect(written === JSON.stringify(response)).toBe(true);
  expect(steps > 4).toBe(data.length > 262_144);
});
