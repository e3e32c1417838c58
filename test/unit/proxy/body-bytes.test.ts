/** A body comes whole, within its size and time, or not at all. */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BodyError, readBytes } from '../../../src/proxy/body-bytes.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const LISTENED = ['data', 'end', 'error', 'close'] as const;

const newStream = () => {
  const stream = new PassThrough();
  const before = LISTENED.map((event) => stream.listenerCount(event));
  return { stream, isFree: () => LISTENED.every((event, at) => stream.listenerCount(event) === before[at]) };
};

const reasonOf = (promise: Promise<Buffer>): Promise<unknown> =>
  promise.then(
    () => 'nothing',
    (reason: unknown) => reason,
  );

describe('readBytes', () => {
  it.each([
    ['nothing', []],
    ['one chunk', ['abc']],
    ['several chunks', ['a', 'bc', 'd']],
  ])('gives back %s', async (_what, chunks) => {
    const { stream, isFree } = newStream();
    const told: number[] = [];
    const read = readBytes(stream, { bytesMax: 4, timeoutMs: 50, charge: (bytes) => told.push(bytes) });
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
    expect((await read).toString()).toBe(chunks.join(''));
    expect(told).toEqual(chunks.map((chunk) => chunk.length));
    expect(isFree()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops at one byte above the limit, and leaves the stream to the caller', async () => {
    const { stream, isFree } = newStream();
    const told: number[] = [];
    const read = reasonOf(readBytes(stream, { bytesMax: 3, charge: (bytes) => told.push(bytes) }));
    stream.write('ab');
    stream.write('cd');
    const reason = await read;
    expect(reason).toBeInstanceOf(BodyError);
    expect(reason).toMatchObject({ fault: 'too-large', name: 'BodyError', message: 'body: too-large' });
    expect(told).toEqual([2]);
    expect([stream.isPaused(), stream.destroyed, isFree()]).toEqual([true, false, true]);
  });

  it('tells a body that ends early from a whole one, with its cause', async () => {
    const closed = newStream();
    const cut = reasonOf(readBytes(closed.stream, { bytesMax: 9 }));
    closed.stream.write('ab');
    closed.stream.destroy();
    expect(await cut).toMatchObject({ fault: 'cut' });
    const broken = newStream();
    broken.stream.on('error', () => {});
    const cause = new Error('reset');
    const failed = reasonOf(readBytes(broken.stream, { bytesMax: 9 }));
    broken.stream.destroy(cause);
    expect(await failed).toMatchObject({ fault: 'cut', cause });
  });

  it('ends at its time, and without one waits', async () => {
    const { stream, isFree } = newStream();
    const read = reasonOf(readBytes(stream, { bytesMax: 9, timeoutMs: 50 }));
    stream.write('ab');
    vi.advanceTimersByTime(49);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await read).toMatchObject({ fault: 'timeout' });
    expect([stream.isPaused(), isFree()]).toEqual([true, true]);
    void readBytes(newStream().stream, { bytesMax: 9 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with what the charge throws', async () => {
    const { stream, isFree } = newStream();
    const cause = new RangeError('no room');
    const charge = (): never => {
      throw cause;
    };
    const read = reasonOf(readBytes(stream, { bytesMax: 9, timeoutMs: 50, charge }));
    stream.write('ab');
    expect(await read).toBe(cause);
    expect([stream.isPaused(), isFree(), vi.getTimerCount()]).toEqual([true, true, 0]);
  });
});
