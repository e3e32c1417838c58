/** Scores the windows of a text with the heads that decide: one sum over hashed features for each of them. */
import type { ModelFile } from '../../core/model-file.ts';
import type { View } from '../views/view.ts';
import { checkManifest, ModelError, type ModelHead } from './manifest.ts';
import {
  eachFeature,
  FEATURE_BITS,
  FEATURES,
  pairHash,
  placeFeatures,
  placeKey,
  Seen,
  TOKEN_FEATURES_MAX,
} from './text-features.ts';
import { type Tokens, takeTokens } from './tokens.ts';
import { WINDOW_TOKENS, type Window, windowsOf } from './windows.ts';
import { WordSums } from './word-sums.ts';

/** So many tokens back a word has been said before for every window that could hold both. */
const AGAIN_TOKENS = WINDOW_TOKENS;

/** A byte of the file as the weight that it stands for, in the unit of its head. */
const weightOf = (root: number): number => root * Math.abs(root);

export interface WindowScores {
  readonly tokens: Tokens;
  readonly windows: readonly Window[];
  /** By the number of a head that decides: what each window scores at most. */
  readonly bounds: readonly Float64Array[];
}

/**
 * Before each token: the sums of all weights so far, by head and wrapping round, without what a word that is
 * said again takes away; how many features, and how many without any word that is said again.
 */
interface Sums {
  readonly totals: Int32Array;
  readonly counts: Int32Array;
  readonly onceCounts: Int32Array;
}

/** Holds no state between calls but sums that it would make again. */
export class TextModel {
  readonly #heads: readonly ModelHead[];
  /** Of all heads, as in the file. */
  readonly #roots: Int8Array;
  readonly #deciding: readonly ModelHead[];
  /** For each of them itself and those that join it. */
  readonly #joined: readonly (readonly number[])[];
  /** Of the heads that decide: for each bucket theirs in a row. */
  readonly #weights: Int16Array;
  readonly #known = new WeakMap<View, WindowScores>();
  readonly #words: WordSums;
  /** Tokens are numbered through all texts one after another, wrapping round. */
  #nextToken = AGAIN_TOKENS;
  readonly #seen = new Seen();
  readonly #buckets = new Int32Array(TOKEN_FEATURES_MAX);

  /** @throws ModelError */
  constructor({ manifest, weights }: ModelFile) {
    const { heads, buckets } = checkManifest(manifest, FEATURES, weights.length);
    if (buckets !== 1 << FEATURE_BITS) throw new ModelError(`has ${buckets} buckets`);
    this.#heads = heads;
    this.#roots = weights;
    this.#deciding = heads.filter(({ decides }) => decides);
    const width = this.#deciding.length;
    if (width === 0) throw new ModelError('has no head that decides');
    this.#joined = this.#deciding.map(({ name }, at) => [
      at,
      ...this.#deciding.flatMap(({ joins }, other) => (joins === name ? [other] : [])),
    ]);
    this.#weights = new Int16Array(buckets * width);
    for (const [at, head] of this.#deciding.entries()) {
      const from = heads.indexOf(head);
      for (let bucket = 0; bucket < buckets; bucket++) {
        this.#weights[bucket * width + at] = weightOf(weights[bucket * heads.length + from] ?? 0);
      }
    }
    this.#words = new WordSums(this.#weights, width);
  }

  /**
   * The number of a head that decides.
   * @throws ModelError
   */
  indexOf(name: string): number {
    const index = this.#deciding.findIndex((head) => head.name === name);
    if (index < 0) throw new ModelError(`has no head ${name} that decides`);
    return index;
  }

  /** @throws ModelError */
  headAt(index: number): ModelHead {
    const head = this.#deciding[index];
    if (head === undefined) throw new ModelError(`has no head ${index}`);
    return head;
  }

  /** How sure a score is, 0 to 1, by the calibration of the head. */
  grade(index: number, score: number): number {
    const { slope, shift } = this.headAt(index).calibration;
    return 1 / (1 + Math.exp(-(slope * score + shift)));
  }

  /** The score that is so sure. */
  scoreAt(index: number, grade: number): number {
    const { slope, shift } = this.headAt(index).calibration;
    return (Math.log(grade / (1 - grade)) - shift) / slope;
  }

  /** The same in hundredths, at most 0.99. */
  confidence(index: number, score: number): number {
    return Math.min(0.99, Math.round(100 * this.grade(index, score)) / 100);
  }

  /** Linear in the length of the view; asked again for the same view it costs nothing. */
  score(view: View): WindowScores {
    const known = this.#known.get(view);
    if (known !== undefined) return known;
    const scores = this.#scoreNow(view);
    this.#known.set(view, scores);
    return scores;
  }

  /**
   * A window's score by a head that decides, and those that join it, if it reaches `asked`. What is said
   * again counts once: a harmless sentence that is repeated stays one, and does not hide another. Where the
   * bound is below, nothing is looked at.
   */
  scoreFrom(view: View, window: number, head: number, asked: number): number | undefined {
    const { windows, bounds } = this.score(view);
    const span = windows[window];
    if (span === undefined) return undefined;
    let best: number | undefined;
    for (const one of this.#joined[head] ?? []) {
      if ((bounds[one]?.[window] ?? 0) < asked) continue;
      const score = this.#scoreOnce(view, span, one);
      if (score >= asked) best = Math.max(score, best ?? score);
    }
    return best;
  }

  #scoreOnce(view: View, { first, last }: Window, head: number): number {
    const { tokens } = this.score(view);
    const { scale, bias } = this.headAt(head);
    const words = this.#words;
    const hashAt = (i: number): number => (i < 0 ? 0 : pairHash(tokens.hashes[i] ?? 0));
    const buckets = this.#buckets;
    this.#seen.clear();
    let sum = 0;
    let features = 0;
    let earlier = hashAt(first - 2);
    let before = hashAt(first - 1);
    for (let i = first; i <= last; i++) {
      const row = words.rowOf(view.lower, tokens, i);
      const hash = hashAt(i);
      if (this.#seen.isNew(hash)) {
        sum += words.sumAt(row, head);
        features += words.featuresAt(row);
      }
      if (this.#seen.isNew(placeKey(hash, before, earlier))) {
        const found = placeFeatures(hash, before, earlier, tokens.kinds[i] ?? 0, buckets, 0);
        sum += this.#weightOf(head, found);
        features += found;
      }
      earlier = before;
      before = hash;
    }
    return (sum * scale) / Math.sqrt(Math.max(1, features)) + bias;
  }

  /** One window's scores by all heads, by their names. */
  tell(view: View, window: Window): ReadonlyMap<string, number> {
    const width = this.#heads.length;
    const sums = new Float64Array(width);
    let features = 0;
    eachFeature(view.lower, this.score(view).tokens, window, this.#seen, (bucket) => {
      features++;
      for (let head = 0; head < width; head++) {
        sums[head] = (sums[head] ?? 0) + weightOf(this.#roots[bucket * width + head] ?? 0);
      }
    });
    const shrink = 1 / Math.sqrt(Math.max(1, features));
    return new Map(
      this.#heads.map(({ name, scale, bias }, at) => [name, (sums[at] ?? 0) * scale * shrink + bias]),
    );
  }

  #scoreNow(view: View): WindowScores {
    const tokens = takeTokens(view.text, view.lower);
    const windows = windowsOf(tokens);
    const { totals, counts, onceCounts } = this.#sumUp(view.lower, tokens);
    const width = this.#deciding.length;
    const bounds = this.#deciding.map(() => new Float64Array(windows.length));
    for (let head = 0; head < width; head++) {
      const { scale, bias } = this.headAt(head);
      const own = bounds[head] ?? new Float64Array();
      for (let at = 0; at < windows.length; at++) {
        const { first, last } = windows[at] ?? { first: 0, last: 0 };
        // Right also where the sums have wrapped round in between.
        const sum = ((totals[(last + 1) * width + head] ?? 0) - (totals[first * width + head] ?? 0)) | 0;
        const of = sum > 0 ? onceCounts : counts;
        const features = Math.max(1, (of[last + 1] ?? 0) - (of[first] ?? 0));
        own[at] = (sum * scale) / Math.sqrt(features) + bias;
      }
    }
    return { tokens, windows, bounds };
  }

  #sumUp(lower: string, tokens: Tokens): Sums {
    const { count, kinds, hashes } = tokens;
    const width = this.#deciding.length;
    const totals = new Int32Array((count + 1) * width);
    const counts = new Int32Array(count + 1);
    const onceCounts = new Int32Array(count + 1);
    const words = this.#words;
    const base = this.#nextToken;
    this.#nextToken = (base + count + AGAIN_TOKENS) | 0;
    let before = 0;
    let earlier = 0;
    for (let i = 0; i < count; i++) {
      const row = words.rowOf(lower, tokens, i);
      const hash = pairHash(hashes[i] ?? 0);
      const found = placeFeatures(hash, before, earlier, kinds[i] ?? 0, this.#buckets, 0);
      const features = words.featuresAt(row) + found;
      const isAgain = ((base + i - words.moveTo(row, (base + i) | 0)) | 0) < AGAIN_TOKENS;
      counts[i + 1] = (counts[i] ?? 0) + features;
      onceCounts[i + 1] = (onceCounts[i] ?? 0) + (isAgain ? 0 : features);
      for (let head = 0; head < width; head++) {
        const own = words.sumAt(row, head);
        const place = this.#weightOf(head, found);
        const from = i * width + head;
        // What is said again adds to a window only where it, or its place, adds anything.
        const more = isAgain ? Math.max(0, own) + Math.max(0, place) : own + place;
        totals[from + width] = (totals[from] ?? 0) + more;
      }
      earlier = before;
      before = hash;
    }
    return { totals, counts, onceCounts };
  }

  /** The weights of the first `count` buckets. */
  #weightOf(head: number, count: number): number {
    const width = this.#deciding.length;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += this.#weights[(this.#buckets[i] ?? 0) * width + head] ?? 0;
    return sum;
  }
}
