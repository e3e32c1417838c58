/** A real HTTP server that keeps what it was sent byte for byte and answers as a test says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Resolves when the connection of this request is closed. */
  readonly closed: Promise<void>;
}

export type UpstreamHandler = (request: RecordedRequest, response: ServerResponse, socket: Socket) => void;

export interface RecordingUpstream {
  readonly url: URL;
  readonly server: Server;
  readonly requests: readonly RecordedRequest[];
  /** How the next requests are answered. */
  respond(handler: UpstreamHandler): void;
  close(): Promise<void>;
}

/** A chat completion with this text, as a handler. */
export function chatAnswer(text: string): UpstreamHandler {
  return (_request, response) => {
    const message = { role: 'assistant', content: text };
    const body = JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body);
  };
}

/** The data of one chunk of a streamed chat completion. */
export function chatChunk(content: string, finish: string | null = null): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: content === '' ? {} : { content }, finish_reason: finish }],
  });
}

/** A whole streamed chat completion with these pieces, as it stands on the wire. */
export function chatStream(pieces: readonly string[]): string {
  const data = [...pieces.map((piece) => chatChunk(piece)), chatChunk('', 'stop'), '[DONE]'];
  return data.map((line) => `data: ${line}\n\n`).join('');
}

/** Answers with the bytes of an event stream. */
export function streamAnswer(text: string): UpstreamHandler {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(text);
  };
}

export async function startRecordingUpstream(): Promise<RecordingUpstream> {
  const requests: RecordedRequest[] = [];
  let handler: UpstreamHandler = chatAnswer('Fine.');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.socket.setMaxListeners(0);
    const closed = new Promise<void>((resolve) => {
      request.socket.once('close', () => resolve());
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('end', () => {
      const recorded: RecordedRequest = {
        method: request.method ?? '',
        target: request.url ?? '',
        rawHeaders: request.rawHeaders,
        headers: request.headers,
        body: Buffer.concat(chunks),
        closed,
      };
      requests.push(recorded);
      handler(recorded, response, request.socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return {
    url: new URL(`http://127.0.0.1:${address.port}`),
    server,
    requests,
    respond: (next) => {
      handler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
