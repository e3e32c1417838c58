/**
 * Remembers which texts a policy has already allowed, so that a conversation's history is paid once (DESIGN
 * §5).
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Part } from '../core/part.ts';

export interface ClearanceOptions {
  /** Key of the hash; random per process, so that no text can be guessed from a dump of the keys. */
  readonly key: Buffer;
  /** Most texts remembered. */
  readonly entriesMax: number;
  readonly ttlMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Whose verdict it is: nothing cleared under one policy counts under another. */
export interface ClearanceScope {
  readonly profile: string;
  readonly revision: string;
}

/**
 * A set of (profile, revision, role, kind, text) that got a plain allow within the hour; holds hashes only.
 */
export class Clearance {
  readonly #key: string;
  readonly #cleared: LRUCache<string, true>;

  constructor(options: ClearanceOptions) {
    this.#key = options.key.toString('base64');
    this.#cleared = new LRUCache({
      // As a size, since for a number of entries their room is taken at once: 4 MB of an idle process.
      maxSize: options.entriesMax,
      sizeCalculation: () => 1,
      ttl: options.ttlMs,
      // By default the clock is asked through a timer.
      ttlResolution: 0,
      perf: { now: options.now },
    });
  }

  has(scope: ClearanceScope, part: Part): boolean {
    return this.#cleared.has(this.#hash(scope, part));
  }

  add(scope: ClearanceScope, parts: readonly Part[]): void {
    for (const part of parts) this.#cleared.set(this.#hash(scope, part), true);
  }

  #hash(scope: ClearanceScope, part: Part): string {
    const head = JSON.stringify([scope.profile, scope.revision, part.role, part.kind, part.tool ?? '']);
    // In one call: an HMAC object costs more than the scan of a short text, and no hash leaves the process.
    // Its bytes as characters: a third less than any spelling of them, a hundred thousand times.
    return hash('sha256', `${this.#key}${head}${part.text}`, 'binary');
  }
}
