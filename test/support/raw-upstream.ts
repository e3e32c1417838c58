/** An upstream that writes bytes as they are: it reads one request, then a test plays the answer on its socket. */
import { createServer, type Socket } from 'node:net';

/** Plays an answer; `at` numbers the requests from 0. */
export type RawPlay = (socket: Socket, request: string, at: number) => void;

export interface RawUpstream {
  readonly port: number;
  readonly url: URL;
  /** Connections that are open now. */
  readonly open: number;
  /** Requests so far, heads and bodies as latin1. */
  readonly requests: readonly string[];
  /** How the next requests are answered. */
  play(next: RawPlay): void;
  /** Resolves when no more than so many connections are open. */
  downTo(count: number): Promise<void>;
  close(): Promise<void>;
}

/** @param path of the base URL, with its query */
export async function startRawUpstream(path = '/'): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const waiting = new Set<() => void>();
  let current: RawPlay = (socket) => socket.destroy();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      for (const look of waiting) look();
    });
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const length = wholeLength(text);
      if (length === undefined) return;
      const request = text.slice(0, length);
      text = text.slice(length);
      requests.push(request);
      current(socket, request, requests.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  const { port } = address;
  return {
    port,
    url: new URL(`http://127.0.0.1:${port}${path}`),
    get open() {
      return sockets.size;
    },
    requests,
    play: (next) => {
      current = next;
    },
    downTo: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (sockets.size > count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Characters of the first request in the text; undefined while it is not whole. */
function wholeLength(text: string): number | undefined {
  const split = text.indexOf('\r\n\r\n');
  if (split === -1) return undefined;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, split))?.[1] ?? 0);
  return text.length >= split + 4 + length ? split + 4 + length : undefined;
}

/** One chunk of a chunked body (RFC 9112 §7.1). */
export function rawChunk(bytes: string | Buffer): Buffer {
  const body = Buffer.from(bytes);
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
}

/** A whole answer with its length, on a connection that stays open. */
export function rawAnswer(type: string, body: string | Buffer, more = '', status = '200 OK'): Buffer {
  const bytes = Buffer.from(body);
  const head = `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\n${more}Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
