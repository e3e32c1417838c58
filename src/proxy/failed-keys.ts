/** Slows the guessing of keys: wrong ones wait, and beyond that none is even looked at (THREATS U1, U7). */
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../core/errors.ts';
import { networkOf } from './connection-limits.ts';
import { Pace } from './pace.ts';

export interface FailedKeys {
  /**
   * Called with what a look at the keys gave.
   * @returns how long the answer to a wrong key has to wait; 0 for a right one
   * @throws GatewayError `too_many_failures`: this key is not looked at now
   */
  note(address: string, client: string | undefined, nowMs: number): number;
}

/** A guesser who waits holds a connection: not for long. */
const WAIT_MS_MAX = 2_000;
const PROVEN_MAX = 10_000;

/** @param perMinute wrong keys of one address that are answered at once; 0: all are */
export function createFailedKeys(perMinute: number): FailedKeys {
  const pace = new Pace({ perMinute, waitMsMax: WAIT_MS_MAX });
  /** Clients that came from an address with a right key: guessing beside them does not lock them out. */
  const proven = new LRUCache<string, true>({ maxSize: PROVEN_MAX, sizeCalculation: () => 1 });
  return {
    note(address, client, nowMs) {
      const network = networkOf(address);
      const known = client !== undefined && proven.has(`${network} ${client}`);
      if (!known && pace.isFull(network, nowMs)) {
        throw new GatewayError('too_many_failures', {
          headers: { 'Retry-After': `${Math.ceil(60 / perMinute)}` },
        });
      }
      if (client === undefined) return pace.spend(network, nowMs);
      proven.set(`${network} ${client}`, true);
      return 0;
    },
  };
}
