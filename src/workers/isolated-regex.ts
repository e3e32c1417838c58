/** The isolated regex engine over worker threads: what overruns is ended with its thread (THREATS P1, P2). */
import { type IsolatedFault, type IsolatedRegex, IsolatedRegexError } from '../core/isolated-regex.ts';
import { PoolError } from './pool-error.ts';
import { REGEX_THREAD, REGEX_THREAD_NAME, type RegexJob, type RegexJobReply } from './regex-thread.ts';
import { WorkerPool } from './worker-pool.ts';

export interface IsolatedRegexOptions {
  /** For one pattern over all views of one text. */
  readonly deadlineMs: number;
  readonly threadsMax: number;
}

export interface ClosableIsolatedRegex extends IsolatedRegex {
  close(): Promise<void>;
}

/** More matches of one pattern in one text cannot be told. */
const MATCHES_MAX = 50_000;
const WAITING_MAX = 256;
const WAIT_MS = 5_000;
/** A pattern that backtracks into memory is stopped here rather than by the system. */
const LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

const faultOf = (error: unknown): IsolatedFault => {
  const fault = error instanceof PoolError ? error.fault : 'failed';
  return fault === 'deadline' || fault === 'busy' ? fault : 'failed';
};

/** No thread is started before the first text. */
export function createIsolatedRegex({ deadlineMs, threadsMax }: IsolatedRegexOptions): ClosableIsolatedRegex {
  const pool = new WorkerPool({
    name: REGEX_THREAD_NAME,
    entry: REGEX_THREAD,
    threadsMax,
    waitingMax: WAITING_MAX,
    limits: LIMITS,
  });
  return {
    async find({ source }, texts, ownDeadlineMs = deadlineMs) {
      const job: RegexJob = { source, texts, matchesMax: MATCHES_MAX };
      let reply: RegexJobReply;
      try {
        reply = (await pool.run(() => job, {
          deadlineMs: ownDeadlineMs,
          waitMs: WAIT_MS,
        })) as RegexJobReply;
      } catch (cause) {
        throw new IsolatedRegexError(faultOf(cause), { cause });
      }
      if ('tooMany' in reply) throw new IsolatedRegexError('too-many');
      return reply.spans;
    },
    close: () => pool.close(),
  };
}
