/** A raw connection that a test holds open, writes to bit by bit, and reads or leaves unread. */
import { connect, type Socket } from 'node:net';

export interface OpenSocket {
  readonly socket: Socket;
  /** All that came so far, as latin1. */
  text(): string;
  /** Resolves once what came satisfies the condition; rejects when the connection ends before. */
  until(condition: (text: string) => boolean): Promise<string>;
  /** Resolves with all that came when the other side has closed. */
  readonly closed: Promise<string>;
  close(): void;
}

/** @param localAddress another address of the loopback, to come as another client */
export function openSocket(port: number, localAddress = '127.0.0.1'): Promise<OpenSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<OpenSocket>();
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  let text = '';
  const looks = new Set<() => void>();
  const closed = new Promise<string>((done) => socket.once('close', () => done(text)));
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (const look of looks) look();
  });
  socket.on('error', reject);
  const until = (condition: (text: string) => boolean): Promise<string> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (!condition(text)) return;
        looks.delete(look);
        done(text);
      };
      looks.add(look);
      look();
      void closed.then(() => fail(new Error(`closed after: ${text.slice(0, 200)}`)));
    });
  socket.once('connect', () =>
    resolve({ socket, text: () => text, until, closed, close: () => socket.destroy() }),
  );
  return promise;
}
