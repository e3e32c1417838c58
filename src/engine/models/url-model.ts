/** Scores an address: how much it looks like those that phish. */
import type { ModelFile } from '../../core/model-file.ts';
import { checkManifest, ModelError, type ModelHead } from './manifest.ts';
import { eachUrlFeature, URL_FEATURE_BITS, URL_FEATURES } from './url-features.ts';

export class UrlModel {
  readonly #weights: Int8Array;
  readonly #head: ModelHead;

  /** @throws ModelError */
  constructor({ manifest, weights }: ModelFile) {
    const { heads, buckets } = checkManifest(manifest, URL_FEATURES, weights.length);
    const [head] = heads;
    if (buckets !== 1 << URL_FEATURE_BITS || head === undefined || heads.length !== 1) {
      throw new ModelError(`has ${buckets} buckets and ${heads.length} heads`);
    }
    this.#weights = weights;
    this.#head = head;
  }

  /** The confidence that it phishes, or undefined below the threshold. */
  judge(host: string, rest: string): number | undefined {
    let sum = 0;
    let features = 0;
    eachUrlFeature(host, rest, (bucket) => {
      features++;
      const root = this.#weights[bucket] ?? 0;
      sum += root * Math.abs(root);
    });
    const { scale, bias, threshold, calibration } = this.#head;
    const score = (sum * scale) / Math.sqrt(Math.max(1, features)) + bias;
    if (score < threshold) return undefined;
    const sure = 1 / (1 + Math.exp(-(calibration.slope * score + calibration.shift)));
    return Math.min(0.99, Math.round(sure * 100) / 100);
  }
}
