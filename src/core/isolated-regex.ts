/** A backtracking regex engine in a thread of its own, which is ended when it does not come back in time. */

/** A pattern in ECMAScript syntax for the flags `v` and `i`. */
export interface IsolatedPattern {
  readonly source: string;
}

/** Beginnings and ends in turn, UTF-16 units. An empty match stands for the whole text. */
export type MatchSpans = readonly number[];

/**
 * `deadline`: it did not end in time; `too-many`: more matches than can be told; `failed`: the engine gave
 * up, or the pattern does not compile; `busy`: too many wait already.
 */
export type IsolatedFault = 'deadline' | 'too-many' | 'failed' | 'busy';

export class IsolatedRegexError extends Error {
  readonly fault: IsolatedFault;
  constructor(fault: IsolatedFault, options?: ErrorOptions) {
    super(`isolated regex: ${fault}`, options);
    this.name = 'IsolatedRegexError';
    this.fault = fault;
  }
}

export interface IsolatedRegex {
  /**
   * All matches in each text, whatever their case.
   * @param deadlineMs for all texts together, from when they are begun; by default the one of the setting
   * @throws IsolatedRegexError: what could not be searched is never taken for clean
   */
  find(
    pattern: IsolatedPattern,
    texts: readonly string[],
    deadlineMs?: number,
  ): Promise<readonly MatchSpans[]>;
}
