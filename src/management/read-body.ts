/** Reads a request's body: strict JSON under a cap, or bytes. */

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { JsonError, readJson } from '../core/json.ts';
import { collectBody } from '../http/collect-body.ts';
import { HttpError } from '../http/json-answer.ts';
import { ApiError, invalidAt } from './api-error.ts';

const BODY_BYTES_MAX = 4_194_304;
const BODY_MS = 30_000;
const JSON_LIMITS = { depthMax: 64, keysMax: 100_000 };
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  try {
    return await collectBody(request, { bytesMax: BODY_BYTES_MAX, timeoutMs: BODY_MS });
  } catch (cause) {
    if (!(cause instanceof HttpError)) throw cause;
    throw new ApiError(cause.status, cause.message, cause.headers);
  }
}

/** Undefined where nothing was sent. @throws ApiError 413, 415 or 422 */
export function parseJson(bytes: Buffer, contentType: string): unknown {
  if (bytes.length === 0) return undefined;
  if (!JSON_TYPE.test(contentType)) throw new ApiError(415, 'The body must be application/json');
  if (!isUtf8(bytes)) throw invalidAt(['body'], 'JSON decode error', 'json_invalid');
  const text = bytes.toString('utf8');
  try {
    readJson(text, JSON_LIMITS);
  } catch (cause) {
    if (cause instanceof JsonError)
      throw invalidAt(['body', cause.offset], 'JSON decode error', 'json_invalid');
    throw cause;
  }
  return parseKept(text);
}

/** A member `__proto__` would get lost on the way: it is refused instead. @throws ApiError, SyntaxError */
export function parseKept(text: string): unknown {
  return JSON.parse(text, (name, value: unknown) => {
    if (name === '__proto__') throw invalidAt(['body', name], 'A member cannot have this name');
    return value;
  });
}
