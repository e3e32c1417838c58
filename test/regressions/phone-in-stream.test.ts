/** The plus sign of a phone number went out before its digits came: the answer was refused, not masked. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import { makeProfile, STILL } from '../unit/engine/profile.ts';

const policy = compile(makeProfile(), STILL);

describe('a phone number in a growing answer', () => {
  it.each(['+1 415 555 2671', '+(49) 30 1234567', '(415) 555-2671'])(
    'is held from its sign on: %s',
    async (number) => {
      const before = 'Our office: call ';
      for (let end = before.length + 1; end < before.length + number.length; end++) {
        const response = `${before}${number}`.slice(0, end);
        const { openFrom } = await policy.scan({ contents: [{ response }] }, { partial: true });
        expect(openFrom, response).toBeLessThanOrEqual(before.length);
      }
    },
  );
});
