/** A trained model as it is read from disk: what compose hands to the engine, and to its threads. */

export interface ModelFile {
  /** The parsed JSON beside the weights: what the model is, and what it was made of. */
  readonly manifest: unknown;
  /** One signed byte for each weight; over shared memory, so that threads need no copy. */
  readonly weights: Int8Array;
}

/** All trained models of the engine. */
export interface ModelFiles {
  readonly text: ModelFile;
  readonly url: ModelFile;
}
