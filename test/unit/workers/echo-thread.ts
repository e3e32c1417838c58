/** A thread for the tests of the pool: echoes, spins, ends, throws, or asks back. */
import { serveThread } from '../../../src/workers/thread.ts';

export type EchoJob =
  | { readonly echo: string }
  | { readonly ask: string }
  | { readonly does: 'spin' | 'end' | 'throw' };

export const ECHO_THREAD = new URL(import.meta.url);

serveThread('echo', (data, ask) => async (body) => {
  const job = body as EchoJob;
  if ('echo' in job) return { data, echo: job.echo };
  if ('ask' in job) return { answer: await ask(job.ask) };
  if (job.does === 'end') process.exit(3);
  if (job.does === 'throw') throw new Error(`holds ${'text'}`);
  for (;;);
});
