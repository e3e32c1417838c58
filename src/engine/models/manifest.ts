/** What the engine needs of a model's manifest, checked: a model that does not fit is never half used. */
import { z } from 'zod';
import { CARRIERS } from './carriers.ts';

const head = z.object({
  name: z.string(),
  /** Scores every window; the other heads are asked about windows that one of these has found. */
  decides: z.boolean().default(false),
  /** A weight's byte is its signed root in this unit: small weights are many, large ones few. */
  scale: z.number().positive(),
  bias: z.number(),
  /** A window is found from this score on; one threshold for everything. */
  threshold: z.number(),
  /** Another head that decides: where this one's score is higher, it counts as that one's. */
  joins: z.string().optional(),
  /**
   * How much less a score may be in a text of such a kind, because honest ones score so much less there.
   * Never more: anybody can write a text of any kind.
   */
  carriers: z.partialRecord(z.enum(CARRIERS), z.number().nonnegative()).default({}),
  /** Score to probability: 1 / (1 + exp(-(slope * score + shift))). */
  calibration: z.object({ slope: z.number(), shift: z.number() }),
});

export const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  features: z.string(),
  buckets: z.int().positive(),
  heads: z.array(head).min(1),
});

export type ModelManifest = z.infer<typeof manifestSchema>;
export type ModelHead = ModelManifest['heads'][number];

/** A model that is broken or of another kind than the engine reads. */
export class ModelError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
  }
}

/** @throws ModelError where manifest and weights do not fit each other or the engine */
export function checkManifest(manifest: unknown, features: string, weights: number): ModelManifest {
  const { success, data, error } = manifestSchema.safeParse(manifest);
  if (!success) throw new ModelError(`manifest: ${z.prettifyError(error)}`);
  if (data.features !== features)
    throw new ModelError(`reads ${data.features}, the engine makes ${features}`);
  const asked = data.buckets * data.heads.length;
  if (weights !== asked) throw new ModelError(`holds ${weights} weights, its manifest says ${asked}`);
  for (const { name, joins, decides } of data.heads) {
    if (joins === undefined) continue;
    const other = data.heads.find((head) => head.name === joins);
    if (!decides || other === undefined || !other.decides || other.joins !== undefined)
      throw new ModelError(`${name} joins ${joins}, and both must decide`);
  }
  return data;
}
