/** Sends bodies of megabytes over a few connections, each with another text. */
import { Pool } from 'undici';
import { z } from 'zod';
import { answerJobs } from '../harness/jobs.ts';
import { createWordSource } from '../harness/word-source.ts';

const LargeJob = z.object({
  kind: z.literal('large'),
  origin: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  shape: z.enum(['chat', 'scan']),
  connections: z.number(),
  bodies: z.number(),
  chars: z.number(),
  seed: z.number(),
});
type LargeJob = z.infer<typeof LargeJob>;

/** Sentences are said again and again, an address to hide stands every few pages, and not all is Latin-1. */
const PAGE_CHARS = 4096;
const PAGES = 16;

function textOf(job: LargeJob, number: number): string {
  const words = createWordSource(job.seed + number);
  const pages = Array.from({ length: PAGES }, () => words.text(PAGE_CHARS));
  pages.push('Write to mary.jones@northwind-harbour.org — she answers.');
  const chapter = pages.join('\n');
  return chapter.repeat(Math.ceil(job.chars / chapter.length)).slice(0, job.chars);
}

function bodyOf(job: LargeJob, number: number): Buffer {
  const text = textOf(job, number);
  const document =
    job.shape === 'scan'
      ? { contents: [{ prompt: text }] }
      : { model: 'bench-model', messages: [{ role: 'user', content: text }] };
  return Buffer.from(JSON.stringify(document));
}

answerJobs(async (message) => {
  const job = LargeJob.parse(message);
  const pool = new Pool(job.origin, { connections: job.connections, pipelining: 1, bodyTimeout: 0 });
  const bodies = Array.from({ length: job.bodies }, (_, number) => bodyOf(job, number));
  const times: number[] = [];
  let [faults, firstFault] = [0, ''];
  const drive = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const from = performance.now();
      const headers = { 'content-type': 'application/json', ...job.headers };
      const answer = await pool.request({ path: job.path, method: 'POST', headers, body });
      const text = await answer.body.text();
      times.push(performance.now() - from);
      if (answer.statusCode === 200) continue;
      faults += 1;
      if (firstFault === '') firstFault = `HTTP ${answer.statusCode} ${text.slice(0, 200)}`;
    }
  };
  await Promise.all(Array.from({ length: job.connections }, drive));
  await pool.close();
  return { timesMs: times, faults, firstFault };
});
