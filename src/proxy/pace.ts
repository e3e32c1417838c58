/** Slows what comes too often: so many a minute are free, each further one waits (THREATS D8). */
import { LRUCache } from 'lru-cache';
import type { ExchangeState } from './exchange-state.ts';
import type { GatewayClock } from './options.ts';

export interface PaceLimits {
  /** Free in a minute, and the rate of those that wait; 0: nothing is slowed. */
  readonly perMinute: number;
  /** Longest wait; whoever comes when it is reached waits as long, and does not lengthen it. */
  readonly waitMsMax: number;
}

const MINUTE_MS = 60_000;
const KEYS_MAX = 10_000;

/** Counts by key: an address, or the name of a client. The least recent keys are forgotten. */
export class Pace {
  readonly #limits: PaceLimits;
  /** When the free ones of a key will all be there again. */
  readonly #fullAt = new LRUCache<string, number>({ maxSize: KEYS_MAX, sizeCalculation: () => 1 });

  constructor(limits: PaceLimits) {
    this.#limits = limits;
  }

  /** Counts one, and returns how many milliseconds it has to wait. */
  spend(key: string, nowMs: number): number {
    const { perMinute, waitMsMax } = this.#limits;
    if (perMinute === 0) return 0;
    const fullAt = Math.max(this.#fullAt.get(key) ?? nowMs, nowMs) + MINUTE_MS / perMinute;
    const waitMs = fullAt - nowMs - MINUTE_MS;
    if (waitMs > waitMsMax) return waitMsMax;
    this.#fullAt.set(key, fullAt);
    return Math.max(0, waitMs);
  }

  /** True while one more would have to wait longer than the longest wait. */
  isFull(key: string, nowMs: number): boolean {
    const { perMinute, waitMsMax } = this.#limits;
    if (perMinute === 0) return false;
    return (this.#fullAt.get(key) ?? nowMs) + MINUTE_MS / perMinute - nowMs - MINUTE_MS > waitMsMax;
  }
}

/** Resolves after a time, or at once when the client leaves. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Whoever tries out what passes by one key learns it slowly: the answer to a block waits for its turn. */
export async function slowBlock(
  { blockPace, clock }: { readonly blockPace: Pace; readonly clock: GatewayClock },
  { client, error, signal }: ExchangeState,
): Promise<void> {
  const isPolicy = error?.code === 'blocked' || error?.code === 'unmaskable';
  if (client === undefined || !isPolicy) return;
  await pause(blockPace.spend(client.name, clock.monotonicMs()), signal);
}
