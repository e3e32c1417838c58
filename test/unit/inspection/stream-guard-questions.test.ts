/** What a stream guard asks, command by command, and what it tells of the answers at its end. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import type { Delta, Unscannable } from '../../../src/core/part.ts';
import type { Policy } from '../../../src/core/policy.ts';
import type { ScanReply } from '../../../src/core/scan-service.ts';
import type { StreamEvent } from '../../../src/core/sse.ts';
import type { GuardCommand, StreamEnding, StreamGuard } from '../../../src/inspection/inspection.ts';
import { createStreamGuard, type StreamGuardOptions } from '../../../src/inspection/stream-guard.ts';
import type { EventReading } from '../../../src/protocols/protocol.ts';
import { fakeScanService, judgedText } from '../../support/fake-scan-service.ts';
import { CONTEXT, DONE, newClearance, PlainReader, plainEvent, SETTINGS } from '../../support/guard-run.ts';

type Ask = Extract<GuardCommand, { type: 'judge' }>;

const guardOf = (changes: Partial<StreamGuardOptions> = {}): StreamGuard =>
  createStreamGuard({
    service: fakeScanService(),
    settings: SETTINGS,
    clearance: newClearance(),
    now: () => 0,
    windows: { firstChars: 20, maxChars: 50, waitMs: 200 },
    reader: new PlainReader(),
    prompt: '',
    context: CONTEXT,
    ...changes,
  });

const asksOf = (commands: readonly GuardCommand[]): readonly Ask[] =>
  commands.filter((command) => command.type === 'judge');
const sentOf = (commands: readonly GuardCommand[]): readonly string[] =>
  commands.flatMap((command) => (command.type === 'send' ? command.events.map(({ data }) => data) : []));
const endingOf = (commands: readonly GuardCommand[]): StreamEnding | undefined =>
  commands.find((command) => command.type === 'finish')?.ending;
const kindsOf = (commands: readonly GuardCommand[]): readonly string[] => commands.map(({ type }) => type);

const allowed = (changes: Partial<Extract<ScanReply, { outcome: 'answered' }>> = {}): ScanReply => ({
  outcome: 'answered',
  openFrom: 1_000_000,
  response: { action: 'allow' },
  ...changes,
});
const blocked = (flag: string): ScanReply =>
  allowed({ response: { action: 'block', response_detected: { [flag]: true } } });

/** Answers all questions of the commands, and of those that follow, and gives back all commands. */
const answerAll = (
  guard: StreamGuard,
  commands: readonly GuardCommand[],
  reply: (ask: Ask) => ScanReply = () => allowed(),
  nowMs = 0,
): readonly GuardCommand[] => [
  ...commands,
  ...asksOf(commands).flatMap((ask) =>
    answerAll(guard, guard.judged(ask.ticket, reply(ask), nowMs), reply, nowMs),
  ),
];

/** A reader that adds to each reading, or changes its deltas. */
class ChangedReader extends PlainReader {
  readonly #more: Partial<EventReading>;
  readonly #delta: Partial<Delta>;
  constructor(more: Partial<EventReading>, delta: Partial<Delta> = {}) {
    super();
    this.#more = more;
    this.#delta = delta;
  }
  override read(event: StreamEvent): EventReading {
    const reading = super.read(event);
    const deltas = reading.deltas.map((delta): Delta => ({ ...delta, ...this.#delta }));
    return { ...reading, deltas, ...(event.json === undefined ? {} : this.#more) };
  }
}

describe('a question', () => {
  it('names the exchange, its side and its signal, and the prompt as context', () => {
    const guard = guardOf({ prompt: 'why?' });
    const [ask] = asksOf(guard.push(plainEvent({ t: 'Since.' }), 0));
    expect(ask?.call).toStrictEqual({
      request: {
        tr_id: 'sp_test',
        transaction_id: 'sp_test',
        ai_profile: { profile_name: 'default' },
        metadata: { app_name: 'test' },
        contents: [{ prompt: 'why?' }, { response: 'Since.' }],
      },
      side: 'response',
      partial: true,
      signal: CONTEXT.signal,
    });
  });

  it('is put to the policy that the exchange began with, which decides', () => {
    const profile = { trustedRoles: [], maskOnBlock: true } as Partial<
      Policy['profile']
    > as Policy['profile'];
    const policy: Policy = { profile, scan: () => Promise.reject(new Error('not asked here')) };
    const guard = guardOf({ context: { ...CONTEXT, policy } });
    const [ask] = asksOf(guard.push(plainEvent({ t: 'a 7.' }), 0));
    expect(ask?.call.policy).toBe(policy);
    const dlp = { action: 'block', response_detected: { dlp: true }, response_masked_data: { data: 'a X.' } };
    expect(sentOf(guard.judged(ask?.ticket ?? 0, allowed({ response: dlp }), 0))).toEqual(['{"t":"a X."}']);
  });

  it.each(['opaque', 'number'] as const)(
    'puts values of kind %s, for exact rules, beside an empty text',
    (kind) => {
      const guard = guardOf({ reader: new ChangedReader({}, { kind, join: 'discrete' }) });
      const [ask] = asksOf(guard.push(plainEvent({ id: 'c1', other: 'c2 ' }), 0));
      expect(ask?.call).toMatchObject({ opaque: 'c1\nc2', partial: false });
      expect(ask?.call.request.contents).toEqual([{ response: '' }]);
      expect(ask?.call).not.toHaveProperty('judgedTo');
    },
  );

  it('is final for a channel that is complete, when all of it is asked about', () => {
    const guard = guardOf({ reader: new ChangedReader({ closes: ['t'] }) });
    const [ask] = asksOf(guard.push(plainEvent({ t: 'open end' }), 0));
    expect(ask?.call.partial).toBe(false);
    // No reply leaves anything of it open.
    expect(sentOf(guard.judged(ask?.ticket ?? 0, allowed({ openFrom: 0 }), 0))).toHaveLength(1);
  });

  it('is one about all values of an event, and another about its strings for exact rules', () => {
    class WithValues extends PlainReader {
      override read(event: StreamEvent): EventReading {
        const reading = super.read(event);
        const deltas = reading.deltas.map(
          (delta): Delta => ({
            ...delta,
            join: 'discrete',
            kind: delta.channel === 'id' ? 'opaque' : 'key',
          }),
        );
        return { ...reading, deltas };
      }
    }
    const guard = guardOf({ reader: new WithValues() });
    const asks = asksOf(guard.push(plainEvent({ a: 'x', id: 'c1', b: 'y' }), 0));
    expect(asks.map(({ call }) => [judgedText(call), call.opaque])).toEqual([
      ['x\ny\n', undefined],
      ['', 'c1'],
    ]);
  });

  it('is put at once about the channels that are complete, by the beginning of their names', () => {
    const guard = guardOf({ reader: new ChangedReader({ closes: ['a.', 'x.'] }) });
    const asks = asksOf(guard.push(plainEvent({ 'a.1': 'one', 'b.a.': 'two', 'a.2': 'three' }), 0));
    expect(asks.map(({ call }) => judgedText(call))).toEqual(['one', 'three']);
  });

  it('is not put again at each event about a sentence that is still open', () => {
    const guard = guardOf();
    answerAll(guard, guard.push(plainEvent({ t: 'One. ' }), 0), () => allowed({ openFrom: 0 }));
    expect(guard.push(plainEvent({ t: 'and more' }), 0)).toEqual([]);
  });

  it('is not put again about a channel that was complete before', () => {
    const guard = guardOf({ reader: new ChangedReader({ closes: ['t'] }) });
    answerAll(guard, guard.push(plainEvent({ t: 'done' }), 0));
    expect(asksOf(guard.push(plainEvent({}), 0))).toEqual([]);
  });

  it('follows what it releases, so that an answer at once finds it sent', () => {
    const guard = guardOf();
    const [ask] = asksOf(guard.push(plainEvent({ t: 'One. ' }), 0));
    guard.push(plainEvent({ t: 'and then more '.repeat(4) }), 0);
    expect(kindsOf(guard.judged(ask?.ticket ?? 0, allowed({ openFrom: 5 }), 0))).toEqual(['send', 'judge']);
  });

  it('is not put about white space, which goes at once', () => {
    const guard = guardOf();
    const space = plainEvent({ t: ' '.repeat(30) });
    expect(guard.push(space, 0)).toEqual([{ type: 'send', events: [space], last: false }]);
    const commands = guard.push(DONE, 0);
    expect(kindsOf(commands)).toEqual(['send', 'finish']);
    expect(endingOf(commands)).toMatchObject({ outcome: 'clean', note: { state: 'none' } });
  });

  it('is not put about white space that has waited, which goes when its time has come', () => {
    const guard = guardOf();
    const space = plainEvent({ t: ' ' });
    expect(guard.push(space, 0)).toEqual([]);
    expect(guard.wake(200)).toEqual([{ type: 'send', events: [space], last: false }]);
  });

  it('is partial for a channel that is complete, while not all of it is asked about', () => {
    const guard = guardOf({ reader: new ChangedReader({ closes: ['t'] }) });
    const [ask] = asksOf(guard.push(plainEvent({ t: 'a'.repeat(70_000) }), 0));
    expect(ask?.call.partial).toBe(true);
  });

  it('is put in hold mode about strings for exact rules alone', () => {
    const settings = { ...SETTINGS, stream: 'hold' } as const;
    const reader = new ChangedReader({}, { kind: 'opaque', join: 'discrete' });
    const guard = guardOf({ settings, reader });
    guard.push(plainEvent({ id: 'c1' }), 0);
    const asks = asksOf(guard.push(DONE, 0));
    expect(asks.map(({ call }) => [call.opaque, judgedText(call)])).toEqual([['c1', '']]);
  });

  it('waits in hold mode for the whole answer', () => {
    const guard = guardOf({ settings: { ...SETTINGS, stream: 'hold' } });
    expect(guard.push(plainEvent({ t: 'One. ' }), 0)).toEqual([]);
    expect(guard.wakeAt).toBeUndefined();
    const [ask, ...others] = asksOf(guard.push(DONE, 0));
    expect(others).toEqual([]);
    expect(ask?.call.partial).toBe(false);
  });
});

describe('time', () => {
  it('wakes for the channel that waited longest, once for all that are due', () => {
    const guard = guardOf();
    guard.push(plainEvent({ a: 'aa' }), 10);
    guard.push(plainEvent({ b: 'bb' }), 20);
    guard.push(plainEvent({ c: 'cc' }), 50);
    expect(guard.wakeAt).toBe(210);
    expect(guard.wake(209)).toEqual([]);
    expect(asksOf(guard.wake(220)).map(({ call }) => judgedText(call))).toEqual(['aa', 'bb']);
    expect(guard.wakeAt).toBe(250);
  });

  it('wakes first for a channel without an open match', () => {
    const guard = guardOf();
    answerAll(guard, guard.push(plainEvent({ a: 'One. ' }), 0), () => allowed({ openFrom: 0 }));
    guard.push(plainEvent({ a: 'and more' }), 10);
    guard.push(plainEvent({ b: 'bb' }), 10);
    expect(guard.wakeAt).toBe(210);
  });

  it('begins anew for what came while a question was open', () => {
    const guard = guardOf();
    const [ask] = asksOf(guard.push(plainEvent({ t: 'One. ' }), 0));
    expect(guard.push(plainEvent({ t: 'on' }), 10)).toEqual([]);
    expect(guard.wakeAt).toBeUndefined();
    guard.judged(ask?.ticket ?? 0, allowed({ openFrom: 5 }), 30);
    expect(guard.wakeAt).toBe(230);
    expect(guard.judging).toBe(false);
  });

  it('begins with the first text that waits', () => {
    const guard = guardOf();
    answerAll(guard, guard.push(plainEvent({ t: 'One. ' }), 0), () => allowed({ openFrom: 5 }), 30);
    expect(guard.wakeAt).toBeUndefined();
    guard.push(plainEvent({ t: 'on' }), 100);
    expect(guard.wakeAt).toBe(300);
  });

  it('is over at the end', () => {
    const guard = guardOf();
    guard.push(plainEvent({ t: 'waits' }), 0);
    guard.push(DONE, 1);
    expect(guard.wakeAt).toBeUndefined();
    expect(guard.wake(999)).toEqual([]);
  });
});

describe('windows', () => {
  const asked = (guard: StreamGuard, chars: number): readonly Ask[] => {
    const asks: Ask[] = [];
    for (let at = 0; at < chars; at += 1) {
      for (const ask of asksOf(guard.push(plainEvent({ t: 'x' }), 0))) {
        asks.push(ask);
        guard.judged(ask.ticket, allowed({ openFrom: judgedText(ask.call).length }), 0);
      }
    }
    return asks;
  };

  it('double up to the largest, and tell what an earlier one judged', () => {
    const asks = asked(guardOf({ service: { ...fakeScanService(), overlapChars: 5 } }), 200);
    expect(asks.map(({ call }) => judgedText(call).length)).toEqual([20, 45, 55, 55]);
    expect(asks.map(({ call }) => call.judgedTo)).toEqual([undefined, 5, 5, 5]);
  });

  it('ask about what filled up while a question was open', () => {
    const guard = guardOf();
    const [first] = asksOf(guard.push(plainEvent({ t: 'x'.repeat(20) }), 0));
    guard.push(plainEvent({ t: 'y'.repeat(40) }), 0);
    const [second] = asksOf(guard.judged(first?.ticket ?? 0, allowed({ openFrom: 20 }), 0));
    expect(second && judgedText(second.call)).toBe('x'.repeat(20) + 'y'.repeat(40));
  });
});

describe('masks of a window', () => {
  const maskedBy = (guard: StreamGuard, text: string, masked: string): readonly GuardCommand[] => {
    const [ask] = asksOf(guard.push(plainEvent({ t: text }), 0));
    const response = { action: 'allow', response_masked_data: { data: masked } };
    return guard.judged(ask?.ticket ?? 0, allowed({ response }), 0);
  };

  it('leave the escapes of arguments whole, and only those', () => {
    const hidden = `{"a":"b\\${'X'.repeat(3)}"}`;
    const shownTo = (kind: Delta['kind']): string | undefined => {
      const guard = guardOf({ reader: new ChangedReader({ closes: ['t'] }, { kind }) });
      return sentOf(maskedBy(guard, '{"a":"b\\n12"}', hidden))[0];
    };
    expect(shownTo('tool-arguments')).toBe(JSON.stringify({ t: '{"a":"b\\nXX"}' }));
    expect(shownTo('text')).toBe(JSON.stringify({ t: hidden }));
  });

  it('are refused on what an earlier window let out', () => {
    const guard = guardOf();
    answerAll(guard, guard.push(plainEvent({ t: 'One. ' }), 0), () => allowed({ openFrom: 5 }));
    const commands = maskedBy(guard, 'x'.repeat(40), `OXe. ${'x'.repeat(40)}`);
    expect(endingOf(commands)).toMatchObject({ outcome: 'refused', error: { code: 'unmaskable' } });
  });
});

describe('texts over the service’s limit', () => {
  const long = `${'a'.repeat(29_990)} 123456 `;
  const service = { ...fakeScanService(), requestBytesMax: 0 };

  it('are left to the last judgement, in pieces, with the strings for exact rules beside the first', () => {
    class WithIds extends PlainReader {
      override read(event: StreamEvent): EventReading {
        const reading = super.read(event);
        const deltas = reading.deltas.map((delta) =>
          delta.channel === 'id' ? ({ ...delta, kind: 'opaque', join: 'discrete' } as const) : delta,
        );
        return { ...reading, deltas };
      }
    }
    const guard = guardOf({ service, reader: new WithIds() });
    const commands = answerAll(guard, guard.push(plainEvent({ t: long, id: 'c1' }), 0));
    expect(asksOf(commands).map(({ call }) => call.opaque)).toEqual(['c1']);
    const asks = asksOf(guard.push(DONE, 0));
    expect(asks.map(({ call }) => [call.partial, call.opaque])).toEqual([
      [false, 'c1'],
      [false, undefined],
    ]);
    const [first, second] = asks;
    expect(guard.judged(second?.ticket ?? 0, allowed(), 0)).toEqual([]);
    expect(endingOf(guard.judged(first?.ticket ?? 0, allowed(), 0))?.outcome).toBe('clean');
  });

  it('are masked where a mask of a later piece lies', () => {
    const guard = guardOf({ service });
    guard.push(plainEvent({ t: long }), 0);
    const commands = answerAll(guard, guard.push(DONE, 0), ({ call }) => {
      const data = judgedText(call).replace('123456', 'XXXXXX');
      return allowed({ response: { action: 'allow', response_masked_data: { data } } });
    });
    expect(sentOf(commands)[0]).toBe(JSON.stringify({ t: long.replace('123456', 'XXXXXX') }));
    expect(endingOf(commands)?.note).toEqual({ state: 'masked' });
  });

  it('are refused where one piece is, whatever becomes of the others', () => {
    const guard = guardOf({ service });
    guard.push(plainEvent({ t: long }), 0);
    const [first, second] = asksOf(guard.push(DONE, 0));
    const commands = guard.judged(second?.ticket ?? 0, blocked('dlp'), 0);
    expect(endingOf(commands)).toMatchObject({ outcome: 'refused', class: 'block' });
    expect(sentOf(commands)).toEqual([]);
    expect(guard.judged(first?.ticket ?? 0, allowed(), 0)).toEqual([]);
  });
});

describe('content that is no text', () => {
  const image: Unscannable = { place: 'delta.image', what: 'image' };
  const tokens: Unscannable = { place: 'delta.tokens', what: 'tokens' };
  const run = (binaries: readonly Unscannable[], images: 'allow' | 'block') => {
    const settings = { ...SETTINGS, images };
    const guard = guardOf({ settings, reader: new ChangedReader({ binaries }) });
    return endingOf(answerAll(guard, [...guard.push(plainEvent({ t: 'One.' }), 0), ...guard.push(DONE, 0)]));
  };

  it('ends a stream unless the operator lets images pass, and is told then', () => {
    const error = { code: 'upstream_invalid', detail: 'delta.image (image).' };
    const note = { state: 'unscanned', reason: 'uninspectable' };
    expect(run([image], 'block')).toMatchObject({ outcome: 'failed', class: 'uninspectable', error, note });
    expect(run([image], 'allow')).toMatchObject({
      outcome: 'clean',
      note: { state: 'partial', skipped: 'image' },
    });
  });

  it('ends a stream always where it is tokens, which are text unread', () => {
    expect(run([image, tokens], 'allow')).toMatchObject({ error: { detail: 'delta.tokens (tokens).' } });
  });
});

describe('an ending', () => {
  const end = (reply: ScanReply, changes: Partial<StreamGuardOptions> = {}) => {
    const guard = guardOf(changes);
    return answerAll(guard, guard.push(plainEvent({ t: 'One. ' }), 5), () => reply, 12);
  };

  it('tells what a service said, with its time and the text that decided', () => {
    const ending = endingOf(end(blocked('toxic_content')));
    expect(ending?.traces).toEqual([
      {
        side: 'response',
        service: 'embedded',
        action: 'block',
        detected: ['toxic_content'],
        ms: 7,
        judged: { text: 'One. ' },
      },
    ]);
    expect(ending).not.toHaveProperty('category');
  });

  it('keeps the text of the whole answer, not of the windows that let it pass', () => {
    const guard = guardOf();
    const commands = guard.push(plainEvent({ t: 'One. ' }), 0);
    const ending = endingOf([...answerAll(guard, commands), ...answerAll(guard, guard.push(DONE, 0))]);
    expect(ending?.traces.map((trace) => trace.judged?.text)).toEqual([undefined, 'One. ']);
    expect(ending).toMatchObject({ outcome: 'clean', class: 'allow', tail: [], note: { state: 'scanned' } });
  });

  it.each(['injection', 'agent'])('is a block for %s too: an answer speaks for nobody', (flag) => {
    expect(endingOf(end(blocked(flag)))?.outcome).toBe('refused');
  });

  it('names the category where the operator opted in', () => {
    const settings = { ...SETTINGS, blockDetail: 'category' } as const;
    expect(endingOf(end(blocked('dlp'), { settings }))?.category).toBe('dlp');
  });

  it('refuses a mask that cannot be placed, as dlp', () => {
    const reply = allowed({ response: { action: 'allow', response_masked_data: { data: 'shorter' } } });
    const settings = { ...SETTINGS, blockDetail: 'category' } as const;
    const ending = endingOf(end(reply, { settings }));
    expect(ending).toMatchObject({ outcome: 'refused', error: { code: 'unmaskable' }, category: 'dlp' });
  });

  it('sends what is clean before an event whose mask cannot be written, and nothing after it', () => {
    class WithKeys extends PlainReader {
      override read(event: StreamEvent): EventReading {
        const reading = super.read(event);
        const deltas = reading.deltas.map((delta) =>
          delta.channel === 'key' ? ({ ...delta, edit: { type: 'none' } } as const) : delta,
        );
        return { ...reading, deltas };
      }
    }
    const guard = guardOf({ settings: { ...SETTINGS, stream: 'hold' }, reader: new WithKeys() });
    for (const event of [{ t: 'One. ' }, { key: '7' }, { t: 'Two. ' }]) guard.push(plainEvent(event), 0);
    const commands = answerAll(guard, guard.push(DONE, 0), ({ call }) =>
      allowed({
        response: { action: 'allow', response_masked_data: { data: judgedText(call).replace('7', 'X') } },
      }),
    );
    expect(commands).toContainEqual({ type: 'send', events: [plainEvent({ t: 'One. ' })], last: false });
    expect(sentOf(commands)).toHaveLength(1);
    expect(endingOf(commands)).toMatchObject({ outcome: 'refused', error: { code: 'unmaskable' } });
    expect(guard.heldChars).toBe(0);
  });

  it('marks the last events, and tells the reader of each that is sent', () => {
    const reader = new PlainReader();
    const guard = guardOf({ reader });
    const first = plainEvent({ t: 'One. ' });
    const commands = [...answerAll(guard, guard.push(first, 0)), ...answerAll(guard, guard.push(DONE, 0))];
    expect(commands.flatMap((command) => (command.type === 'send' ? [command.last] : []))).toEqual([
      false,
      true,
    ]);
    expect(reader.sentEvents).toEqual([first, DONE]);
  });

  it.each([
    ['where an event breaks its protocol', { invalid: 'twice' }, 1],
    ['where there are too many channels', {}, 1025],
  ])('is a failure %s', (_why, more, channels) => {
    const guard = guardOf({ reader: new ChangedReader(more) });
    const commands = Array.from({ length: channels }, (_, index) =>
      guard.push(plainEvent({ [`c${index}`]: 'x' }), 0),
    );
    expect(commands.flatMap(kindsOf)).toEqual(['finish']);
    expect(endingOf(commands.flat())).toMatchObject({
      outcome: 'failed',
      class: 'uninspectable',
      error: { code: 'upstream_invalid' },
      note: { state: 'unscanned', reason: 'uninspectable' },
      tail: [{ data: '{"failed":true}' }],
    });
  });

  it('of a stream that is cut tells what was scanned so far, and why it ended', () => {
    const guard = guardOf();
    answerAll(guard, guard.push(plainEvent({ t: 'One. ' }), 0));
    guard.push(plainEvent({ t: 'held' }), 0);
    expect(endingOf(guard.end(0))).toMatchObject({
      outcome: 'failed',
      class: 'uninspectable',
      error: { code: 'upstream_cut' },
      note: { state: 'scanned' },
    });
    expect(guard.heldChars).toBe(0);
    const error = new GatewayError('upstream_timeout');
    expect(endingOf(guardOf().cut(error, 0))).toMatchObject({ error, note: { state: 'none' } });
  });

  it('comes though the upstream closes while windows are judged: they come first, then the whole', () => {
    const reader = new PlainReader();
    const guard = guardOf({ reader });
    const [window] = asksOf(guard.push(plainEvent({ t: 'One. ' }), 0));
    guard.push(plainEvent({ t: 'and more '.repeat(9) }), 0);
    reader.finished = true;
    expect(guard.end(0)).toEqual([]);
    expect(guard.end(0)).toEqual([]);
    expect(guard.push(plainEvent({ t: 'late. ' }), 0)).toEqual([]);
    const after = guard.judged(window?.ticket ?? 0, allowed(), 0);
    expect(kindsOf(after)).toEqual(['send', 'judge']);
    const [whole] = asksOf(after);
    expect(whole?.call.partial).toBe(false);
    expect(endingOf(guard.judged(whole?.ticket ?? 0, allowed(), 0))?.outcome).toBe('clean');
  });

  it('is no other for an answer to a question that nobody asked', () => {
    const guard = guardOf();
    guard.push(plainEvent({ t: 'One. ' }), 0);
    expect(guard.judged(77, blocked('dlp'), 0)).toEqual([]);
    expect(guard.judging).toBe(true);
  });
});
