/** Reading event streams, in chunks of any size. */
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../../src/core/sse.ts';
import { createFrameReader } from '../../../src/proxy/frames.ts';

const LIMITS = { eventChars: 1000, json: { depthMax: 8, keysMax: 100 } };

/** Reads the bytes in chunks of this size. */
const read = (bytes: Buffer, size: number) => {
  const reader = createFrameReader(LIMITS);
  const events: StreamEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const frames = reader.push(bytes.subarray(at, at + size));
    events.push(...frames.events);
    if (frames.fault) return { events, fault: frames.fault.code, whole: false };
  }
  return { events, fault: undefined, whole: reader.end() };
};

const SIZES = [1, 2, 3, 7, 10_000];

describe('createFrameReader', () => {
  it.each(SIZES)('reads the same events in chunks of %i bytes', (size) => {
    const text =
      '\ufeff: comment\n\nid: 1\nretry: 5\nevent: a.b_c\ndata: {"x":"é😀"}\n\n' +
      'data:{"y":1}\r\n\r\ndata: [\rdata: 2]\r\revent: two words\ndata: "z"\n\ndata: [DONE]\n\n';
    const { events, whole } = read(Buffer.from(text), size);
    expect(whole).toBe(true);
    expect(events.map(({ name, data }) => ({ name, data }))).toEqual([
      { name: 'a.b_c', data: '{"x":"é😀"}' },
      { name: undefined, data: '{"y":1}' },
      { name: undefined, data: '[\n2]' },
      { name: undefined, data: '"z"' },
      { name: undefined, data: '[DONE]' },
    ]);
    expect(events.map((event) => event.json?.type)).toEqual([
      'object',
      'object',
      'array',
      'string',
      undefined,
    ]);
  });

  it.each(['\n', '\r', '\r\n'])('takes the last line end for one, whatever it is: %j', (lineEnd) => {
    for (const size of SIZES) {
      const { events, whole } = read(Buffer.from(`data: 1${lineEnd}${lineEnd}`), size);
      expect(events).toHaveLength(1);
      expect(whole).toBe(true);
    }
  });

  it.each(['data: 1', 'data: 1\n', 'data: 1\r', 'data: 0\n\ndata: 1\n'])(
    'tells an unterminated last event: %j',
    (text) => {
      for (const size of SIZES) {
        const { events, whole } = read(Buffer.from(text), size);
        expect(whole).toBe(false);
        expect(events.every((event) => event.data === '0')).toBe(true);
      }
    },
  );

  it.each([
    ['no JSON', 'data: hello\n\n', 'upstream_invalid'],
    ['nothing', 'data\n\n', 'upstream_invalid'],
    ['two documents', 'data: 1 2\n\n', 'upstream_invalid'],
    ['a mark in other letters', 'data: [done]\n\n', 'upstream_invalid'],
    ['a repeated key', 'data: {"a":1,"a":1}\n\n', 'upstream_invalid'],
    ['too deep', `data: ${'['.repeat(9)}${']'.repeat(9)}\n\n`, 'upstream_invalid'],
    ['a lone surrogate', 'data: "\\ud800"\n\n', 'upstream_invalid'],
    ['too long', `data: "${'x'.repeat(2000)}`, 'upstream_too_large'],
  ])('stops at %s, and keeps what came before', (_name, text, fault) => {
    for (const size of SIZES) {
      const result = read(Buffer.from(`data: 0\n\n${text}data: 3\n\n`), size);
      expect(result.fault).toBe(fault);
      expect(result.events.map((event) => event.data)).toEqual(['0']);
    }
  });

  it('stops at bytes that are no UTF-8, also at the end', () => {
    expect(read(Buffer.from([...Buffer.from('data: "'), 0xff, 0x22, 10, 10]), 1).fault).toBe(
      'upstream_invalid',
    );
    expect(read(Buffer.from([...Buffer.from('data: 1\n\n'), 0xe2]), 100).whole).toBe(false);
  });

  it('passes on a name only where it is a plain word', () => {
    for (const name of ['4111111111111111', 'a b', 'a/b', 'x'.repeat(65)]) {
      expect(read(Buffer.from(`event: ${name}\ndata: 1\n\n`), 10_000).events[0]?.name).toBeUndefined();
    }
  });
});
