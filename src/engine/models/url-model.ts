/** Scores an address: how much it looks like those that phish. */
import { z } from 'zod';
import type { ModelFile } from '../../core/model-file.ts';
import { checkManifest, ModelError, type ModelHead } from './manifest.ts';
import { eachUrlFeature, URL_FEATURE_BITS, URL_FEATURES, URL_PARTS } from './url-features.ts';
import { UrlForest } from './url-forest.ts';
import { urlShape } from './url-shape.ts';

const forestSchema = z.object({
  forest: z.object({
    trees: z.int().positive(),
    /** How many numbers of an address the trees were made for. */
    numbers: z.int().positive().max(254),
    base: z.number(),
  }),
  /** Hosts that many know, with all below them, with blanks between. */
  wellKnown: z.string(),
});

export class UrlModel {
  readonly #weights: Int8Array;
  readonly #head: ModelHead;
  readonly #forest: UrlForest;
  readonly #base: number;
  readonly #wellKnown: ReadonlySet<string>;

  /** @throws ModelError */
  constructor({ manifest, weights }: ModelFile) {
    const buckets = 1 << URL_FEATURE_BITS;
    const { heads } = checkManifest(manifest, URL_FEATURES, Math.min(weights.length, buckets));
    const [head] = heads;
    if (head === undefined || heads.length !== 1) throw new ModelError(`has ${heads.length} heads`);
    const { success, data, error } = forestSchema.safeParse(manifest);
    if (!success) throw new ModelError(`manifest: ${z.prettifyError(error)}`);
    this.#weights = weights.subarray(0, buckets);
    this.#head = head;
    this.#wellKnown = new Set(data.wellKnown.split(' '));
    const numbers = URL_PARTS + 1 + this.#shape('a.example', '', '').length;
    if (data.forest.numbers !== numbers) {
      throw new ModelError(`reads ${data.forest.numbers} numbers, the engine makes ${numbers}`);
    }
    this.#forest = new UrlForest(weights.subarray(buckets), data.forest.trees, numbers);
    this.#base = data.forest.base;
  }

  #shape(host: string, rest: string, port: string): readonly number[] {
    return urlShape(host, rest, port, (name) => this.#wellKnown.has(name));
  }

  /** What the trees are asked about: the sums over pieces, whole and of each part, and the shape. */
  #numbers(host: string, rest: string, port: string): Float32Array {
    const sums = new Float64Array(URL_PARTS);
    const counts = new Float64Array(URL_PARTS);
    eachUrlFeature(host, rest, (bucket, part) => {
      const root = this.#weights[bucket] ?? 0;
      sums[part] = (sums[part] ?? 0) + root * Math.abs(root);
      counts[part] = (counts[part] ?? 0) + 1;
    });
    const { scale, bias } = this.#head;
    const mean = (sum: number, many: number): number => (sum * scale) / Math.sqrt(Math.max(1, many));
    const total = (parts: Float64Array): number => parts.reduce((sum, part) => sum + part, 0);
    return Float32Array.from([
      mean(total(sums), total(counts)) + bias,
      ...sums.map((sum, part) => mean(sum, counts[part] ?? 0)),
      ...this.#shape(host, rest, port),
    ]);
  }

  /** The higher, the more it looks like one that phishes. */
  score(host: string, rest: string, port: string): number {
    return this.#base + this.#forest.sum(this.#numbers(host, rest, port));
  }

  /** The confidence that it phishes, or undefined below the threshold. */
  judge(host: string, rest: string, port: string): number | undefined {
    const { threshold, calibration } = this.#head;
    const score = this.score(host, rest, port);
    if (score < threshold) return undefined;
    const sure = 1 / (1 + Math.exp(-(calibration.slope * score + calibration.shift)));
    return Math.min(0.99, Math.round(sure * 100) / 100);
  }
}
