/** What comes too often waits for its turn; a key that is guessed at is not looked at (THREATS U1, D8). */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { createFailedKeys } from '../../../src/proxy/failed-keys.ts';
import { Pace } from '../../../src/proxy/pace.ts';

describe('a pace', () => {
  it('lets so many a minute go at once, and then one after the other', () => {
    const pace = new Pace({ perMinute: 60, waitMsMax: 2_000 });
    for (let count = 0; count < 60; count += 1) expect(pace.spend('a', 0)).toBe(0);
    expect(pace.isFull('a', 0)).toBe(false);
    expect([pace.spend('a', 0), pace.spend('a', 0)]).toEqual([1_000, 2_000]);
    expect(pace.isFull('a', 0)).toBe(true);
    expect([pace.spend('a', 0), pace.spend('a', 0)]).toEqual([2_000, 2_000]);
    expect(pace.spend('b', 0)).toBe(0);
    expect(pace.spend('a', 3_000)).toBe(0);
    expect(pace.spend('a', 3_000)).toBe(1_000);
    expect(pace.spend('a', 200_000)).toBe(0);
  });

  it('of 0 slows nothing', () => {
    const pace = new Pace({ perMinute: 0, waitMsMax: 2_000 });
    for (let count = 0; count < 1_000; count += 1) expect(pace.spend('a', 0)).toBe(0);
    expect(pace.isFull('a', 0)).toBe(false);
  });
});

describe('failed keys', () => {
  const codeOf = (run: () => unknown): string | undefined => {
    try {
      run();
    } catch (error) {
      return error instanceof GatewayError ? `${error.code} ${error.headers['Retry-After']}` : 'other';
    }
    return undefined;
  };

  it('wait, and are not looked at beyond; whoever was right before goes on', () => {
    const failures = createFailedKeys(60);
    expect(failures.note('192.0.2.1', 'known', 0)).toBe(0);
    const waits = Array.from({ length: 62 }, () => failures.note('192.0.2.1', undefined, 0));
    expect(waits.slice(-3)).toEqual([0, 1_000, 2_000]);
    expect(codeOf(() => failures.note('192.0.2.1', undefined, 0))).toBe('too_many_failures 1');
    // The right key, guessed: nobody who only now has it is told so.
    expect(codeOf(() => failures.note('192.0.2.1', 'other', 0))).toBe('too_many_failures 1');
    expect(failures.note('192.0.2.1', 'known', 0)).toBe(0);
    expect(failures.note('192.0.2.2', 'other', 0)).toBe(0);
    expect(failures.note('192.0.2.1', 'other', 3_000)).toBe(0);
  });

  it('count for a whole network of IPv6', () => {
    const failures = createFailedKeys(60);
    for (let count = 0; count < 60; count += 1) failures.note(`2001:db8::${count}`, undefined, 0);
    expect(failures.note('2001:db8::ffff', undefined, 0)).toBe(1_000);
    expect(failures.note('2001:db8:0:1::2', undefined, 0)).toBe(0);
  });
});
