/**
 * The circuit breaker before a remote scan service, and the budget of its retries: pure, with the time
 * handed in.
 */

export interface BreakerOptions {
  /** Opens after this many failures in a row. */
  readonly failuresInRow: number;
  /** Opens when half of at least this many calls in the window failed. */
  readonly callsMin: number;
  readonly windowMs: number;
  /** While open, one call goes through every so often to see whether the service is back. */
  readonly probeMs: number;
}

/** DESIGN §14. */
export const BREAKER: BreakerOptions = { failuresInRow: 5, callsMin: 20, windowMs: 10_000, probeMs: 5000 };

/** What a call showed. `given-up`: nothing, since the caller left. */
export type CallOutcome = 'answered' | 'failed' | 'given-up';

/** Leave to call; exactly one of its outcomes must be reported. */
export interface CallPermit {
  readonly probe: boolean;
}

interface PastCall {
  readonly atMs: number;
  readonly failed: boolean;
}

/** Most calls that are remembered; under more load the window is shorter, not wrong. */
const CALLS_KEPT = 1024;

export class Breaker {
  readonly #options: BreakerOptions;
  #past: PastCall[] = [];
  #failedInRow = 0;
  /** Set while open: when the next probe may go. */
  #probeAtMs: number | undefined;
  #probing = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get open(): boolean {
    return this.#probeAtMs !== undefined;
  }

  /** Leave to call now, or the milliseconds until a probe may go. */
  ask(nowMs: number): CallPermit | { readonly waitMs: number } {
    if (this.#probeAtMs === undefined) return { probe: false };
    if (this.#probing) return { waitMs: this.#options.probeMs };
    if (nowMs < this.#probeAtMs) return { waitMs: this.#probeAtMs - nowMs };
    this.#probing = true;
    return { probe: true };
  }

  report(permit: CallPermit, outcome: CallOutcome, nowMs: number): void {
    if (permit.probe) this.#probing = false;
    if (outcome === 'given-up') return;
    if (permit.probe) {
      if (outcome === 'answered') this.#close();
      else this.#probeAtMs = nowMs + this.#options.probeMs;
      return;
    }
    // Calls that began before it opened say nothing new: only a probe closes it.
    if (this.open) return;
    this.#failedInRow = outcome === 'failed' ? this.#failedInRow + 1 : 0;
    this.#past.push({ atMs: nowMs, failed: outcome === 'failed' });
    if (outcome === 'failed' && this.#isBad(nowMs)) this.#probeAtMs = nowMs + this.#options.probeMs;
    if (this.#past.length > 2 * CALLS_KEPT) this.#past = this.#past.slice(-CALLS_KEPT);
  }

  #isBad(nowMs: number): boolean {
    const { failuresInRow, callsMin, windowMs } = this.#options;
    if (this.#failedInRow >= failuresInRow) return true;
    this.#past = this.#past.filter((call) => call.atMs > nowMs - windowMs);
    const failed = this.#past.filter((call) => call.failed).length;
    return this.#past.length >= callsMin && failed * 2 >= this.#past.length;
  }

  #close(): void {
    this.#probeAtMs = undefined;
    this.#past = [];
    this.#failedInRow = 0;
  }
}
