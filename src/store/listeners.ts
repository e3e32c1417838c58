/** Who wants to be called back; a fault of one does not keep the others from it. */

export class Listeners {
  readonly #all = new Set<() => void>();

  /** Returns how to end it. */
  add(listener: () => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  call(): void {
    for (const listener of this.#all) listener();
  }
}
