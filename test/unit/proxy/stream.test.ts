/** The driver of a stream guard, with a guard and a client that do as the test says. */
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import type { ScanCall } from '../../../src/core/scan-service.ts';
import type { StreamEvent } from '../../../src/core/sse.ts';
import type { GuardCommand, StreamEnding, StreamGuard } from '../../../src/inspection/inspection.ts';
import { createFrameReader } from '../../../src/proxy/frames.ts';
import { runStream, type StreamResult, type StreamSink } from '../../../src/proxy/stream.ts';

const CLEAN: StreamEnding = {
  outcome: 'clean',
  class: 'allow',
  tail: [],
  note: { state: 'scanned' },
  traces: [],
};

class FakeGuard implements StreamGuard {
  wakeAt: number | undefined;
  heldChars = 0;
  judging = false;
  woken = 0;
  readonly pushed: string[] = [];
  onPush: (event: StreamEvent) => readonly GuardCommand[] = (event) => [
    { type: 'send', events: [event], last: false },
  ];
  onEnd: () => readonly GuardCommand[] = () => [{ type: 'finish', ending: CLEAN }];
  onWake: () => readonly GuardCommand[] = () => [];

  push(event: StreamEvent): readonly GuardCommand[] {
    this.pushed.push(event.data);
    return this.onPush(event);
  }
  end(): readonly GuardCommand[] {
    return this.onEnd();
  }
  cut(error: GatewayError): readonly GuardCommand[] {
    const tail = [{ name: 'error', data: '{"e":1}' }];
    const note = { state: 'unscanned', reason: 'uninspectable' } as const;
    return [
      {
        type: 'finish',
        ending: { outcome: 'failed', class: 'uninspectable', error, tail, note, traces: [] },
      },
    ];
  }
  judged(): readonly GuardCommand[] {
    return [];
  }
  wake(): readonly GuardCommand[] {
    this.woken += 1;
    this.wakeAt = undefined;
    return this.onWake();
  }
}

class FakeSink implements StreamSink {
  text = '';
  state: 'new' | 'started' | 'ended' | 'destroyed' = 'new';
  isFull = false;
  drain = (): void => undefined;

  start(): void {
    this.state = 'started';
  }
  write(text: string): boolean {
    this.text += text;
    return !this.isFull;
  }
  end(): void {
    this.state = 'ended';
  }
  destroy(): void {
    this.state = 'destroyed';
  }
  onDrain(listener: () => void): void {
    this.drain = listener;
  }
}

const start = (
  more: { keepAliveMs?: number; clientIdleMs?: number; heldCharsMax?: number; responseBytes?: number } = {},
) => {
  const guard = new FakeGuard();
  const sink = new FakeSink();
  const source = new PassThrough();
  const leave = new AbortController();
  const result: Promise<StreamResult> = runStream({
    guard,
    sink,
    source,
    frames: createFrameReader({ eventChars: 10_000, json: { depthMax: 8, keysMax: 100 } }),
    onEnding: async () => undefined,
    scan: () => Promise.reject(new Error('a service never rejects')),
    monotonicMs: () => performance.now(),
    responseBytes: more.responseBytes ?? 10_000,
    heldCharsMax: more.heldCharsMax ?? 100,
    keepAliveMs: more.keepAliveMs ?? 10_000,
    clientIdleMs: more.clientIdleMs ?? 10_000,
    signal: leave.signal,
  });
  return { guard, sink, source, leave, result };
};

describe('runStream', () => {
  it('sends what the guard releases and the note before the last event', async () => {
    const { guard, sink, source, result } = start();
    guard.onPush = (event) =>
      event.json === undefined
        ? [
            { type: 'send', events: [event], last: true },
            { type: 'finish', ending: { ...CLEAN, note: { state: 'masked' } } },
          ]
        : [{ type: 'send', events: [event], last: false }];
    source.end('event: a\ndata: 1\n\ndata: [DONE]\n\n');
    expect(await result).toMatchObject({ started: true, ending: { outcome: 'clean' } });
    expect(sink.text).toBe('event: a\ndata: 1\n\n: sallyport response=masked\n\ndata: [DONE]\n\n');
    expect(sink.state).toBe('ended');
  });

  it('writes no head while nothing was released, and leaves the answer to the caller', async () => {
    const { guard, sink, source, result } = start();
    guard.onPush = () => [];
    source.write('data: 1\n\n');
    source.end('data: broken\n\n');
    const { started, ending } = await result;
    expect(started).toBe(false);
    expect(ending?.error?.code).toBe('upstream_invalid');
    expect(sink).toMatchObject({ state: 'new', text: '' });
    expect(source.destroyed).toBe(true);
  });

  it('ends with the tail and the note once something was sent', async () => {
    const { sink, source, result } = start();
    source.write('data: 1\n\n');
    source.end('data: 2\n\ndata: 3');
    const { ending } = await result;
    expect(ending?.error?.code).toBe('upstream_cut');
    expect(sink.text).toBe(
      'data: 1\n\ndata: 2\n\n: sallyport response=unscanned;reason=uninspectable\n\nevent: error\ndata: {"e":1}\n\n',
    );
  });

  it('aborts the upstream at once where the guard refuses', async () => {
    const { guard, source, result } = start();
    const error = new GatewayError('blocked');
    guard.onPush = () => [
      { type: 'finish', ending: { ...CLEAN, outcome: 'refused', class: 'block', error } },
    ];
    source.write('data: 1\n\n');
    await result;
    expect(source.destroyed).toBe(true);
  });

  it('pauses reading only while a scan is under way and much is held', async () => {
    const { guard, source, result } = start();
    guard.onPush = () => [];
    guard.heldChars = 200;
    source.write('data: 1\n\n');
    await vi.waitFor(() => expect(guard.pushed).toHaveLength(1));
    expect(source.isPaused()).toBe(false);
    guard.judging = true;
    guard.wakeAt = performance.now() + 5;
    guard.onWake = () => {
      guard.judging = false;
      return [];
    };
    source.write('data: 2\n\n');
    await vi.waitFor(() => expect(guard.pushed).toHaveLength(2));
    expect(source.isPaused()).toBe(true);
    await vi.waitFor(() => expect(source.isPaused()).toBe(false));
    source.end('data: 3\n\n');
    await result;
    expect(guard.pushed).toEqual(['1', '2', '3']);
  });

  it('waits for a client that does not read, and gives it up in time', async () => {
    const waiting = start();
    waiting.sink.isFull = true;
    waiting.source.write('data: 1\n\n');
    await vi.waitFor(() => expect(waiting.source.isPaused()).toBe(true));
    waiting.sink.isFull = false;
    waiting.sink.drain();
    waiting.source.end('data: 2\n\n');
    await waiting.result;
    expect(waiting.sink).toMatchObject({ state: 'ended', text: 'data: 1\n\ndata: 2\n\n' });

    const slow = start({ clientIdleMs: 5 });
    slow.sink.isFull = true;
    slow.source.write('data: 1\n\n');
    await vi.waitFor(() => expect(slow.sink.state).toBe('destroyed'));
    slow.leave.abort();
    expect((await slow.result).ending).toBeUndefined();
  });

  it('says that it lives while it holds, and starts the answer with that', async () => {
    const { guard, sink, source, result } = start({ keepAliveMs: 5 });
    guard.onPush = () => [];
    guard.heldChars = 10;
    source.write('data: 1\n\n');
    await vi.waitFor(() => expect(sink.text).toMatch(/^(: sallyport keep-alive\n\n){2,}$/));
    expect(sink.state).toBe('started');
    source.end();
    await result;
  });

  it('stays silent while nothing is held', async () => {
    const { guard, sink, source, result } = start({ keepAliveMs: 1 });
    guard.onPush = () => [];
    guard.wakeAt = performance.now() + 20;
    source.write('data: 1\n\n');
    await vi.waitFor(() => expect(guard.woken).toBe(1));
    expect(sink.state).toBe('new');
    source.end();
    await result;
  });

  it('ends when the client leaves, and aborts the upstream', async () => {
    const { leave, source, result } = start();
    leave.abort();
    expect(await result).toMatchObject({ ending: undefined, started: false });
    expect(source.destroyed).toBe(true);
  });

  it.each([
    [
      'over its cap',
      (source: PassThrough) => void source.write(`data: "${'x'.repeat(200)}"\n\n`),
      'upstream_too_large',
    ],
    ['reset', (source: PassThrough) => void source.destroy(new Error('reset')), 'upstream_cut'],
    ['closed without an end', (source: PassThrough) => void source.destroy(), 'upstream_cut'],
  ] as readonly [string, (source: PassThrough) => void, string][])(
    'fails a stream that is %s',
    async (_n, act, code) => {
      const { source, result } = start({ responseBytes: 100 });
      act(source);
      expect((await result).ending?.error?.code).toBe(code);
    },
  );

  it('fails, and never ends the process, where the guard or the scan throws', async () => {
    const thrown = start();
    thrown.guard.onPush = () => {
      throw new Error('a fault of ours');
    };
    thrown.source.write('data: 1\n\n');
    expect((await thrown.result).ending?.error?.code).toBe('internal');

    const rejected = start();
    const call: ScanCall = { request: { contents: [{ response: 'x' }] }, side: 'response', partial: false };
    rejected.guard.onPush = (event) => [
      { type: 'send', events: [event], last: false },
      { type: 'judge', ticket: 1, call },
    ];
    rejected.source.write('data: 1\n\n');
    expect((await rejected.result).ending?.error?.code).toBe('internal');
    // Something was sent: it must not look whole.
    expect(rejected.sink.state).toBe('destroyed');
  });
});
