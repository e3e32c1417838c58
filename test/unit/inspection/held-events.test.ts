/** Events that are held back: none overtakes another, and masks are written into those that may go. */
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/part.ts';
import type { StreamEvent } from '../../../src/core/sse.ts';
import { Channel } from '../../../src/inspection/channel.ts';
import type { HeldPiece } from '../../../src/inspection/channel-set.ts';
import { HeldEvents, maskEvent } from '../../../src/inspection/held-events.ts';
import type { EventReading } from '../../../src/protocols/protocol.ts';

const READING: EventReading = { deltas: [], binaries: [], ending: false, logprobs: [] };
const ENDING: EventReading = { ...READING, ending: true };

const pieceOf = (channel: Channel, text: string, changes: Partial<Delta> = {}): HeldPiece => {
  const delta: Delta = {
    role: 'assistant',
    kind: 'text',
    text,
    place: 't',
    unit: 0,
    newest: true,
    edit: { type: 'string', start: 5, end: 7 + text.length },
    channel: 't',
    join: 'concat',
    ...changes,
  };
  return { channel, delta, stretch: channel.append(text, 0) };
};
const newChannel = (): Channel => new Channel('text', 10, 'text');
const dataOf = (held: HeldEvents, wholeJudged = false): readonly string[] =>
  [...held.takeReady(wholeJudged)].map(({ event }) => event.data);

describe('held events', () => {
  it('go from the head while all their texts are final', () => {
    const [one, two] = [newChannel(), newChannel()];
    const held = new HeldEvents();
    held.push({ data: '1' }, READING, [pieceOf(one, 'ab')]);
    held.push({ data: '22' }, READING, [pieceOf(one, 'cd'), pieceOf(two, 'ef')]);
    held.push({ data: '333' }, READING, []);
    expect([dataOf(held), held.chars]).toEqual([[], 6]);
    one.accept([], 4, 4, 0);
    expect([dataOf(held), held.chars]).toEqual([['1'], 5]);
    two.accept([], 2, 2, 0);
    expect([dataOf(held), held.chars]).toEqual([['22', '333'], 0]);
    expect(dataOf(held)).toEqual([]);
  });

  it('that end the answer wait for the whole, unless a growing text came after them', () => {
    const one = newChannel();
    const held = new HeldEvents();
    held.push({ data: 'end' }, ENDING, [pieceOf(one, 'ab')]);
    one.accept([], 2, 2, 0);
    expect(dataOf(held)).toEqual([]);
    held.push({ data: 'id' }, READING, [pieceOf(newChannel(), '', { join: 'discrete' })]);
    expect(dataOf(held)).toEqual([]);
    const id = pieceOf(newChannel(), 'id', { join: 'discrete' });
    held.push({ data: 'text' }, READING, [pieceOf(newChannel(), 'cd'), id]);
    expect(dataOf(held)).toEqual(['end', 'id']);
    held.push({ data: 'last' }, ENDING, []);
    expect(dataOf(held, true)).toEqual([]);
  });

  it('that end the answer go once the whole is judged', () => {
    const held = new HeldEvents();
    held.push({ data: 'end' }, ENDING, []);
    expect([dataOf(held, false), dataOf(held, true)]).toEqual([[], ['end']]);
  });

  it('keep their order over thousands, taken in parts', () => {
    const channel = newChannel();
    const held = new HeldEvents();
    const all = Array.from({ length: 3000 }, (_, index) => `${index}`);
    for (const data of all) held.push({ data }, READING, [pieceOf(channel, 'a')]);
    const taken: string[] = [];
    for (const to of [1500, 1501, 2999, 3000]) {
      channel.accept([], to, to, 0);
      taken.push(...dataOf(held));
      expect(taken).toHaveLength(to);
    }
    expect(taken).toEqual(all);
  });

  it('are gone when they are dropped', () => {
    const held = new HeldEvents();
    held.push({ data: 'abc' }, READING, []);
    held.drop();
    expect([held.chars, dataOf(held, true)]).toEqual([0, []]);
  });
});

describe('maskEvent', () => {
  const masked = (
    event: StreamEvent,
    changes: Partial<Delta> = {},
    logprobs: EventReading['logprobs'] = [],
  ) => {
    const channel = newChannel();
    const piece = pieceOf(channel, 'abcd', changes);
    channel.accept([{ start: 1, end: 3, text: 'XX' }], 4, 4, 0);
    return maskEvent(event, [piece], logprobs);
  };
  const event = { data: '{"t":"abcd","lp":[7]}' };
  const logprobs = [{ start: 17, end: 20, channel: 't' }];

  it('gives back an event without masks as it is', () => {
    const channel = newChannel();
    const piece = pieceOf(channel, 'abcd');
    channel.accept([], 4, 4, 0);
    expect(maskEvent(event, [piece], logprobs)).toBe(event);
    expect(channel.released).toBe(4);
  });

  it('hides the masked characters and the log probabilities of their text alone', () => {
    expect(masked(event)).toEqual({ data: '{"t":"aXXd","lp":[7]}' });
    expect(masked(event, {}, logprobs)).toEqual({ data: '{"t":"aXXd","lp":null}' });
    expect(masked(event, {}, [{ start: 17, end: 20, channel: 'u' }])).toEqual({
      data: '{"t":"aXXd","lp":[7]}',
    });
  });

  it('keeps the name', () => {
    expect(masked({ ...event, name: 'delta' })).toEqual({ name: 'delta', data: '{"t":"aXXd","lp":[7]}' });
    expect(masked(event)).not.toHaveProperty('name');
  });

  it('writes null where the value cannot be masked in part, and nothing where it cannot be at all', () => {
    expect(masked(event, { edit: { type: 'nullify', start: 5, end: 11 } })).toEqual({
      data: '{"t":null,"lp":[7]}',
    });
    expect(masked(event, { edit: { type: 'none' } })).toBeUndefined();
  });
});
