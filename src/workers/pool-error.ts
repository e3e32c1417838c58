/** Why a worker thread gave no answer. */

/**
 * `busy`: too many wait, or it waited too long; `deadline`: it did not end in time, and its thread was ended;
 * `crashed`: the thread ended by itself or did not start; `failed`: the job threw; `given-up`: the caller
 * left; `closed`: the pool was closed.
 */
export type PoolFault = 'busy' | 'deadline' | 'crashed' | 'failed' | 'given-up' | 'closed';

/** Says nothing of the job, which may hold texts. */
export class PoolError extends Error {
  readonly fault: PoolFault;
  constructor(fault: PoolFault) {
    super(`worker thread: ${fault}`);
    this.name = 'PoolError';
    this.fault = fault;
  }
}
