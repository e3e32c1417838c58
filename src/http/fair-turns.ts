/** Spreads heavy work over turns of the event loop: a burst does not hold up health, streams and timers. */

/** From here on a step takes longer than a turn should. */
const LONG_BYTES = 131_072;

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

  /** Awaited before each step of work on so many bytes: each step of long work gets a turn of its own. */
  step(bytes: number): Promise<void> | undefined {
    return bytes > LONG_BYTES ? this.#wait().then(this.#fill) : undefined;
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

  readonly #fill = (): void => {
    if (this.#startedMs !== undefined) this.#startedMs = Number.NEGATIVE_INFINITY;
  };

  /** Whoever waits comes after what the event loop has to do meanwhile, in order. */
  async #wait(): Promise<void> {
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (!this.#hasRoom());
  }
}
