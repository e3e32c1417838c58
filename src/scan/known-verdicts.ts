/** Verdicts of slow judges, kept for an hour under a keyed hash: no text stands in memory for them. */
import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';

const VERDICTS_KEPT = 50_000;
const VERDICT_MS = 3_600_000;

export interface KnownVerdictsOptions {
  /** Unguessable. */
  readonly secret: string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export class KnownVerdicts {
  readonly #secret: string;
  readonly #known: LRUCache<string, boolean>;

  constructor({ secret, now }: KnownVerdictsOptions) {
    this.#secret = secret;
    this.#known = new LRUCache({ max: VERDICTS_KEPT, ttl: VERDICT_MS, ttlResolution: 0, perf: { now } });
  }

  /** The verdict on what the words say; asked for where there is none yet. What rejects is asked again. */
  async get(words: readonly unknown[], ask: () => Promise<boolean>): Promise<boolean> {
    const key = createHmac('sha256', this.#secret).update(JSON.stringify(words)).digest('base64');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const verdict = await ask();
    this.#known.set(key, verdict);
    return verdict;
  }
}
