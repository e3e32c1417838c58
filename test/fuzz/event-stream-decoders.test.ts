/** However the upstream frames and cuts its events: what any decoder of the client shows was an event of ours, and scanned (DESIGN §7). */
import fc from 'fast-check';
import { Stream } from 'openai/core/streaming';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/sse.ts';
import { writeEvents } from '../../src/proxy/answer.ts';
import { createFrameReader } from '../../src/proxy/frames.ts';
import { readBySpec } from '../support/spec-event-stream.ts';

const LIMITS = { eventChars: 1_000_000, json: { depthMax: 64, keysMax: 10_000 } };

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const text = fc.string({
  unit: fc.constantFrom('a', 'é', '😀', ' ', ':', '\\n', '\u2028', '\ufeff'),
  maxLength: 12,
});
const event = text.map((value) => `{"t":"${value}"}`);
/** One event as a hostile upstream may write it: fields in any order, over lines, with comments between. */
const frame = fc
  .record({
    data: event,
    lines: fc.boolean(),
    before: fc.constantFrom(
      '',
      ': note\n',
      'id: 7\n',
      'retry: 1\n',
      'event: message\n',
      'datax: {"t":"x"}\n',
      'data\n',
    ),
    space: fc.constantFrom('', ' '),
  })
  .map(({ data, lines, before, space }) => {
    const parts = lines ? [data.slice(0, 1), data.slice(1)] : [data];
    return `${before}${parts.map((part) => `data:${space}${part}\n`).join('')}\n`;
  });
const wire = fc
  .record({
    mark: fc.constantFrom('', '\ufeff'),
    frames: fc.array(frame, { maxLength: 8 }),
    ends: fc.array(lineEnd, { minLength: 1, maxLength: 5 }),
    tail: fc.constantFrom('', 'data: {"t":"tail"}', 'data: {"t":"tail"}\n', ': x'),
  })
  .map(({ mark, frames, ends, tail }) => {
    let at = 0;
    const whole = `${mark}${frames.join('')}${tail}`;
    return Buffer.from(whole.replaceAll('\n', () => ends[at++ % ends.length] ?? '\n'));
  });

const cutAt = (bytes: Buffer, sizes: readonly number[]): readonly Buffer[] => {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const to = at + (sizes[turn % sizes.length] ?? 1);
    chunks.push(bytes.subarray(at, to));
    at = to;
  }
  return chunks;
};

interface Read {
  readonly events: readonly StreamEvent[];
  readonly whole: boolean;
}
/** What the gateway reads, up to a fault. */
const read = (chunks: readonly Buffer[]): Read => {
  const frames = createFrameReader(LIMITS);
  const events: StreamEvent[] = [];
  for (const chunk of chunks) {
    const { events: some, fault } = frames.push(chunk);
    events.push(...some);
    if (fault) return { events, whole: false };
  }
  return { events, whole: frames.end() };
};

const bySdk = async (sent: string): Promise<readonly unknown[]> => {
  const shown: unknown[] = [];
  const stream = Stream.fromSSEResponse(new Response(sent), new AbortController());
  for await (const item of stream) shown.push(item);
  return shown;
};

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

describe('decoders', () => {
  it('show nothing of what the gateway sends that was not an event of its own reading', async () => {
    await fc.assert(
      fc.asyncProperty(wire, sizes, async (bytes, cuts) => {
        const { events } = read(cutAt(bytes, cuts));
        const sent = writeEvents(events);
        const data = events.map((each) => each.data);
        expect(readBySpec(Buffer.from(sent))).toEqual(data);
        expect(read([Buffer.from(sent)]).events.map((each) => each.data)).toEqual(data);
        expect(await bySdk(sent)).toEqual(data.map((each) => JSON.parse(each)));
      }),
      { numRuns: 400 },
    );
  });

  it('read the same whatever the chunks: every byte boundary', async () => {
    fc.assert(
      fc.property(wire, (bytes) => {
        const whole = read([bytes]);
        for (let at = 1; at < bytes.length; at += 1) {
          const cut = read([bytes.subarray(0, at), bytes.subarray(at)]);
          expect(cut.events.map((each) => each.data)).toEqual(whole.events.map((each) => each.data));
          expect(cut.whole).toBe(whole.whole);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of the gateway reads 100,000 small events and one of 16 MB', () => {
    const small = Buffer.from('data: {"t":"x"}\n\n'.repeat(100_000));
    expect(read(cutAt(small, [65_536])).events.length).toBe(100_000);
    const limits = { ...LIMITS, eventChars: 20_000_000 };
    const data = JSON.stringify({ t: 'x'.repeat(16_000_000) });
    const frames = createFrameReader(limits);
    const found = cutAt(Buffer.from(`data: ${data}\n\n`), [65_536]).flatMap(
      (chunk) => frames.push(chunk).events,
    );
    expect(found.map((each) => each.data.length)).toEqual([data.length]);
    expect(createFrameReader(LIMITS).push(Buffer.from(`data: ${data}\n\n`)).fault?.code).toBe(
      'upstream_too_large',
    );
  });
});
