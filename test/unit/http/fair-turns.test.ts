/** Heavy work is spread over turns of the event loop, in order, and nobody waits where there is little of it. */
import { describe, expect, it } from 'vitest';
import { FairTurns } from '../../../src/http/fair-turns.ts';

describe('fair turns', () => {
  it('let work begin at once while the turn is young', () => {
    let nowMs = 0;
    const turns = new FairTurns(20, () => nowMs);
    expect(turns.take()).toBeUndefined();
    nowMs = 20;
    expect(turns.take()).toBeUndefined();
    nowMs = 21;
    expect(turns.take()).toBeInstanceOf(Promise);
  });

  it('let others have their turn in a burst, and keep the order', async () => {
    let nowMs = 0;
    const turns = new FairTurns(20, () => nowMs);
    const done: (number | 'other')[] = [];
    const work = async (index: number): Promise<void> => {
      await turns.take();
      nowMs += 15;
      done.push(index);
    };
    const all = Promise.all([1, 2, 3, 4, 5, 6].map(work));
    const other = (): void => {
      done.push('other');
      if (done.length < 10) setImmediate(other);
    };
    setImmediate(other);
    await all;
    expect(done.filter((one) => one !== 'other')).toEqual([1, 2, 3, 4, 5, 6]);
    // Two pieces of 15 ms begin within 20 ms, in the turn of their coming and in each later one.
    expect(done.indexOf('other')).toBeLessThan(done.indexOf(5));
  });
});
