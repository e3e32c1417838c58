/** Trained models for tests whose heads are equally sure of every window, whatever it says. */
import { readModels } from '../../src/compose-models.ts';
import type { ModelFiles } from '../../src/core/model-file.ts';
import { FEATURE_BITS, FEATURES } from '../../src/engine/models/text-features.ts';
import { TOXIC_CATEGORIES } from '../../src/engine/toxic/categories.ts';

/** From this grade on a head finds alone. */
export const ALONE = 0.8;
const scoreAt = (grade: number): number => Math.log(grade / (1 - grade));

/** @param grade how sure both heads are, between 0 and 1 */
export function flatModels(grade: number): ModelFiles {
  const heads = ['injection', 'toxic', ...Object.keys(TOXIC_CATEGORIES)].map((name, at) => ({
    name,
    decides: at < 2,
    scale: 1,
    bias: scoreAt(grade),
    threshold: scoreAt(ALONE),
    calibration: { slope: 1, shift: 0 },
  }));
  const buckets = 1 << FEATURE_BITS;
  const manifest = { name: 'flat', version: '1', features: FEATURES, buckets, heads };
  return { text: { manifest, weights: new Int8Array(buckets * heads.length) }, url: readModels().url };
}
