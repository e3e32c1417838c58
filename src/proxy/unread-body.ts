/** Reads away a body that an early answer left unread, so that the client gets the answer and not a reset. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A client that still sends sees its answer first; one that goes on past the bound is cut off.
 * @param bytesMax most bytes that are read away
 */
export function discardUnread(request: IncomingMessage, response: ServerResponse, bytesMax: number): void {
  if (request.complete || request.destroyed) return;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > bytesMax) request.destroy();
  });
  request.on('error', () => undefined);
  // Paused by the reader that gave up; a paused body would hold its connection.
  response.once('finish', () => request.resume());
  if (response.writableFinished) request.resume();
}
