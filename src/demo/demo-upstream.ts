/** The demo upstream: a little HTTP server that speaks OpenAI chat and Anthropic messages and echoes. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  anthropicError,
  anthropicEvents,
  anthropicMessage,
  anthropicModel,
  anthropicModels,
} from './anthropic-answers.ts';
import { type DemoRequest, readDemoRequest } from './demo-bodies.ts';
import {
  type DemoEvent,
  openAiCompletion,
  openAiError,
  openAiEvents,
  openAiModel,
  openAiModels,
} from './openai-answers.ts';
import { countTokens, replyTo } from './replies.ts';

export interface DemoUpstream {
  /** Base URL, e.g. `http://127.0.0.1:49152`. */
  readonly url: URL;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 16_777_216;

/** Starts the demo upstream on a free port of the loopback address. */
export async function startDemoUpstream(): Promise<DemoUpstream> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the demo upstream has no port');
  return {
    url: new URL(`http://127.0.0.1:${address.port}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const [path = ''] = (request.url ?? '').split('?');
  const isAnthropic = request.headers['anthropic-version'] !== undefined || path.startsWith('/v1/messages');
  if (request.method === 'GET' && answerModels(response, path, isAnthropic)) return;
  const make = request.method === 'POST' ? ANSWERS[path.replace(DEPLOYMENT, '/v1/')] : undefined;
  const toError = isAnthropic ? anthropicError : openAiError;
  if (make === undefined) {
    request.resume();
    writeJson(response, 404, toError(404, 'The demo model has no such route.'));
    return;
  }
  const body = readDemoRequest(await readText(request));
  if (body === undefined) writeJson(response, 400, toError(400, 'messages: must be a list.'));
  else make(response, body);
};

/** Whatever a deployment is called, the demo model answers for it. */
const DEPLOYMENT = /^\/openai\/deployments\/[^/]+\//;

type Answer = (response: ServerResponse, body: DemoRequest) => void;

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/v1/chat/completions': (response, body) => {
    const reply = replyTo(body.prompt, body.tools);
    const [id, created] = [newId(), unixSeconds()];
    if (body.stream) writeStream(response, openAiEvents(body, reply, id, created));
    else writeJson(response, 200, openAiCompletion(body, reply, id, created));
  },
  '/v1/messages': (response, body) => {
    const reply = replyTo(body.prompt, body.tools);
    if (body.stream) writeStream(response, anthropicEvents(body, reply, newId()));
    else writeJson(response, 200, anthropicMessage(body, reply, newId()));
  },
  '/v1/messages/count_tokens': (response, body) => {
    writeJson(response, 200, { input_tokens: countTokens(body.chars) });
  },
};

const answerModels = (response: ServerResponse, path: string, isAnthropic: boolean): boolean => {
  const id = /^\/v1\/models(?:\/([A-Za-z0-9._:-]+))?$/.exec(path);
  if (id === null) return false;
  const [, model] = id;
  const at = new Date(unixSeconds() * 1000).toISOString();
  if (model !== undefined && model !== 'demo') {
    const toError = isAnthropic ? anthropicError : openAiError;
    writeJson(response, 404, toError(404, 'The demo upstream has one model: demo.'));
  } else if (model !== undefined) {
    writeJson(response, 200, isAnthropic ? anthropicModel(model, at) : openAiModel(model, unixSeconds()));
  } else {
    writeJson(response, 200, isAnthropic ? anthropicModels(at) : openAiModels(unixSeconds()));
  }
  return true;
};

const newId = (): string => randomBytes(12).toString('hex');
const unixSeconds = (): number => Math.floor(Date.now() / 1000);

const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new RangeError('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const writeJson = (response: ServerResponse, status: number, body: unknown): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
};

const writeStream = (response: ServerResponse, events: readonly DemoEvent[]): void => {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  for (const { name, data } of events) {
    response.write(`${name === undefined ? '' : `event: ${name}\n`}data: ${data}\n\n`);
  }
  response.end();
};
