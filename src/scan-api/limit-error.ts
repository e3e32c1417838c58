/** Too much is asked: a 429 in both shapes that clients read (contract §1.9, §6.6). */
import type { ServerResponse } from 'node:http';
import { sendJson } from '../http/json-answer.ts';

export class LimitError extends Error {
  readonly afterSeconds: number;
  /** @param afterSeconds when it is worth to ask again */
  constructor(afterSeconds: number) {
    super('Request exceeds limit');
    this.name = 'LimitError';
    this.afterSeconds = Math.max(1, Math.ceil(afterSeconds));
  }
}

/** Some clients read the hint at the root, some within `error`, some the header. */
export function sendLimit(response: ServerResponse, { message, afterSeconds }: LimitError): void {
  const retry_after = { interval: afterSeconds, unit: 'second' };
  const headers = { 'Retry-After': String(afterSeconds) };
  sendJson(response, 429, { error: { message, retry_after }, retry_after }, headers);
}
