/** Answers what Node's HTTP parser refuses, with the headers and the error shape of all answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, GatewayError } from '../core/errors.ts';
import type { GatewayOptions } from './options.ts';
import { writeRawRefusal } from './raw-refusal.ts';

export interface ParserFaults {
  /** Remembers the answer that is under way on a connection: nothing may be written into it. */
  track(request: IncomingMessage, response: ServerResponse): void;
  onClientError(error: Error, socket: Duplex): void;
}

/** Answers of one connection; more than one where a client sends requests ahead. */
interface Underway {
  open: number;
  latest: ServerResponse;
}

export function createParserFaults(options: Pick<GatewayOptions, 'protocols' | 'newTrId'>): ParserFaults {
  const connections = new WeakMap<Duplex, Underway>();
  return {
    track(request, response) {
      const known = connections.get(request.socket);
      const underway = known ?? { open: 0, latest: response };
      if (known === undefined) connections.set(request.socket, underway);
      underway.open += 1;
      underway.latest = response;
      response.once('close', () => {
        underway.open -= 1;
      });
    },
    onClientError(error, socket) {
      const underway = connections.get(socket);
      const close = (): void => void socket.destroy();
      if (!socket.writable || codeOf(error) === 'ECONNRESET') close();
      else if (underway === undefined || underway.open === 0) socket.end(refusal(error, options), close);
      // The whole answer is already written: it goes out before the connection closes.
      else if (underway.open === 1 && underway.latest.writableEnded) socket.end(close);
      else if (underway.open === 1 && !underway.latest.headersSent)
        socket.end(refusal(error, options), close);
      // A half-sent answer must stay visibly broken.
      else close();
    },
  };
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';

const errorCodeOf = (error: Error): ErrorCode => {
  const code = codeOf(error);
  if (code === 'HPE_HEADER_OVERFLOW') return 'too_many_headers';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'body_timeout' : 'bad_framing';
};

const refusal = (cause: Error, options: Pick<GatewayOptions, 'protocols' | 'newTrId'>): string =>
  writeRawRefusal(new GatewayError(errorCodeOf(cause), { cause }), options);
