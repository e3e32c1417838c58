/** The slope that the soak judges growth by. */
import { describe, expect, it } from 'vitest';
import { slopeOf } from '../../../bench/soak/slope.ts';

const line = (values: readonly number[]) => values.map((value, minute) => ({ minute, value }));

describe('slopeOf', () => {
  it.each([
    [[], 0],
    [[5], 0],
    [[5, 5, 5], 0],
    [[1, 3, 5], 2],
    [[9, 6, 3], -3],
    [[0, 2, 1, 3], 0.8],
  ])('of %j is %d a minute', (values, slope) => expect(slopeOf(line(values))).toBeCloseTo(slope));

  it('of one moment is none', () => {
    expect(
      slopeOf([
        { minute: 1, value: 1 },
        { minute: 1, value: 9 },
      ]),
    ).toBe(0);
  });
});
