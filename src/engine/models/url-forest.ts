/** A forest of small trees over the numbers of an address, read from the bytes behind a model's weights. */
import { ModelError } from './manifest.ts';

/** Number of a feature, steps to the node where it is greater, two unused, a float in little endian. */
export const NODE_BYTES = 8;
/** In the place of a feature: the float is what the tree adds. */
const LEAF = 255;
const STEPS_MAX = 64;

export class UrlForest {
  readonly #features: Uint8Array;
  readonly #steps: Uint8Array;
  /** Of a node what its feature must not exceed to go on with the next node, of a leaf its sum. */
  readonly #values: Float32Array;
  readonly #roots: readonly number[];

  /** @throws ModelError where it names a feature or a node that is not there */
  constructor(bytes: Int8Array, trees: number, features: number) {
    const nodes = bytes.length / NODE_BYTES;
    if (!Number.isInteger(nodes)) throw new ModelError(`has a forest of ${bytes.length} bytes`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#features = Uint8Array.from({ length: nodes }, (_, node) => view.getUint8(node * NODE_BYTES));
    this.#steps = Uint8Array.from({ length: nodes }, (_, node) => view.getUint8(node * NODE_BYTES + 1));
    this.#values = Float32Array.from({ length: nodes }, (_, node) =>
      view.getFloat32(node * NODE_BYTES + 4, true),
    );
    const roots: number[] = [];
    for (let node = 0; node < nodes; node = this.#endOf(node, features)) roots.push(node);
    if (roots.length !== trees) throw new ModelError(`has ${roots.length} trees, its manifest says ${trees}`);
    this.#roots = roots;
  }

  /** The node behind the tree or branch that begins at `node`. */
  #endOf(node: number, features: number, depth = 0): number {
    const feature = this.#features[node];
    const step = this.#steps[node] ?? 0;
    if (feature === undefined || depth > STEPS_MAX) throw new ModelError('has a tree without end');
    if (feature === LEAF) return node + 1;
    if (feature >= features) throw new ModelError(`asks for number ${feature} of ${features}`);
    const right = this.#endOf(node + 1, features, depth + 1);
    if (right !== node + step) throw new ModelError('has a branch that is not where it says');
    return this.#endOf(right, features, depth + 1);
  }

  sum(numbers: Float32Array): number {
    const features = this.#features;
    const values = this.#values;
    const steps = this.#steps;
    let sum = 0;
    for (const root of this.#roots) {
      let node = root;
      let feature = features[node] ?? LEAF;
      while (feature !== LEAF) {
        node += (numbers[feature] ?? 0) <= (values[node] ?? 0) ? 1 : (steps[node] ?? 1);
        feature = features[node] ?? LEAF;
      }
      sum += values[node] ?? 0;
    }
    return sum;
  }
}
