/** Scores the windows of a text with all heads at once: one sum over hashed features for each of them. */
import type { ModelFile } from '../../core/model-file.ts';
import type { View } from '../views/view.ts';
import { checkManifest, ModelError, type ModelHead } from './manifest.ts';
import { FEATURE_BITS, FEATURES, ownFeatures, pairHash, placeFeatures, tokenHash } from './text-features.ts';
import { type Tokens, takeTokens } from './tokens.ts';
import { type Window, windowsOf } from './windows.ts';

/** Words whose own features are remembered, summed; a word of an older text gives way. */
const WORDS_KEPT = 1 << 13;

export interface WindowScores {
  readonly tokens: Tokens;
  readonly windows: readonly Window[];
  /** For each window one score a head, in the order of the heads. */
  readonly scores: Float32Array;
}

/** Holds no state between calls but sums that it would make again. */
export class TextModel {
  readonly heads: readonly ModelHead[];
  readonly #weights: Int8Array;
  readonly #width: number;
  readonly #known = new WeakMap<View, WindowScores>();
  readonly #keys = new Int32Array(WORDS_KEPT);
  readonly #checks = new Int32Array(WORDS_KEPT);
  readonly #counts = new Int32Array(WORDS_KEPT);
  readonly #sums: Int32Array;
  readonly #sum: Int32Array;

  /** @throws ModelError */
  constructor({ manifest, weights }: ModelFile) {
    const { heads, buckets } = checkManifest(manifest, FEATURES, weights.length);
    if (buckets !== 1 << FEATURE_BITS) throw new ModelError(`has ${buckets} buckets`);
    this.heads = heads;
    this.#weights = weights;
    this.#width = heads.length;
    this.#sums = new Int32Array(WORDS_KEPT * heads.length);
    this.#sum = new Int32Array(heads.length);
  }

  /** @throws ModelError */
  indexOf(name: string): number {
    const index = this.heads.findIndex((head) => head.name === name);
    if (index < 0) throw new ModelError(`has no head ${name}`);
    return index;
  }

  /** @throws ModelError */
  headAt(index: number): ModelHead {
    const head = this.heads[index];
    if (head === undefined) throw new ModelError(`has no head ${index}`);
    return head;
  }

  /** How sure a score is, 0 to 0.99, by the calibration of the head. */
  confidence(index: number, score: number): number {
    const { slope, shift } = this.headAt(index).calibration;
    return Math.min(0.99, Math.round(100 / (1 + Math.exp(-(slope * score + shift)))) / 100);
  }

  /** Linear in the length of the view; asked again for the same view it costs nothing. */
  score(view: View): WindowScores {
    const known = this.#known.get(view) ?? this.#scoreNow(view);
    this.#known.set(view, known);
    return known;
  }

  #scoreNow(view: View): WindowScores {
    const tokens = takeTokens(view.text);
    const windows = windowsOf(tokens);
    const width = this.#width;
    const { totals, counts } = this.#sumUp(view.lower, tokens);
    const scores = new Float32Array(windows.length * width);
    let at = 0;
    for (const { first, last } of windows) {
      const features = (counts[last + 1] ?? 0) - (counts[first] ?? 0);
      const shrink = 1 / Math.sqrt(Math.max(1, features));
      const from = first * width;
      const to = (last + 1) * width;
      for (let head = 0; head < width; head++) {
        const { scale, bias } = this.heads[head] ?? { scale: 0, bias: 0 };
        scores[at++] = ((totals[to + head] ?? 0) - (totals[from + head] ?? 0)) * scale * shrink + bias;
      }
    }
    return { tokens, windows, scores };
  }

  /** Before each token: the sums of all weights so far, and how many features they come from. */
  #sumUp(lower: string, tokens: Tokens): { readonly totals: Float64Array; readonly counts: Int32Array } {
    const { count, starts, ends, kinds } = tokens;
    const width = this.#width;
    const totals = new Float64Array((count + 1) * width);
    const counts = new Int32Array(count + 1);
    const sum = this.#sum;
    sum.fill(0);
    let features = 0;
    let before = 0;
    let earlier = 0;
    const add = (bucket: number): void => {
      features++;
      this.#addTo(sum, 0, bucket);
    };
    for (let i = 0; i < count; i++) {
      const kind = kinds[i] ?? 0;
      const slot = this.#own(lower, starts[i] ?? 0, ends[i] ?? 0, kind);
      features += this.#counts[slot] ?? 0;
      for (let head = 0; head < width; head++) {
        sum[head] = (sum[head] ?? 0) + (this.#sums[slot * width + head] ?? 0);
      }
      const hash = pairHash(this.#keys[slot] ?? 0);
      placeFeatures(hash, before, earlier, kind, add);
      earlier = before;
      before = hash;
      totals.set(sum, (i + 1) * width);
      counts[i + 1] = features;
    }
    return { totals, counts };
  }

  /** The slot that holds the sums of a token's own features. */
  #own(lower: string, start: number, end: number, kind: number): number {
    const key = tokenHash(lower, start, end);
    const check =
      Math.imul(key, 31) ^ ((end - start) << 24) ^ (lower.charCodeAt(start) << 8) ^ lower.charCodeAt(end - 1);
    const slot = (key ^ (key >>> 16)) & (WORDS_KEPT - 1);
    if (this.#keys[slot] === key && this.#checks[slot] === check) return slot;
    const from = slot * this.#width;
    this.#sums.fill(0, from, from + this.#width);
    let features = 0;
    ownFeatures(lower, start, end, kind, (bucket) => {
      features++;
      this.#addTo(this.#sums, from, bucket);
    });
    this.#keys[slot] = key;
    this.#checks[slot] = check;
    this.#counts[slot] = features;
    return slot;
  }

  #addTo(sums: Int32Array, from: number, bucket: number): void {
    const width = this.#width;
    const weights = this.#weights;
    for (let head = 0, at = bucket * width; head < width; head++, at++) {
      const root = weights[at] ?? 0;
      sums[from + head] = (sums[from + head] ?? 0) + root * (root < 0 ? -root : root);
    }
  }
}
