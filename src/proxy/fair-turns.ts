/** Spreads heavy work over turns of the event loop: a burst does not hold up health, streams and timers. */

export class FairTurns {
  readonly #turnMs: number;
  readonly #now: () => number;
  #startedMs: number | undefined;

  /**
   * @param turnMs work that begins within so long of a turn's first work is done in that turn
   * @param monotonicMs read once for each piece of work
   */
  constructor(turnMs: number, monotonicMs: () => number) {
    this.#turnMs = turnMs;
    this.#now = monotonicMs;
  }

  /** Awaited before a piece of work; undefined where it may begin at once, as nearly always. */
  take(): Promise<void> | undefined {
    return this.#hasRoom() ? undefined : this.#wait();
  }

  #hasRoom(): boolean {
    const nowMs = this.#now();
    if (this.#startedMs === undefined) {
      this.#startedMs = nowMs;
      setImmediate(() => {
        this.#startedMs = undefined;
      });
    }
    return nowMs - this.#startedMs <= this.#turnMs;
  }

  /** Whoever waits comes after what the event loop has to do meanwhile, in order. */
  async #wait(): Promise<void> {
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (!this.#hasRoom());
  }
}
