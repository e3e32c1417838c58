/** Counts events in a sliding window of time exactly, with a ring of their times. */
export class SlidingWindow {
  readonly #times: Float64Array;
  readonly #windowMs: number;
  #next = 0;

  /** @param countMax most events in any `windowMs` */
  constructor(countMax: number, windowMs: number) {
    this.#times = new Float64Array(countMax).fill(Number.NEGATIVE_INFINITY);
    this.#windowMs = windowMs;
  }

  /** Counts an event at `nowMs` and returns 0, or returns how many ms to wait, not counting it. */
  take(nowMs: number): number {
    const oldest = this.#times[this.#next] ?? Number.NEGATIVE_INFINITY;
    const waitMs = oldest + this.#windowMs - nowMs;
    if (waitMs > 0) return waitMs;
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#times.length;
    return 0;
  }
}
