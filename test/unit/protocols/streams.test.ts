/** When a stream counts as finished or closed, and what its endings are built from. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { readJson } from '../../../src/core/json.ts';
import type { StreamEvent } from '../../../src/core/sse.ts';
import { ANTHROPIC_MESSAGES } from '../../../src/protocols/anthropic-messages.ts';
import { jsonRoutes } from '../../../src/protocols/json-route.ts';
import { OPENAI_CHAT } from '../../../src/protocols/openai-chat.ts';
import type { Protocol, StreamReader } from '../../../src/protocols/protocol.ts';

const ERROR = new GatewayError('blocked').toPublic('tr-1');

function readerOf(protocol: Protocol): StreamReader {
  const reader = protocol.operations[0]?.readStream?.();
  if (reader === undefined) throw new Error('no reader');
  return reader;
}

function event(value: unknown, name?: string): StreamEvent {
  const data = JSON.stringify(value);
  const json = readJson(data, { depthMax: 64, keysMax: 10_000 });
  return name === undefined ? { data, json } : { name, data, json };
}
const DONE: StreamEvent = { data: '[DONE]' };
const choice = (index: number, finish: string | null, delta: unknown = {}) =>
  event({ choices: [{ index, delta, finish_reason: finish }] });

describe('an OpenAI stream', () => {
  it('is not finished before anything came, nor by chunks without choices', () => {
    const reader = readerOf(OPENAI_CHAT);
    expect(reader.finished).toBe(false);
    reader.read(event({ choices: [], usage: {} }));
    expect(reader.finished).toBe(false);
  });

  it('is finished when every choice that was seen has its reason', () => {
    const reader = readerOf(OPENAI_CHAT);
    reader.read(choice(0, null));
    reader.read(choice(1, null));
    expect(reader.read(choice(0, 'stop')).ending).toBe(true);
    expect(reader.finished).toBe(false);
    reader.read(choice(1, 'length'));
    expect(reader.finished).toBe(true);
    expect(reader.closed).toBe(false);
  });

  it('takes an empty finish reason for none', () => {
    const reader = readerOf(OPENAI_CHAT);
    expect(reader.read(choice(0, '')).ending).toBe(false);
    expect(reader.finished).toBe(false);
  });

  it('is closed by [DONE], and reads nothing after it', () => {
    const reader = readerOf(OPENAI_CHAT);
    expect(reader.read(DONE)).toMatchObject({ deltas: [], ending: true });
    expect([reader.finished, reader.closed]).toEqual([true, true]);
    expect(reader.read(choice(0, null, { content: 'late' })).deltas).toEqual([]);
  });

  it('reads a literal that is no end mark as text', () => {
    const { deltas } = readerOf(OPENAI_CHAT).read({ data: 'DONE, or not' });
    expect(deltas.map(({ text }) => text)).toEqual(['DONE, or not']);
  });

  it('builds its end from what was sent, not from what was read', () => {
    const reader = readerOf(OPENAI_CHAT);
    reader.read(event({ id: 'unjudged', model: 'unjudged', choices: [{ index: 4, delta: {} }] }));
    expect(JSON.stringify(reader.refuse(ERROR))).not.toContain('unjudged');
  });

  it('need not be told that a chunk was sent which begins and ends nothing', () => {
    const reader = readerOf(OPENAI_CHAT);
    const events = [
      choice(0, null),
      choice(0, null),
      choice(1, null),
      choice(1, ''),
      choice(0, 'stop'),
      DONE,
    ];
    const plain = events.map((each) => reader.read(each).plain === true);
    expect(plain).toEqual([false, true, false, true, false, false]);
    for (const [at, each] of events.entries()) if (!plain[at] && at < 4) reader.sent(each);
    const ends = reader.refuse(ERROR).map(({ data }) => data);
    expect(ends.map((data) => /"index":(\d)/.exec(data)?.[1])).toEqual(['0', '1', undefined]);
  });

  it('adds nothing after [DONE] was sent', () => {
    const reader = readerOf(OPENAI_CHAT);
    reader.sent(choice(0, 'stop'));
    reader.sent(DONE);
    expect(reader.refuse(ERROR)).toEqual([]);
  });

  it('reads what every chunk repeats when it changes', () => {
    const reader = readerOf(OPENAI_CHAT);
    const ids = ['a', 'a', 'b', 'a'].map((id) => reader.read(event({ id, choices: [] })).deltas.length);
    expect(ids).toEqual([1, 0, 1, 1]);
  });

  it('counts indexes as a client does', () => {
    const reader = readerOf(OPENAI_CHAT);
    const channels = ['{"index":1', '{"index":1.0', '{"index":1e0', '{"i":1'].map((start) => {
      const data = `{"choices":[${start},"delta":{"content":"x"}}]}`;
      const json = readJson(data, { depthMax: 9, keysMax: 9 });
      return reader.read({ data, json }).deltas.find(({ kind }) => kind === 'text')?.channel;
    });
    expect(channels).toEqual(['1.text', '1.text', '1.text', '0.text']);
  });

  it('tells long keys apart that begin alike', () => {
    const reader = readerOf(OPENAI_CHAT);
    const key = 'k'.repeat(100);
    const found = reader
      .read(event({ [`${key}1`]: 'a', [`${key}2`]: 'b' }))
      .deltas.filter(({ kind }) => kind === 'other');
    expect(new Set(found.map(({ channel }) => channel)).size).toBe(2);
    const again = reader.read(event({ [`${key}1`]: 'c' })).deltas;
    expect(again.map(({ channel }) => channel)).toEqual([found[0]?.channel]);
  });
});

describe('an Anthropic stream', () => {
  it('is finished and closed by message_stop alone', () => {
    const reader = readerOf(ANTHROPIC_MESSAGES);
    const delta = event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } });
    expect(reader.read(delta).ending).toBe(true);
    expect(reader.finished).toBe(false);
    expect(reader.read(event({ type: 'message_stop' })).ending).toBe(true);
    expect([reader.finished, reader.closed]).toEqual([true, true]);
    expect(reader.read(event({ type: 'error', error: { message: 'late' } })).deltas).toEqual([]);
  });

  it('is closed but not finished by a foreign end mark', () => {
    const reader = readerOf(ANTHROPIC_MESSAGES);
    reader.read(DONE);
    expect([reader.finished, reader.closed]).toEqual([false, true]);
  });

  it('holds back for an event that is named message_stop, whatever its data say', () => {
    const reader = readerOf(ANTHROPIC_MESSAGES);
    const reading = reader.read(
      event({ type: 'content_block_delta', index: 0, delta: { text: 'x' } }, 'message_stop'),
    );
    expect(reading.ending).toBe(true);
    expect(reading.deltas.map(({ text }) => text)).toEqual(['x']);
    expect(reader.finished).toBe(false);
  });

  it('tells which block ended, and what comes out of turn', () => {
    const reader = readerOf(ANTHROPIC_MESSAGES);
    const start = event({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'text', text: 'a' },
    });
    const delta = event({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'b' } });
    const stop = event({ type: 'content_block_stop', index: 1 });
    expect(reader.read(start)).not.toHaveProperty('invalid');
    expect(reader.read(delta)).not.toHaveProperty('invalid');
    expect(reader.read(stop).closes).toEqual(['block.1.']);
    // Out of turn or not, its text is read.
    expect(reader.read(delta)).toMatchObject({
      invalid: expect.stringContaining('stopped'),
      deltas: [{ text: 'b' }],
    });
    expect(reader.read(start)).toMatchObject({
      invalid: expect.stringContaining('started before'),
      deltas: [{ text: 'a' }],
    });
  });

  it('reads a block that message_start holds and its deltas as one text', () => {
    const reader = readerOf(ANTHROPIC_MESSAGES);
    const start = event({ type: 'message_start', message: { content: [{ type: 'text', text: 'a' }] } });
    const delta = event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'b' } });
    const channels = [start, delta].flatMap((each) => reader.read(each).deltas.map(({ channel }) => channel));
    expect(channels).toEqual(['block.0.text', 'block.0.text']);
  });
});

describe('a stream of an operator’s route', () => {
  const routes = jsonRoutes([{ method: 'POST', path: '/v1/any', scan: 'json' }]);

  it('ends cleanly whenever it closes cleanly, and at once with [DONE]', () => {
    const reader = readerOf(routes);
    expect([reader.finished, reader.closed]).toEqual([true, false]);
    reader.read(DONE);
    expect(reader.closed).toBe(true);
  });
});
