/** How a worker process answers the jobs that the benchmark sends it. */
import { z } from 'zod';

export const JobReply = z.object({ result: z.unknown(), error: z.string().optional() });

/** Answers jobs until the benchmark goes away; then the process ends, whatever it is doing. */
export function answerJobs(answer: (job: unknown) => Promise<unknown>): void {
  const reply = (message: z.infer<typeof JobReply>): void => {
    process.send?.(message);
  };
  process.on('message', (job) => {
    answer(job).then(
      (result) => reply({ result }),
      (error: unknown) => reply({ result: null, error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  // An interrupt at the terminal reaches the whole group; the benchmark itself ends this process.
  process.on('SIGINT', () => {});
}
