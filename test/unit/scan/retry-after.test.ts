/** When a scan service wants to be asked again, in all the ways in which it may say so (contract §1.9). */
import { describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../../src/scan/retry-after.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const inSeconds = (seconds: number): string => new Date(NOW + seconds * 1000).toUTCString();
const body = (retry_after: unknown): string => JSON.stringify({ retry_after });

describe('readRetryAfter', () => {
  it.each([
    ['0', 0],
    ['17', 17],
    ['86400', 3600],
    [inSeconds(30), 30],
    [inSeconds(-30), 0],
    [inSeconds(100_000), 3600],
  ])('reads the header %s as %d', (header, seconds) => {
    expect(readRetryAfter(header, '', NOW)).toBe(seconds);
  });

  it('waits at least as long as a date says', () => {
    expect(readRetryAfter(inSeconds(30), '', NOW + 1)).toBe(30);
  });

  it.each([undefined, 30, ['30'], '', 'soon', '1234567890123', '-1 s', 'in 30'])(
    'finds nothing in the header %j',
    (header) => {
      expect(readRetryAfter(header, '', NOW)).toBeUndefined();
      expect(readRetryAfter(header, body({ interval: 4 }), NOW)).toBe(4);
    },
  );

  it.each([
    [{ interval: 2 }, 2],
    [{ interval: 1.2, unit: 'second' }, 2],
    [{ interval: 2, unit: 'seconds' }, 2],
    [{ interval: 2, unit: 'MINUTES' }, 120],
    [{ interval: 1, unit: 'hour' }, 3600],
    [{ interval: 0.01, unit: 'days' }, 864],
    [{ interval: 3, unit: 'fortnight' }, 3],
    [{ interval: -3 }, 0],
  ])('reads the body %j as %d, alone and below an error', (retryAfter, seconds) => {
    expect(readRetryAfter(undefined, body(retryAfter), NOW)).toBe(seconds);
    const nested = JSON.stringify({ error: { retry_after: retryAfter } });
    expect(readRetryAfter(undefined, nested, NOW)).toBe(seconds);
  });

  it.each([
    '',
    'slow down',
    '[]',
    '{"retry_after":3}',
    body({ interval: '3' }),
    '{"retry_after":{"interval":1e999}}',
  ])('finds nothing in the body %s', (text) => {
    expect(readRetryAfter(undefined, text, NOW)).toBeUndefined();
  });

  it('goes by the header where both say something', () => {
    expect(readRetryAfter('7', body({ interval: 4 }), NOW)).toBe(7);
  });
});
