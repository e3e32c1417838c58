/** Reads a request's body strictly: what is scanned and forwarded are the same bytes (DESIGN §4.2). */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../core/errors.ts';
import { JsonError, type JsonLimits, type JsonNode, readJson } from '../core/json.ts';
import { BodyError, readBytes } from './body-bytes.ts';
import { CodingError, type ContentCoding, decodeBody, readContentCoding } from './content-coding.ts';
import type { RequestHead } from './edge.ts';

export interface ReceivedBody {
  /** The decoded bytes: what goes upstream where nothing is masked. */
  readonly bytes: Buffer;
  /** The same as text; offsets of `json` and of edits are of this. */
  readonly text: string;
  readonly json: JsonNode;
  /** Bytes as they came. */
  readonly wireBytes: number;
  readonly wasCoded: boolean;
}

export interface ReceiveLimits {
  readonly bodyBytes: number;
  readonly decodedRatio: number;
  readonly requestBodyMs: number;
  readonly json: JsonLimits;
}

/** What one exchange owes to the others. */
export interface Sharing {
  /** Told of bytes that were not announced. @throws GatewayError */
  readonly charge: (bytes: number) => void;
  /** Awaited before each step of work on so many bytes. */
  readonly step: (bytes: number) => Promise<void> | undefined;
}

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/** True for `application/json`, alone or with `charset=utf-8` (RFC 9110 §8.3.1: names in any letter case). */
export function isJsonType(contentType: string | undefined): boolean {
  return contentType !== undefined && JSON_TYPE.test(contentType);
}

/** True where the request's framing announces a body (RFC 9112 §6.3). */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Reads, decodes and parses the body of a scanned route.
 * @throws GatewayError 400, 408, 413, 415 or 503; BodyError `cut` when the client left
 */
export async function receiveBody(
  request: IncomingMessage,
  response: ServerResponse,
  head: RequestHead,
  limits: ReceiveLimits,
  { charge, step }: Sharing,
): Promise<ReceivedBody> {
  if (!isJsonType(request.headers['content-type'])) throw new GatewayError('unsupported_media_type');
  const coding = readCoding(request.headers['content-encoding']);
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) throw tooLarge(limits);
  if (head.expectsContinue) response.writeContinue();
  const isAnnounced = announcedBytes(request, limits) > 0;
  const coded = await collect(request, limits, isAnnounced ? undefined : charge);
  const bytes = coding === undefined ? coded : await decode(coded, coding, limits, charge);
  await step(bytes.length);
  const text = decodeText(bytes);
  await step(bytes.length);
  return {
    bytes,
    text,
    json: parse(text, limits.json),
    wireBytes: coded.length,
    wasCoded: coding !== undefined,
  };
}

/** What the request's head says of its body's size; 0 where it is sent in chunks. */
export function announcedBytes(request: IncomingMessage, limits: Pick<ReceiveLimits, 'bodyBytes'>): number {
  return Math.min(Number(request.headers['content-length'] ?? 0), limits.bodyBytes);
}

const tooLarge = (limits: ReceiveLimits, cause?: unknown): GatewayError =>
  new GatewayError('body_too_large', { detail: `The limit is ${limits.bodyBytes} bytes.`, cause });

const readCoding = (value: string | undefined): ContentCoding | undefined => {
  try {
    return readContentCoding(value);
  } catch (cause) {
    throw new GatewayError('unsupported_encoding', { cause });
  }
};

const collect = async (
  request: IncomingMessage,
  limits: ReceiveLimits,
  charge: ((bytes: number) => void) | undefined,
): Promise<Buffer> => {
  const { bodyBytes, requestBodyMs } = limits;
  try {
    return await readBytes(request, {
      bytesMax: bodyBytes,
      timeoutMs: requestBodyMs,
      ...(charge === undefined ? {} : { charge }),
    });
  } catch (cause) {
    if (cause instanceof BodyError && cause.fault === 'too-large') throw tooLarge(limits, cause);
    if (cause instanceof BodyError && cause.fault === 'timeout')
      throw new GatewayError('body_timeout', { cause });
    throw cause;
  }
};

const decode = async (
  coded: Buffer,
  coding: ContentCoding,
  limits: ReceiveLimits,
  charge: (bytes: number) => void,
): Promise<Buffer> => {
  try {
    return await decodeBody(coded, coding, {
      bytesMax: limits.bodyBytes,
      ratioMax: limits.decodedRatio,
      charge,
    });
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    if (cause instanceof CodingError && cause.fault === 'too-large') throw tooLarge(limits, cause);
    throw new GatewayError('bad_encoding', { cause });
  }
};

const decodeText = (bytes: Buffer): string => {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (hasMark || !isUtf8(bytes)) throw new GatewayError('bad_utf8');
  return bytes.toString('utf8');
};

const parse = (text: string, limits: JsonLimits): JsonNode => {
  try {
    return readJson(text, limits);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new GatewayError('bad_json', { detail: `Found: ${cause.message}.`, cause });
  }
};
