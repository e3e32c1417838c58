/** The second stage over ONNX classifiers in threads of their own: bounded queue, deadlines. */
import { type SecondJudge, SecondStageError, type SecondStageFault } from '../core/second-stage.ts';
import type { OnnxModelFiles } from './onnx-model.ts';
import {
  ONNX_THREAD,
  ONNX_THREAD_NAME,
  type OnnxJob,
  type OnnxReply,
  type OnnxThreadData,
} from './onnx-thread.ts';
import { PoolError } from './pool-error.ts';
import { WorkerPool } from './worker-pool.ts';

export interface OnnxJudgeOptions {
  readonly models: readonly OnnxModelFiles[];
  /** By model: from this score on it is found. */
  readonly thresholds: ReadonlyMap<string, number>;
  /** Each holds all models. */
  readonly threads: number;
  /** That one run may use. */
  readonly cores: number;
  /** Questions that may wait for a thread. */
  readonly waitingMax: number;
  /** Packages of the runtime, the best first. */
  readonly runtimes?: readonly string[];
}

export interface OnnxJudge extends SecondJudge {
  /** Loads the models. Resolves to what is wrong with them, in one line for the operator. */
  check(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Native code first; the other is for where none may run. */
const RUNTIMES = ['onnxruntime-node', 'onnxruntime-web/wasm'];
/** A run that takes longer is taken for stuck: it ends with its thread. */
const STUCK_MS = 10_000;
const CHECK_MS = 60_000;

const FAULTS: Readonly<Partial<Record<PoolError['fault'], SecondStageFault>>> = {
  'given-up': 'timeout',
  deadline: 'timeout',
  busy: 'busy',
};

/** No thread is started before it is needed. */
export function createOnnxJudge(options: OnnxJudgeOptions): OnnxJudge {
  const { models, cores, thresholds } = options;
  const pool = new WorkerPool({
    name: ONNX_THREAD_NAME,
    entry: ONNX_THREAD,
    data: { models, cores, runtimes: options.runtimes ?? RUNTIMES } satisfies OnnxThreadData,
    threadsMax: options.threads,
    waitingMax: options.waitingMax,
  });
  const run = async (job: OnnxJob, waitMs: number, signal?: AbortSignal): Promise<OnnxReply> => {
    const limits = { deadlineMs: STUCK_MS, waitMs, ...(signal === undefined ? {} : { signal }) };
    return (await pool.run(() => job, limits)) as OnnxReply;
  };
  return {
    async ask({ detector, text }, deadlineMs) {
      // A run that nobody waits for any more goes on to its end: native code cannot be stopped.
      const late = AbortSignal.timeout(Math.max(1, Math.ceil(deadlineMs)));
      const reply = await run({ name: detector, text }, STUCK_MS, late).catch((cause: unknown) => {
        const fault = cause instanceof PoolError ? FAULTS[cause.fault] : undefined;
        throw new SecondStageError(fault ?? 'unreachable', { cause });
      });
      if ('fault' in reply) throw new SecondStageError('unreachable');
      return reply.score >= (thresholds.get(detector) ?? 0);
    },
    async check() {
      try {
        const reply = await run({ text: '' }, CHECK_MS);
        return 'fault' in reply ? reply.fault : undefined;
      } catch {
        return 'secondStage.detectors: the ONNX models cannot be loaded; their thread ended';
      }
    },
    close: () => pool.close(),
  };
}
