/** So many calls a minute for each owner; the calls of the last minute count. */
import { LimitError } from './limit-error.ts';

const MINUTE_MS = 60_000;

/**
 * @param perMinute 0: no bound
 * @param now monotonic milliseconds
 * @returns a check of one call, which throws LimitError and does not count then
 */
export function createRate(perMinute: number, now: () => number): (owner: string) => void {
  const calls = new Map<string, number[]>();
  return (owner) => {
    if (perMinute === 0) return;
    const at = now();
    const recent = (calls.get(owner) ?? []).filter((time) => time > at - MINUTE_MS);
    calls.set(owner, recent);
    if (recent.length >= perMinute) {
      throw new LimitError(((recent[0] ?? at) + MINUTE_MS - at) / 1_000);
    }
    recent.push(at);
  };
}
