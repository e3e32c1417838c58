/** The upstream of all measurements: a bare HTTP server that answers chat completions with texts that vary. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { answerJobs } from '../harness/jobs.ts';
import { createWordSource } from '../harness/word-source.ts';
import { completion, roleEvent } from './mock-answers.ts';
import { PacedStreams } from './paced-streams.ts';

/** The model's name tells what to do: `paced-<events per second>-<events>-<name>`, `quiet`, or a whole answer. */
const PACED = /^paced-(\d+)-(\d+)-(\w+)$/;
const ANSWER_CHARS = 512;
const EVENT_STREAM = { 'content-type': 'text/event-stream' };

const MockJob = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('listen'), seed: z.number() }),
  z.object({ kind: z.literal('sent') }),
  z.object({ kind: z.literal('quiet') }),
]);

const listen = async (seed: number): Promise<{ readonly port: number }> => {
  const words = createWordSource(seed);
  const paced = new PacedStreams(seed * 100_000);
  let answers = 0;
  const answer = (body: string, response: ServerResponse): void => {
    answers += 1;
    // Read without a parser: the mock's own cost is in every measurement.
    const model = /"model":"([^"]*)"/.exec(body)?.[1] ?? '';
    const plan = PACED.exec(model);
    if (plan) {
      const [, perSecond, events, name = ''] = plan;
      response.writeHead(200, EVENT_STREAM);
      paced.add({ name, perSecond: Number(perSecond), events: Number(events) }, response);
    } else if (model === 'quiet') {
      response.writeHead(200, EVENT_STREAM);
      openQuietly(response, answers);
    } else {
      sendJson(response, completion(answers, words.text(ANSWER_CHARS)));
    }
  };
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    if (request.method === 'GET') sendJson(response, '{"object":"list","data":[]}');
    else readText(request, (body) => answer(body, response));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  state.paced = paced;
  return { port: (server.address() as AddressInfo).port };
};

const state: { quiet: number; paced: PacedStreams | undefined } = { quiet: 0, paced: undefined };

const openQuietly = (response: ServerResponse, id: number): void => {
  state.quiet += 1;
  response.on('close', () => {
    state.quiet -= 1;
  });
  response.write(roleEvent(id));
};

const readText = (request: IncomingMessage, done: (text: string) => void): void => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('end', () => done(text));
};

const sendJson = (response: ServerResponse, body: string): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

answerJobs(async (message) => {
  const job = MockJob.parse(message);
  if (job.kind === 'listen') return listen(job.seed);
  return job.kind === 'quiet' ? state.quiet : (state.paced?.takeSent() ?? {});
});
