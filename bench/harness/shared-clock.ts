/** A clock that all processes of one machine read alike, for lags from one process to another. */

// hrtime is the system's monotonic clock; performance.now() is the same clock, cheaper, from another zero.
const ZERO_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds since a moment that is the same for all processes. */
export const sharedNowMs = (): number => ZERO_MS + performance.now();
