/** The hashed features of a token: what it is, what stands before it, and the pieces it is made of. */
import { SEED_WORD, step, TOKEN, type Tokens } from './tokens.ts';
import type { Window } from './windows.ts';

/** The name of these features: a model made for others is refused. */
export const FEATURES = 'text-2';
export const FEATURE_BITS = 18;
const SHIFT = 32 - FEATURE_BITS;

const SEED_PAIR = 0x1b873593;
const SEED_SKIP = 0x3c6ef372;
const SEED_SIGN = 0x51ed270b;
const SEED_LINE = 0x68bc21eb;
const SEED_CAPS = 0x02e5be93;
const SEED_PIECE = 0x9e3779b1 | 0;
const PIECE_MIN = 3;
const PIECE_MAX = 5;
const BLANK = 32;
/** More than a window can fill. */
const SEEN_SLOTS = 512;

const bucketOf = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> SHIFT;
};

/** Small letters, and every digit as the same. */
export const unitOf = (lower: string, at: number): number => {
  const code = lower.charCodeAt(at);
  return code >= 48 && code <= 57 ? 48 : code;
};

/** A number for the token from `start` to `end`. */
export function tokenHash(lower: string, start: number, end: number, seed: number = SEED_WORD): number {
  let hash = seed;
  for (let at = start; at < end; at++) hash = step(hash, unitOf(lower, at));
  return hash;
}

/** A token's number as its neighbours know it; the first token of a text has 0 before it. */
export const pairHash = (hash: number): number => hash | 1;

/** No token has more features, in itself and in its place. */
export const TOKEN_FEATURES_MAX = 160;

/**
 * Puts into `out` the buckets of a word for itself; those of a sign are the sign alone.
 * @returns how many they are
 */
export function ownFeatures(
  lower: string,
  start: number,
  end: number,
  kind: number,
  out: Int32Array,
): number {
  let to = 0;
  if ((kind & TOKEN.sign) !== 0) {
    out[to++] = bucketOf(tokenHash(lower, start, Math.min(end, start + 4), SEED_SIGN));
    return to;
  }
  out[to++] = bucketOf(tokenHash(lower, start, end));
  for (let first = start - 1; first < end; first++) {
    let hash = SEED_PIECE;
    for (let size = 1; size <= PIECE_MAX; size++) {
      const at = first + size - 1;
      if (at > end) break;
      hash = step(hash, at < start || at === end ? BLANK : unitOf(lower, at));
      if (size >= PIECE_MIN) out[to++] = bucketOf(hash ^ size);
    }
  }
  return to;
}

/**
 * Puts into `out` the buckets of a token in its place, from `from` on: `before` and `earlier` are the hashes
 * of the words before it.
 * @returns where they end
 */
export function placeFeatures(
  hash: number,
  before: number,
  earlier: number,
  kind: number,
  out: Int32Array,
  from: number,
): number {
  let to = from;
  out[to++] = bucketOf(Math.imul(before, SEED_PAIR) ^ hash);
  if ((kind & TOKEN.sign) !== 0) return to;
  out[to++] = bucketOf(Math.imul(earlier, SEED_SKIP) ^ hash);
  if ((kind & TOKEN.lineStart) !== 0) out[to++] = bucketOf(hash ^ SEED_LINE);
  if ((kind & TOKEN.capitals) !== 0) out[to++] = bucketOf(hash ^ SEED_CAPS);
  return to;
}

/** What a window has shown already, so that what is said again counts once. */
export class Seen {
  readonly #keys = new Int32Array(SEEN_SLOTS);
  readonly #rounds = new Int32Array(SEEN_SLOTS);
  #round = 0;

  /** Forgets everything. */
  clear(): void {
    this.#round++;
  }

  isNew(key: number): boolean {
    for (let at = (key ^ (key >>> 15)) & (SEEN_SLOTS - 1); ; at = (at + 1) & (SEEN_SLOTS - 1)) {
      if (this.#rounds[at] === this.#round && this.#keys[at] !== key) continue;
      const isNew = this.#rounds[at] !== this.#round;
      this.#keys[at] = key;
      this.#rounds[at] = this.#round;
      return isNew;
    }
  }
}

/** A number for a token in its place; never that of a token for itself, which is odd. */
export const placeKey = (hash: number, before: number, earlier: number): number =>
  Math.imul(Math.imul(Math.imul(earlier, SEED_SKIP) ^ before, SEED_PAIR) ^ hash, SEED_LINE) & ~1;

/** Calls `found` for each feature of a window: of each token and each place of one once. */
export function eachFeature(
  lower: string,
  { starts, ends, kinds }: Tokens,
  { first, last }: Window,
  seen: Seen,
  found: (bucket: number) => void,
): void {
  const buckets = new Int32Array(TOKEN_FEATURES_MAX);
  const hashAt = (token: number): number =>
    token < 0 ? 0 : pairHash(tokenHash(lower, starts[token] ?? 0, ends[token] ?? 0));
  seen.clear();
  let earlier = hashAt(first - 2);
  let before = hashAt(first - 1);
  for (let i = first; i <= last; i++) {
    const kind = kinds[i] ?? 0;
    const hash = hashAt(i);
    let count = 0;
    if (seen.isNew(hash)) count = ownFeatures(lower, starts[i] ?? 0, ends[i] ?? 0, kind, buckets);
    if (seen.isNew(placeKey(hash, before, earlier)))
      count = placeFeatures(hash, before, earlier, kind, buckets, count);
    for (let at = 0; at < count; at++) found(buckets[at] ?? 0);
    earlier = before;
    before = hash;
  }
}
