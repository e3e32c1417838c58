/** Collects the bytes of a request's body under a cap and a deadline. */
import type { IncomingMessage } from 'node:http';
import { HttpError } from './json-answer.ts';

export interface BodyLimits {
  readonly bytesMax: number;
  /** For the whole body. */
  readonly timeoutMs: number;
}

/** The rest of a refused body is read and dropped, so that the refusal is seen; no longer than this. */
const DISCARD_MS = 2000;

/** @throws HttpError 413 or 408; 400 where the client broke off */
export function collectBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.bytesMax) {
    discardRest(request);
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak);
    };
    const refuse = (error: HttpError): void => {
      settle();
      discardRest(request);
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > limits.bytesMax) refuse(tooLarge());
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      settle();
      resolve(Buffer.concat(chunks, bytes));
    };
    const onBreak = (): void => refuse(new HttpError(400, 'Request data is invalid or malformed'));
    const late = (): void => refuse(new HttpError(408, 'The request body did not arrive in time', CLOSE));
    const timer = setTimeout(late, limits.timeoutMs);
    request.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak);
  });
}

const CLOSE = { Connection: 'close' };
const tooLarge = (): HttpError => new HttpError(413, 'The request body is too large', CLOSE);

function discardRest(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), DISCARD_MS);
  timer.unref();
  request.on('error', () => undefined).once('close', () => clearTimeout(timer));
  request.resume();
}
