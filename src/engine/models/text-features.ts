/** The hashed features of a token: what it is, what stands before it, and the pieces it is made of. */
import { TOKEN, type Tokens } from './tokens.ts';

/** The name of these features: a model made for others is refused. */
export const FEATURES = 'text-1';
export const FEATURE_BITS = 18;
const SHIFT = 32 - FEATURE_BITS;

const SEED_WORD = 0x2545f491;
const SEED_PAIR = 0x1b873593;
const SEED_SKIP = 0x3c6ef372;
const SEED_SIGN = 0x51ed270b;
const SEED_LINE = 0x68bc21eb;
const SEED_CAPS = 0x02e5be93;
const SEED_PIECE = 0x9e3779b1 | 0;
const PIECE_MIN = 3;
const PIECE_MAX = 5;
const BLANK = 32;

const step = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
const bucketOf = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> SHIFT;
};

/** Small letters, and every digit as the same. */
const unitOf = (lower: string, at: number): number => {
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

/** The features of a word for itself; those of a sign are the sign alone. */
export function ownFeatures(
  lower: string,
  start: number,
  end: number,
  kind: number,
  found: (bucket: number) => void,
): void {
  if ((kind & TOKEN.sign) !== 0) {
    found(bucketOf(tokenHash(lower, start, Math.min(end, start + 4), SEED_SIGN)));
    return;
  }
  found(bucketOf(tokenHash(lower, start, end)));
  for (let from = start - 1; from < end; from++) {
    let hash = SEED_PIECE;
    for (let size = 1; size <= PIECE_MAX; size++) {
      const at = from + size - 1;
      if (at > end) break;
      hash = step(hash, at < start || at === end ? BLANK : unitOf(lower, at));
      if (size >= PIECE_MIN) found(bucketOf(hash ^ size));
    }
  }
}

/** The features of a token in its place: `before` and `earlier` are the hashes of the words before it. */
export function placeFeatures(
  hash: number,
  before: number,
  earlier: number,
  kind: number,
  found: (bucket: number) => void,
): void {
  found(bucketOf(Math.imul(before, SEED_PAIR) ^ hash));
  if ((kind & TOKEN.sign) !== 0) return;
  found(bucketOf(Math.imul(earlier, SEED_SKIP) ^ hash));
  if ((kind & TOKEN.lineStart) !== 0) found(bucketOf(hash ^ SEED_LINE));
  if ((kind & TOKEN.capitals) !== 0) found(bucketOf(hash ^ SEED_CAPS));
}

/** Calls `found` for each feature of each token, as the engine sums them. */
export function eachFeature(
  lower: string,
  tokens: Tokens,
  found: (token: number, bucket: number) => void,
): void {
  let before = 0;
  let earlier = 0;
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.starts[i] ?? 0;
    const end = tokens.ends[i] ?? 0;
    const kind = tokens.kinds[i] ?? 0;
    const note = (bucket: number): void => found(i, bucket);
    ownFeatures(lower, start, end, kind, note);
    const hash = pairHash(tokenHash(lower, start, end));
    placeFeatures(hash, before, earlier, kind, note);
    earlier = before;
    before = hash;
  }
}
