/** Decodes content codings (RFC 9110 §8.4.1) once, under a size and a ratio cap. */
import type { Transform } from 'node:stream';
import {
  type BrotliDecompress,
  constants,
  crc32,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Gunzip,
  type Inflate,
  type InflateRaw,
  type ZstdDecompress,
} from 'node:zlib';

export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** `unknown`: not one known coding; `broken`: not exactly one coded body; `too-large`: over a cap. */
export type CodingFault = 'unknown' | 'broken' | 'too-large';

export class CodingError extends Error {
  readonly fault: CodingFault;
  constructor(fault: CodingFault, options?: ErrorOptions) {
    super(`content coding: ${fault}`, options);
    this.name = 'CodingError';
    this.fault = fault;
  }
}

export interface DecodeLimits {
  /** Most bytes of the decoded body. */
  readonly bytesMax: number;
  /** A decoded body may be so many times its coded size (THREATS J7). */
  readonly ratioMax: number;
  /** Told of every decoded piece; where it throws, decoding ends. */
  readonly charge?: (bytes: number) => void;
}

/** RFC 9659 §3: a window above 8 MiB is not for HTTP; one of 128 MiB would be memory for the asking. */
const ZSTD_WINDOW_LOG_MAX = 23;

const CODINGS: Readonly<Record<string, ContentCoding>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
};

/**
 * Reads a `Content-Encoding` field: names in any letter case, `identity` counts as none.
 * @returns undefined where the body is not coded
 * @throws CodingError `unknown` for more than one coding or an unknown one
 */
export function readContentCoding(value: string | undefined): ContentCoding | undefined {
  if (value === undefined) return undefined;
  const names = value
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  const [name] = names;
  if (name === undefined) return undefined;
  const coding = CODINGS[name];
  if (coding === undefined || names.length > 1) throw new CodingError('unknown');
  return coding;
}

/**
 * Decodes a whole body. Input left over after the coding's end, a second gzip member or zstd frame, and a
 * cut or damaged body are `broken`.
 * @throws CodingError, or what `charge` throws
 */
export async function decodeBody(
  coded: Buffer,
  coding: ContentCoding,
  limits: DecodeLimits,
): Promise<Buffer> {
  if (coding === 'gzip') return gunzip(coded, limits);
  const { decoded, used } = await run(decoderOf(coding), coded, coded.length, limits);
  if (used !== coded.length) throw new CodingError('broken');
  return decoded;
}

/** A decoder for a body that is read as it comes; the reader caps what comes out. */
export function createDecoder(coding: ContentCoding): Transform {
  return coding === 'gzip' ? createGunzip() : decoderOf(coding);
}

type Decoder = BrotliDecompress | Gunzip | Inflate | InflateRaw | ZstdDecompress;

const decoderOf = (coding: Exclude<ContentCoding, 'gzip'>): Decoder => {
  if (coding === 'br') return createBrotliDecompress();
  if (coding === 'deflate') return createInflate();
  return createZstdDecompress({
    params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
  });
};

const run = (
  decoder: Decoder,
  coded: Buffer,
  codedBytes: number,
  { bytesMax, ratioMax, charge }: DecodeLimits,
): Promise<{ readonly decoded: Buffer; readonly used: number }> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const cap = Math.min(bytesMax, codedBytes * ratioMax);
    let size = 0;
    let refusal: unknown;
    decoder.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      try {
        if (size > cap) throw new CodingError('too-large');
        charge?.(chunk.length);
      } catch (cause) {
        refusal = cause;
        decoder.destroy();
        reject(cause);
      }
    });
    decoder.on('end', () => resolve({ decoded: Buffer.concat(chunks, size), used: decoder.bytesWritten }));
    decoder.on('error', (cause) => reject(refusal ?? new CodingError('broken', { cause })));
    decoder.end(coded);
  });

const GZIP_HEAD_BYTES = 10;
const GZIP_TAIL_BYTES = 8;

/** One gzip member (RFC 1952 §2.3), read here: zlib joins members and passes over zeros after them. */
const gunzip = async (coded: Buffer, limits: DecodeLimits): Promise<Buffer> => {
  const start = gzipDataStart(coded);
  if (start === undefined) throw new CodingError('broken');
  const { decoded, used } = await run(createInflateRaw(), coded.subarray(start), coded.length, limits);
  const tail = start + used;
  if (tail + GZIP_TAIL_BYTES !== coded.length) throw new CodingError('broken');
  const intact =
    coded.readUInt32LE(tail) === crc32(decoded) && coded.readUInt32LE(tail + 4) === decoded.length % 2 ** 32;
  if (!intact) throw new CodingError('broken');
  return decoded;
};

/** Where the deflate data begins, or undefined where the head is not one of gzip. */
const gzipDataStart = (coded: Buffer): number | undefined => {
  const flags = coded[3] ?? 0xff;
  const isGzip = coded[0] === 0x1f && coded[1] === 0x8b && coded[2] === 8 && (flags & 0xe0) === 0;
  if (!isGzip) return undefined;
  let at = GZIP_HEAD_BYTES;
  if (flags & 0x04) at += 2 + (at + 2 <= coded.length ? coded.readUInt16LE(at) : 0);
  for (const flag of [0x08, 0x10]) {
    if ((flags & flag) === 0) continue;
    const end = coded.indexOf(0, at);
    if (end === -1) return undefined;
    at = end + 1;
  }
  if (flags & 0x02) at += 2;
  return at < coded.length ? at : undefined;
};
