/** Collects the bytes of a body under a size cap. */
import type { Readable } from 'node:stream';

/** Why a body did not come whole. */
export type BodyFault = 'too-large' | 'cut' | 'timeout';

export class BodyError extends Error {
  readonly fault: BodyFault;
  constructor(fault: BodyFault, options?: ErrorOptions) {
    super(`body: ${fault}`, options);
    this.name = 'BodyError';
    this.fault = fault;
  }
}

export interface BytesLimits {
  readonly bytesMax: number;
  /** Longest time for the whole body; undefined where the stream has its own time-out. */
  readonly timeoutMs?: number;
  /** Told of every chunk before it is kept; where it throws, reading ends. */
  readonly charge?: (bytes: number) => void;
}

/**
 * Reads a body to its end. On a fault reading stops at once and the stream is left to the caller.
 * @throws BodyError, or what `charge` throws
 */
export function readBytes(stream: Readable, limits: BytesLimits): Promise<Buffer> {
  const { bytesMax, timeoutMs, charge } = limits;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => fail('timeout'), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    };
    const giveUp = (cause: unknown): void => {
      settle();
      stream.pause();
      reject(cause);
    };
    const fail = (fault: BodyFault, cause?: unknown): void => giveUp(new BodyError(fault, { cause }));
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > bytesMax) {
        fail('too-large');
        return;
      }
      try {
        charge?.(chunk.length);
      } catch (cause) {
        giveUp(cause);
        return;
      }
      chunks.push(chunk);
    };
    const onEnd = (): void => {
      settle();
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, size));
    };
    const onError = (cause: unknown): void => fail('cut', cause);
    const onClose = (): void => fail('cut');
    stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}
