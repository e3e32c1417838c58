/** What goes wrong with a database, in the words of all of them. */

/**
 * `unavailable`: it cannot be reached, is full or fails; `conflict`: a rule of the tables was broken;
 * `newer`: it was written by a newer version; `foreign`: its tables are not those that we made.
 */
export type StoreFault = 'unavailable' | 'conflict' | 'newer' | 'foreign';

export class StoreError extends Error {
  readonly fault: StoreFault;
  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.fault = fault;
  }
}
