/** The answer as a whole: its channels in one text, and the masks of that text back in them. */
import { describe, expect, it } from 'vitest';
import type { PartKind } from '../../../src/core/part.ts';
import { Channel, type ChannelKind } from '../../../src/inspection/channel.ts';
import type { MaskSpan } from '../../../src/inspection/edits.ts';
import { joinChannels } from '../../../src/inspection/whole-answer.ts';

const channelOf = (text: string, kind: ChannelKind = 'text', part: PartKind = 'text'): Channel => {
  const channel = new Channel(kind, 10, part);
  channel.append(text, 0);
  return channel;
};
const argumentsOf = (text: string): Channel => channelOf(text, 'text', 'tool-arguments');
const mask = (start: number, end: number): MaskSpan => ({ start, end, text: 'X'.repeat(end - start) });
const masksOf = (channel: Channel): readonly MaskSpan[] => channel.release({ from: 0, to: channel.length });

describe('the whole answer', () => {
  it('is the channels, a line each, with the strings for exact rules apart', () => {
    const whole = joinChannels([
      channelOf('abc'),
      channelOf('id-1', 'exact'),
      channelOf('note', 'values'),
      channelOf('sig  ', 'exact-text'),
    ]);
    expect(whole.text).toBe('abc\nnote\n');
    expect(whole.exact).toBe('id-1\n\nsig');
  });

  it('is nothing without channels', () => {
    const whole = joinChannels([]);
    expect([whole.text, whole.exact, whole.settle([], 0)]).toEqual(['', '', true]);
  });

  it('gives each channel its part of a mask, whatever the order they are told in', () => {
    const channels = [channelOf('abc'), channelOf('defg'), channelOf('hij'), channelOf('klm')];
    // abc, defg and klm are masked in part; the mask over the line end is in two of them.
    const whole = joinChannels(channels);
    expect(whole.text).toBe('abc\ndefg\nhij\nklm');
    expect(whole.settle([mask(14, 15), mask(2, 6), mask(0, 1)], 0)).toBe(true);
    expect(channels.map((channel) => channel.final)).toEqual([3, 4, 3, 3]);
    expect(channels.map(masksOf)).toEqual([[mask(0, 1), mask(2, 3)], [mask(0, 2)], [], [mask(1, 2)]]);
  });

  it('loses no part of a mask that another one lies in, as where pieces of the answer overlap', () => {
    const channels = [channelOf('abc'), channelOf('defg'), channelOf('hij')];
    const whole = joinChannels(channels);
    expect(whole.settle([mask(0, 12), mask(1, 2)], 0)).toBe(true);
    expect(channels.map(masksOf)).toEqual([[mask(0, 3)], [mask(0, 4)], [mask(0, 3)]]);
  });

  it('makes strings for exact rules final', () => {
    const id = channelOf('id-1', 'exact');
    expect(joinChannels([channelOf('a'), id]).settle([], 0)).toBe(true);
    expect([id.final, id.judged]).toEqual([5, 5]);
  });

  it('is refused where a mask lies on what has gone out in the clear', () => {
    const channels = [channelOf('abc'), channelOf('def')];
    channels[1]?.accept([], 3, 3, 0);
    channels[1]?.release({ from: 0, to: 3 });
    expect(joinChannels(channels).settle([mask(5, 6)], 0)).toBe(false);
    expect(joinChannels(channels).settle([mask(1, 2)], 0)).toBe(true);
  });
});

describe('arguments of a tool call', () => {
  it('are followed by what their strings stand for, where escapes hide something', () => {
    expect(joinChannels([argumentsOf('{"a":"b\\u0063"}'), channelOf('d')]).text).toBe(
      '{"a":"b\\u0063"}\na\nbc\nd',
    );
    expect(joinChannels([argumentsOf('')]).text).toBe('');
    expect(joinChannels([channelOf('{"a":"\\u0063"}')]).text).toBe('{"a":"\\u0063"}');
  });

  it('may be masked in both, and not in their meaning alone', () => {
    const json = '{"a":"b\\n12"}';
    const start = json.length + 1 + 'a\nb\n'.length;
    const both = argumentsOf(json);
    expect(joinChannels([both]).settle([mask(9, 11), mask(start, start + 2)], 0)).toBe(true);
    expect(masksOf(both)).toEqual([mask(9, 11)]);
    expect(joinChannels([argumentsOf(json)]).settle([mask(start, start + 2)], 0)).toBe(false);
    expect(joinChannels([argumentsOf(json)]).settle([mask(9, 11)], 0)).toBe(true);
  });

  it('keep their escapes whole under a mask', () => {
    const channel = argumentsOf('{"a":"b\\nc"}');
    expect(joinChannels([channel]).settle([mask(6, 8)], 0)).toBe(true);
    expect(masksOf(channel)).toEqual([mask(6, 7)]);
  });
});
