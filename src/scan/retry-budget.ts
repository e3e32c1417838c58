/** Bounds the retries of a remote scan service, so that a struggling service is not asked twice as much. */

export interface RetryBudgetOptions {
  /** Most retries as a share of the calls of the window. */
  readonly share: number;
  /** This many are allowed in a window with few calls. */
  readonly retriesMin: number;
  readonly windowMs: number;
}

export const RETRY_BUDGET: RetryBudgetOptions = { share: 0.1, retriesMin: 10, windowMs: 10_000 };

/** Counts in two halves of the window: exact enough for a bound, and constant in memory. */
export class RetryBudget {
  readonly #options: RetryBudgetOptions;
  #halves = [
    { calls: 0, retries: 0 },
    { calls: 0, retries: 0 },
  ];
  #half = 0;

  constructor(options: RetryBudgetOptions) {
    this.#options = options;
  }

  countCall(nowMs: number): void {
    this.#current(nowMs).calls += 1;
  }

  /** Takes one retry out of the budget; false: there is none left now. */
  take(nowMs: number): boolean {
    const current = this.#current(nowMs);
    const calls = this.#halves.reduce((sum, half) => sum + half.calls, 0);
    const retries = this.#halves.reduce((sum, half) => sum + half.retries, 0);
    if (retries + 1 > Math.max(this.#options.retriesMin, calls * this.#options.share)) return false;
    current.retries += 1;
    return true;
  }

  #current(nowMs: number): { calls: number; retries: number } {
    const half = Math.floor((nowMs * 2) / this.#options.windowMs);
    const fresh = (): { calls: number; retries: number } => ({ calls: 0, retries: 0 });
    const [, last] = this.#halves;
    if (half > this.#half + 1) this.#halves = [fresh(), fresh()];
    else if (half > this.#half) this.#halves = [last ?? fresh(), fresh()];
    this.#half = Math.max(half, this.#half);
    return this.#halves[1] ?? fresh();
  }
}
