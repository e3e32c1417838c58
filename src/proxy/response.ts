/** Reads an upstream's answer under caps, so that it can be judged (DESIGN §4.6, §14). */
import { isUtf8 } from 'node:buffer';
import { pipeline, type Readable } from 'node:stream';
import { GatewayError } from '../core/errors.ts';
import { JsonError, type JsonLimits, type JsonNode, readJson } from '../core/json.ts';
import { type Operation, type ResponseReading, ShapeError } from '../protocols/protocol.ts';
import { BodyError, readBytes } from './body-bytes.ts';
import {
  CodingError,
  type ContentCoding,
  createDecoder,
  decodeBody,
  readContentCoding,
} from './content-coding.ts';
import { type UpstreamAnswer, type UpstreamHeaders, upstreamFault } from './forward.ts';
import { isJsonType, type Sharing } from './receive.ts';

export interface ReadAnswer {
  readonly bytes: Buffer;
  readonly text: string;
  readonly reading: ResponseReading;
}

export interface AnswerLimits {
  readonly responseBytes: number;
  readonly decodedRatio: number;
  readonly json: JsonLimits;
}

const EVENT_STREAM = /^text\/event-stream[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/** How an answer is to be read; by its content type, whatever the request asked for. */
export type AnswerKind = 'json' | 'stream' | 'empty' | 'other';

export function kindOf(answer: UpstreamAnswer): AnswerKind {
  if (answer.status === 204) return 'empty';
  const type = answer.headers['content-type'];
  if (typeof type !== 'string') return 'other';
  if (isJsonType(type)) return 'json';
  return EVENT_STREAM.test(type) ? 'stream' : 'other';
}

/**
 * Reads a JSON answer under its cap.
 * @param sharing told of every byte that is kept
 * @throws GatewayError: over the cap, cut, or not readable with certainty; the upstream is aborted
 */
export async function readAnswer(
  answer: UpstreamAnswer,
  operation: Operation,
  limits: AnswerLimits,
  { charge, step }: Sharing,
): Promise<ReadAnswer> {
  const { body, headers } = answer;
  try {
    const coding = codingOf(headers);
    if (Number(headers['content-length'] ?? 0) > limits.responseBytes)
      throw new GatewayError('upstream_too_large');
    const coded = await readBytes(body, { bytesMax: limits.responseBytes, charge });
    const decoding = { bytesMax: limits.responseBytes, ratioMax: limits.decodedRatio, charge };
    const bytes = coding === undefined ? coded : await decodeBody(coded, coding, decoding);
    await step(bytes.length);
    if (!isUtf8(bytes)) throw new GatewayError('upstream_invalid');
    const text = bytes.toString('utf8');
    await step(bytes.length);
    return { bytes, text, reading: read(operation, readJson(text, limits.json)) };
  } catch (cause) {
    body.destroy();
    throw answerFault(cause);
  }
}

/** A stream's bytes, decoded where the upstream compressed them unasked. @throws GatewayError */
export function decodedSource(answer: UpstreamAnswer): Readable {
  const coding = codingOf(answer.headers);
  if (coding === undefined) return answer.body;
  // Destroying either end destroys the other: the upstream is aborted with its decoder.
  return pipeline(answer.body, createDecoder(coding), () => undefined);
}

const codingOf = (headers: UpstreamHeaders): ContentCoding | undefined => {
  const value = headers['content-encoding'];
  try {
    return readContentCoding(Array.isArray(value) ? value.join(',') : value);
  } catch (cause) {
    throw new GatewayError('upstream_invalid', { cause });
  }
};

const read = (operation: Operation, json: JsonNode): ResponseReading => {
  if (operation.readResponse === undefined) throw new GatewayError('upstream_invalid');
  return operation.readResponse(json);
};

const answerFault = (cause: unknown): GatewayError => {
  if (cause instanceof GatewayError) return cause;
  if (cause instanceof CodingError) {
    return new GatewayError(cause.fault === 'too-large' ? 'upstream_too_large' : 'upstream_invalid', {
      cause,
    });
  }
  if (cause instanceof JsonError || cause instanceof ShapeError)
    return new GatewayError('upstream_invalid', { cause });
  if (cause instanceof BodyError) {
    if (cause.fault === 'too-large') return new GatewayError('upstream_too_large', { cause });
    return upstreamFault(cause.cause, 'upstream_cut');
  }
  return new GatewayError('internal', { cause });
};
