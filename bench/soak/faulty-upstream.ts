/** An upstream that answers, streams, hangs, breaks off and lies, as the model's name asks it to. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FaultyUpstream {
  readonly origin: string;
  close(): void;
}

const STREAM = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };
const EVENT_MS = 5;

const completion = (content: string): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  });
const event = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: finish === null ? { content } : {}, finish_reason: finish }],
  })}\n\n`;

/** Sends so many events in time, and then what ends it. */
const pace = (response: ServerResponse, events: number, finish: () => void): void => {
  response.writeHead(200, STREAM);
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    if (sent <= events) response.write(event(`Sentence ${sent} of the answer. `));
    else {
      clearInterval(timer);
      finish();
    }
  }, EVENT_MS);
  response.once('close', () => clearInterval(timer));
};

const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  answer: (response) => response.writeHead(200, JSON_TYPE).end(completion('A short answer.')),
  card: (response) => response.writeHead(200, JSON_TYPE).end(completion('It is 4111 1111 1111 1111.')),
  stream: (response) => pace(response, 20, () => response.end(`${event('', 'stop')}data: [DONE]\n\n`)),
  endless: (response) => pace(response, 100_000, () => response.end()),
  hang: () => undefined,
  'stream-hang': (response) => response.writeHead(200, STREAM).write(event('A beginning. ')),
  reset: (response) => response.socket?.resetAndDestroy(),
  'stream-reset': (response) => pace(response, 5, () => response.socket?.resetAndDestroy()),
  'stream-cut': (response) => pace(response, 5, () => response.end('data: {"id":')),
  'json-cut': (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': 5000 }).write('{"id":');
    response.socket?.destroySoon();
  },
  garbage: (response) => response.writeHead(200, JSON_TYPE).end('<html>'),
  huge: (response) => response.writeHead(200, JSON_TYPE).end(completion('x'.repeat(1_000_000))),
  error: (response) => response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>no</h1>'),
  redirect: (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
};
export const MODELS: readonly string[] = Object.keys(ANSWERS);

export async function startFaultyUpstream(): Promise<FaultyUpstream> {
  const server = createServer({ keepAliveTimeout: 2_000 }, (request, response) => {
    let body = '';
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (request.method === 'GET') response.writeHead(200, JSON_TYPE).end('{"object":"list","data":[]}');
      else (ANSWERS[/"model":"([^"]*)"/.exec(body)?.[1] ?? ''] ?? ANSWERS.answer)?.(response);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
