/** One channel of a stream: what waits, what is asked, what is final, and where its masks lie. */
import { describe, expect, it } from 'vitest';
import type { PartKind } from '../../../src/core/part.ts';
import { Channel, type ChannelKind } from '../../../src/inspection/channel.ts';
import type { MaskSpan } from '../../../src/inspection/edits.ts';

const channelOf = (text = '', kind: ChannelKind = 'text', part: PartKind = 'text'): Channel => {
  const channel = new Channel(kind, 10, part);
  if (text !== '') channel.append(text, 0);
  return channel;
};
const mask = (start: number, end: number): MaskSpan => ({ start, end, text: 'X'.repeat(end - start) });

describe('a growing text', () => {
  it('tells where each piece stands, and since when it waits', () => {
    const channel = channelOf();
    expect(channel.append('', 3)).toEqual({ from: 0, to: 0 });
    expect(channel.waitingSince).toBeUndefined();
    expect(channel.append('ab', 5)).toEqual({ from: 0, to: 2 });
    expect(channel.append('cd', 9)).toEqual({ from: 2, to: 4 });
    expect([channel.text, channel.length, channel.pending, channel.waitingSince]).toEqual(['abcd', 4, 4, 5]);
  });

  it('is text by its kind, and exact by its kind', () => {
    const told = (['text', 'values', 'exact', 'exact-text'] as const).map((kind) => {
      const channel = channelOf('', kind);
      return [channel.isGrowing, channel.isExact];
    });
    expect(told).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [true, true],
    ]);
    expect(channelOf('', 'text', 'tool-arguments').isArguments).toBe(true);
    expect(channelOf().isArguments).toBe(false);
  });

  it('repeats itself even where its pieces are the same', () => {
    const channel = channelOf();
    for (let turn = 0; turn < 70; turn += 1) channel.append('ha', 0);
    expect(channel.length).toBe(140);
  });
});

describe('values', () => {
  it('stand on a line each, a known one where it stood first', () => {
    const channel = channelOf('', 'values');
    expect(channel.append('ab', 0)).toEqual({ from: 0, to: 2 });
    expect(channel.append('c', 0)).toEqual({ from: 3, to: 4 });
    expect(channel.append('ab', 0)).toEqual({ from: 0, to: 2 });
    expect(channel.text).toBe('ab\nc\n');
  });

  it('are remembered up to a number', () => {
    const channel = channelOf('', 'values');
    for (let value = 0; value < 4097; value += 1) channel.append(`v${value}`, 0);
    const { length } = channel;
    channel.append('v4095', 0);
    expect(channel.length).toBe(length);
    channel.append('v4096', 0);
    expect(channel.length).toBeGreaterThan(length);
  });
});

describe('a piece that is the same in each event of an unknown field', () => {
  const repeat = (channel: Channel, text: string, count: number): void => {
    for (let turn = 0; turn < count; turn += 1) channel.append(text, 0);
  };

  it('is followed for 64 characters, then stands where it stood last', () => {
    const channel = channelOf('', 'text', 'other');
    repeat(channel, 'abcd', 16);
    expect(channel.append('abcd', 0)).toEqual({ from: 60, to: 64 });
    expect(channel.length).toBe(64);
    const long = channelOf('', 'text', 'other');
    repeat(long, 'x'.repeat(80), 2);
    expect(long.length).toBe(160);
    expect(long.append('x'.repeat(80), 0)).toEqual({ from: 80, to: 160 });
  });

  it('may go once it is judged, but not before it has come twice', () => {
    const channel = channelOf('', 'text', 'other');
    channel.append('ab', 0);
    channel.accept([], 2, 0, 0);
    expect(channel.isFinal({ from: 0, to: 2 })).toBe(false);
    channel.append('ab', 0);
    expect(channel.isFinal({ from: 0, to: 2 })).toBe(true);
    expect(channel.isFinal({ from: 2, to: 4 })).toBe(false);
  });

  it('is a growing text again once it changes', () => {
    const channel = channelOf('', 'text', 'other');
    repeat(channel, 'abcd', 20);
    expect(channel.append('abce', 0)).toEqual({ from: 64, to: 68 });
    expect(channel.append('abcd', 0)).toEqual({ from: 68, to: 72 });
    channel.accept([], 72, 0, 0);
    expect(channel.isFinal({ from: 0, to: 4 })).toBe(false);
  });
});

describe('a channel is due', () => {
  it('not while nothing waits or a question is open', () => {
    expect(channelOf().isDue(9999, 200)).toBe(false);
    const channel = channelOf('Hello.');
    channel.judging = true;
    channel.closed = true;
    expect(channel.isDue(9999, 200)).toBe(false);
  });

  it('when its text has waited', () => {
    const channel = channelOf();
    expect(channel.dueAt(200)).toBeUndefined();
    channel.append('abc', 7);
    expect(channel.dueAt(200)).toBe(207);
    expect(channel.isDue(206, 200)).toBe(false);
    expect(channel.isDue(207, 200)).toBe(true);
  });

  it('when its window is full', () => {
    expect(channelOf('abcdefghi').isDue(0, 200)).toBe(false);
    expect(channelOf('abcdefghij').isDue(0, 200)).toBe(true);
  });

  it.each(['Hi.', 'Hi!', 'Hi?', 'Hi\n', '好。', '好！', '好？'])('at its first sentence: %j', (text) => {
    const channel = channelOf(text);
    expect(channel.isDue(0, 200)).toBe(true);
    channel.accept([], channel.length, channel.length, 0);
    channel.append('So', 0);
    expect(channel.isDue(0, 200)).toBe(false);
  });

  it('when it is closed and not all of it is final', () => {
    const channel = channelOf('abc');
    channel.closed = true;
    expect(channel.isDue(0, 200)).toBe(true);
    channel.accept([], 3, 1, 0);
    expect(channel.isDue(0, 200)).toBe(true);
    channel.accept([], 3, 3, 0);
    expect(channel.isDue(0, 200)).toBe(false);
  });

  it.each(['values', 'exact', 'exact-text'] as const)('at once where it is of %s', (kind) => {
    expect(channelOf('a', kind).isDue(0, 200)).toBe(true);
  });

  it('the later the longer a match stays open', () => {
    const channel = channelOf('a'.repeat(4096));
    channel.accept([], 4096, 0, 0);
    channel.append('b'.repeat(1023), 0);
    expect(channel.dueAt(200)).toBe(400);
    expect(channel.isDue(399, 200)).toBe(false);
    expect(channel.isDue(400, 200)).toBe(true);
    channel.append('b', 0);
    expect(channel.isDue(1, 200)).toBe(true);
  });
});

describe('a window', () => {
  const judged = (text: string, overlapChars: number): Channel => {
    const channel = channelOf(text);
    channel.accept([], text.length, text.length, overlapChars);
    channel.append('end', 0);
    return channel;
  };

  it('begins with the text, then at a white space within the overlap', () => {
    expect(channelOf('abc').window(1024)).toEqual({ text: 'abc', at: 0 });
    expect(judged('abcdefghi '.repeat(50), 1024).window(1024).at).toBe(0);
    const { at, text } = judged('abcdefghi '.repeat(200), 1024).window(1024);
    expect([at, text.length, text.slice(0, 4)]).toEqual([980, 1023, 'abcd']);
  });

  it('leaves detectors 400 characters to look back, with or without a white space', () => {
    const spaced = (at: number): number => {
      const text = `${'a'.repeat(at)} ${'a'.repeat(1999 - at)}`;
      return judged(text, 1024).window(1024).at;
    };
    expect([spaced(975), spaced(1598), spaced(1599), spaced(1700)]).toEqual([976, 1599, 976, 976]);
  });

  it.each(['\u{10000}', '\u{103ff}', '😀'])(
    'cuts no character in two, at its beginning and at its end: %j',
    (pair) => {
      expect(judged(pair.repeat(1000), 1023).window(1023).at).toBe(976);
      expect(judged(pair.repeat(1000), 1024).window(1024).at).toBe(976);
      expect(channelOf(pair.repeat(40_000)).window(0).text.length).toBe(65_536);
      expect(channelOf(`a${pair.repeat(40_000)}`).window(0).text.length).toBe(65_535);
    },
  );

  it('takes no other unit for half a pair', () => {
    expect(judged('\ue000'.repeat(2000), 1023).window(1023).at).toBe(977);
    expect(channelOf('\uffff'.repeat(70_000)).window(0).text.length).toBe(65_536);
  });

  it('finds its ends in what is left of a long text', () => {
    expect(judged('abcdefghi '.repeat(400), 1024).window(1024).at).toBe(2980);
    expect(judged('😀'.repeat(2000), 1023).window(1023).at).toBe(2976);
    const channel = channelOf('a'.repeat(3000));
    channel.accept([], 3000, 3000, 20);
    channel.append(`b${'😀'.repeat(40_000)}`, 0);
    expect(channel.window(0)).toEqual({ text: `b${'😀'.repeat(32_767)}`, at: 3000 });
  });

  it('of values begins with the first that is not final', () => {
    const channel = channelOf('ab', 'values');
    channel.accept([], 3, 3, 0);
    channel.append('cd', 0);
    expect(channel.window(1024)).toEqual({ text: 'cd\n', at: 3 });
  });

  it('is the same where the text before it has been forgotten', () => {
    const channel = channelOf();
    let text = '';
    for (let turn = 0; turn < 60; turn += 1) {
      const piece = `piece ${turn} `.repeat(7);
      text += piece;
      channel.append(piece, 0);
      const window = channel.window(20);
      expect(window.text).toBe(text.slice(window.at));
      expect(window.at).toBeLessThanOrEqual(channel.final);
      channel.accept([], channel.length, channel.length - 3, 20);
    }
  });
});

describe('a reply', () => {
  it('makes final what it covers, up to where it is open', () => {
    const channel = channelOf('abcdefghij');
    channel.accept([], 8, 5, 0);
    expect([channel.judged, channel.final]).toEqual([8, 5]);
    channel.accept([], 6, 9, 0);
    expect([channel.judged, channel.final]).toEqual([8, 6]);
    channel.accept([], 7, 2, 0);
    expect(channel.final).toBe(6);
    expect([channel.isFinal({ from: 0, to: 6 }), channel.isFinal({ from: 0, to: 7 })]).toEqual([true, false]);
  });

  it('leaves a mask over the edge of what is final for the next one, or takes it whole', () => {
    const held = channelOf('abcdefghij');
    held.accept([mask(1, 2), mask(4, 7)], 10, 5, 0);
    expect(held.final).toBe(4);
    expect(held.release({ from: 0, to: 10 })).toEqual([mask(1, 2)]);
    const open = channelOf('abcdefghij');
    open.accept([mask(0, 7)], 10, 0, 0);
    expect([open.final, open.release({ from: 0, to: 10 })]).toEqual([0, []]);
    const whole = channelOf('abcdefghij');
    whole.accept([mask(0, 7), mask(8, 9)], 10, 5, 0);
    expect(whole.final).toBe(7);
    expect(whole.release({ from: 0, to: 10 })).toEqual([mask(0, 7)]);
  });

  it('is refused where it masks what has gone out in the clear', () => {
    const accepts = (known: readonly MaskSpan[], ...spans: readonly MaskSpan[]): boolean => {
      const channel = channelOf('abcdefghij');
      channel.accept(known, 10, 10, 0);
      channel.release({ from: 0, to: 5 });
      return channel.accept(spans, 10, 10, 0);
    };
    expect(accepts([], mask(3, 8))).toBe(false);
    expect(accepts([], mask(4, 5))).toBe(false);
    expect(accepts([], mask(5, 8))).toBe(true);
    expect(accepts([mask(3, 8)], mask(3, 8))).toBe(true);
    expect(accepts([mask(3, 5)], mask(3, 8))).toBe(true);
    expect(accepts([mask(3, 4)], mask(3, 5))).toBe(false);
    expect(accepts([mask(4, 5)], mask(3, 5))).toBe(false);
    expect(accepts([mask(2, 3), mask(3, 5)], mask(2, 5))).toBe(true);
    expect(accepts([mask(0, 1), mask(2, 3)], mask(0, 1), mask(2, 3))).toBe(true);
    expect(accepts([mask(0, 1), mask(2, 3)], mask(0, 1), mask(2, 4))).toBe(false);
    expect(accepts([mask(0, 3)], mask(0, 1), mask(1, 3))).toBe(true);
  });
});

describe('masks', () => {
  it('are cut to the stretch that goes out, and told from its beginning', () => {
    const channel = channelOf('abcdefghij');
    channel.accept([mask(2, 6), mask(7, 8)], 10, 10, 0);
    expect(channel.release({ from: 0, to: 2 })).toEqual([]);
    expect(channel.release({ from: 2, to: 4 })).toEqual([mask(0, 2)]);
    expect(channel.release({ from: 4, to: 8 })).toEqual([mask(0, 2), mask(3, 4)]);
    expect(channel.released).toBe(8);
    expect(channel.release({ from: 8, to: 10 })).toEqual([]);
  });

  it('are told again for a value that is sent again', () => {
    const channel = channelOf('abc', 'values');
    channel.append('def', 0);
    channel.accept([mask(1, 2), mask(5, 6)], 8, 8, 0);
    expect(channel.release({ from: 0, to: 3 })).toEqual([mask(1, 2)]);
    expect(channel.release({ from: 4, to: 7 })).toEqual([mask(1, 2)]);
    expect(channel.release({ from: 0, to: 3 })).toEqual([mask(1, 2)]);
    expect(channel.released).toBe(7);
  });

  it('of a later reply join those that are known', () => {
    const channel = channelOf('abcdefghij');
    channel.accept([mask(4, 6)], 10, 10, 0);
    channel.accept([mask(1, 2), mask(5, 8)], 10, 10, 0);
    expect(channel.release({ from: 0, to: 10 })).toEqual([mask(1, 2), mask(4, 8)]);
    const after = channelOf('abcdefghij');
    after.accept([mask(1, 2)], 10, 10, 0);
    after.accept([mask(2, 4), mask(3, 5)], 10, 10, 0);
    expect(after.release({ from: 0, to: 10 })).toEqual([mask(1, 2), mask(2, 5)]);
  });
});
