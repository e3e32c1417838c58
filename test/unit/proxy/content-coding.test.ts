/** Content codings: exactly one body, under caps. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  CodingError,
  type CodingFault,
  createDecoder,
  type DecodeLimits,
  decodeBody,
  readContentCoding,
} from '../../../src/proxy/content-coding.ts';

const TEXT = Buffer.from(JSON.stringify({ text: 'some text that is coded' }));
const CODERS = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const;
const CODINGS = ['gzip', 'deflate', 'br', 'zstd'] as const;

const upTo = (bytesMax: number): DecodeLimits => ({ bytesMax, ratioMax: 100 });

const faultOf = async (run: () => unknown): Promise<CodingFault | undefined> => {
  try {
    await run();
  } catch (error) {
    return error instanceof CodingError ? error.fault : undefined;
  }
  return undefined;
};

describe('readContentCoding', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['Identity, GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['deflate', 'deflate'],
    [' BR ', 'br'],
    ['zstd', 'zstd'],
  ])('reads %s as %s', (value, coding) => expect(readContentCoding(value)).toBe(coding));

  it.each(['gzip, br', 'gzip,gzip', 'compress', 'gzip;q=1', '*'])('refuses %s', async (value) => {
    expect(await faultOf(() => readContentCoding(value))).toBe('unknown');
  });
});

describe.each(CODINGS)('decodeBody of %s', (coding) => {
  const coded = CODERS[coding](TEXT);

  it('gives back the text', async () => {
    expect(await decodeBody(coded, coding, upTo(TEXT.length))).toEqual(TEXT);
  });

  it('gives back the text as it comes', async () => {
    const decoder = createDecoder(coding);
    for (const byte of coded) decoder.write(Buffer.from([byte]));
    decoder.end();
    expect(Buffer.concat(await decoder.toArray())).toEqual(TEXT);
  });

  it('tells what is wrong for the log', async () => {
    await expect(decodeBody(Buffer.from('{}'), coding, upTo(1000))).rejects.toMatchObject({
      name: 'CodingError',
      message: 'content coding: broken',
    });
  });

  it('refuses a body cut at any byte', async () => {
    for (let length = 0; length < coded.length; length += 1) {
      expect(await faultOf(() => decodeBody(coded.subarray(0, length), coding, upTo(1000)))).toBe('broken');
    }
  });

  it.each([
    ['a byte', Buffer.from([0])],
    ['another body', coded],
    ['text', Buffer.from('{}')],
  ])('refuses %s after the end', async (_name, more) => {
    expect(await faultOf(() => decodeBody(Buffer.concat([coded, more]), coding, upTo(1000)))).toBe('broken');
  });

  it('refuses more than the cap, and more than a hundred times the input', async () => {
    expect(await faultOf(() => decodeBody(coded, coding, upTo(TEXT.length - 1)))).toBe('too-large');
    const bomb = CODERS[coding](Buffer.alloc(1_000_000));
    expect(await faultOf(() => decodeBody(bomb, coding, upTo(10_000_000)))).toBe('too-large');
  });
});

describe('decodeBody of gzip', () => {
  it('reads heads with a name, extra fields and a checksum', async () => {
    const plain = gzipSync(TEXT);
    const head = Buffer.from(plain.subarray(0, 10));
    head[3] = 0x04 | 0x08 | 0x10 | 0x02;
    const fields = Buffer.concat([
      Buffer.from([4, 0, 65, 0, 0, 66]),
      Buffer.from('name\0note\0'),
      Buffer.from([0, 0]),
    ]);
    const named = Buffer.concat([head, fields, plain.subarray(10)]);
    expect(await decodeBody(named, 'gzip', upTo(1000))).toEqual(TEXT);
    for (let length = 0; length < named.length; length += 1) {
      expect(await faultOf(() => decodeBody(named.subarray(0, length), 'gzip', upTo(1000)))).toBe('broken');
    }
  });

  it('refuses another format, reserved flags, a wrong checksum and a wrong length', async () => {
    const plain = gzipSync(TEXT);
    for (const at of [0, 1, 2, 3, plain.length - 1, plain.length - 8]) {
      const damaged = Buffer.from(plain);
      damaged.writeUInt8((damaged.readUInt8(at) ^ 0xe0) & 0xff, at);
      expect(await faultOf(() => decodeBody(damaged, 'gzip', upTo(1000)))).toBe('broken');
    }
  });
});

describe('decodeBody of zstd', () => {
  it('refuses windows above 8 MiB, which would be memory for the asking', async () => {
    // A frame without its content size has to name its window.
    const streamed = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (24 - 10) << 3]),
      Buffer.from([0x01, 0x00, 0x00]),
    ]);
    expect(await faultOf(() => decodeBody(streamed, 'zstd', upTo(1000)))).toBe('broken');
    streamed[5] = (23 - 10) << 3;
    expect(await decodeBody(streamed, 'zstd', upTo(1000))).toEqual(Buffer.alloc(0));
  });

  it('refuses a skippable frame before or after the body', async () => {
    const coded = zstdCompressSync(TEXT);
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 65, 65]);
    expect(await faultOf(() => decodeBody(Buffer.concat([coded, skippable]), 'zstd', upTo(1000)))).toBe(
      'broken',
    );
    expect(await faultOf(() => decodeBody(Buffer.concat([skippable, coded]), 'zstd', upTo(1000)))).toBe(
      'broken',
    );
  });
});

describe('charging', () => {
  it('is told of every decoded byte, and ends decoding where it throws', async () => {
    let bytes = 0;
    const charge = (more: number): void => {
      bytes += more;
    };
    await decodeBody(gzipSync(TEXT), 'gzip', { ...upTo(1000), charge });
    expect(bytes).toBe(TEXT.length);
    const full = (): never => {
      throw new RangeError('no room');
    };
    await expect(decodeBody(gzipSync(TEXT), 'gzip', { ...upTo(1000), charge: full })).rejects.toThrow(
      'no room',
    );
  });

  it('is told of nothing more once it has thrown', async () => {
    let calls = 0;
    const full = (): never => {
      calls += 1;
      throw new RangeError('no room');
    };
    const long = { bytesMax: 20_000_000, ratioMax: 10_000, charge: full };
    await expect(decodeBody(gzipSync(Buffer.alloc(10_000_000)), 'gzip', long)).rejects.toThrow('no room');
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    expect(calls).toBe(1);
  });
});
