/** The stream guard's way with channels, windows and endings, event by event. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { readJson } from '../../../src/core/json.ts';
import type { ScanReply } from '../../../src/core/scan-service.ts';
import type { StreamEvent } from '../../../src/core/sse.ts';
import { createStreamGuard } from '../../../src/inspection/stream-guard.ts';
import type { EventReading } from '../../../src/protocols/protocol.ts';
import { fakeScanService, judgedText } from '../../support/fake-scan-service.ts';
import {
  CONTEXT,
  DONE,
  newClearance,
  PlainReader,
  plainEvent,
  runGuard,
  SETTINGS,
} from '../../support/guard-run.ts';

const failed = (failure: 'unavailable' | 'invalid' | 'misconfigured'): ScanReply => ({
  outcome: 'failed',
  failure,
  reason: failure,
  note: 'down',
});

const pieces = (...texts: readonly string[]): StreamEvent[] => texts.map((text) => plainEvent({ t: text }));

const guardWith = (reader: PlainReader, service = fakeScanService()) =>
  createStreamGuard({
    service,
    settings: SETTINGS,
    clearance: newClearance(),
    now: () => 0,
    windows: { firstChars: 200, maxChars: 4096, waitMs: 200 },
    reader,
    prompt: '',
    context: CONTEXT,
  });

describe('windows', () => {
  it('releases the first sentence at the event after it', async () => {
    let seen = 0;
    const events = pieces('Hello', ' there', '. ', 'And', ' more');
    await runGuard(fakeScanService(), events, {
      onStep: ({ sent }) => {
        seen += 1;
        if (seen === 3) expect(sent).toHaveLength(3);
      },
    });
  });

  it('does not ask at every event: windows grow', async () => {
    const service = fakeScanService();
    await runGuard(service, [...pieces(...Array.from({ length: 2000 }, () => 'word and ')), DONE], {
      stepMs: 0,
    });
    // 18,000 characters: 200, 400, ... 4,096 each, and the whole.
    expect(service.calls.length).toBeLessThan(14);
  });

  it('asks for text that waits, without a full window', async () => {
    const guard = guardWith(new PlainReader());
    expect(guard.push(plainEvent({ t: 'no end in sight' }), 1000)).toEqual([]);
    expect(guard.wakeAt).toBe(1200);
    expect(guard.wake(1200).map((command) => command.type)).toEqual(['judge']);
    expect(guard.wakeAt).toBeUndefined();
  });

  it('holds everything until the whole is judged in hold mode', async () => {
    const service = fakeScanService();
    const run = await runGuard(service, [...pieces('One. ', 'Two 123456. ', 'Three.'), DONE], {
      settings: { stream: 'hold' },
      onStep: ({ sent, guard }) => expect(sent.length === 0 || guard.wakeAt === undefined).toBe(true),
    });
    expect(service.calls).toHaveLength(1);
    expect(run.text('t')).toBe('One. Two XXXXXX. Three.');
    expect(run.ending?.note).toEqual({ state: 'masked' });
  });

  it('reads on while a window is judged', () => {
    const guard = guardWith(new PlainReader());
    const first = guard.push(plainEvent({ t: 'One. ' }), 0);
    expect(first.map((command) => command.type)).toEqual(['judge']);
    expect(guard.judging).toBe(true);
    expect(guard.push(plainEvent({ t: 'Two. ' }), 1)).toEqual([]);
    expect(guard.heldChars).toBeGreaterThan(10);
  });

  it('judges windows with the prompt as context and with text before them', async () => {
    const service = fakeScanService();
    await runGuard(service, [...pieces('a b '.repeat(60), 'c d '.repeat(200)), DONE]);
    expect(service.calls[0]?.request.contents[0]).toEqual({ prompt: 'question' });
    expect(service.calls[1] && judgedText(service.calls[1])).toContain('a b c d');
    expect(service.calls[1]?.judgedTo).toBe(240);
    expect(service.calls.at(-1)?.partial).toBe(false);
  });
});

describe('endings', () => {
  it('refuses at a block: what was held is dropped, the upstream is to be aborted', async () => {
    const run = await runGuard(fakeScanService(), [...pieces('Fine. ', 'Now FORB', 'IDDEN words'), DONE]);
    expect(run.text('t')).toBe('Fine. ');
    expect(run.ending).toMatchObject({ outcome: 'refused', class: 'block', note: { state: 'blocked' } });
    expect(run.ending?.tail).toEqual([{ data: '{"refused":true}' }]);
  });

  it('holds the end mark until the whole answer is judged', async () => {
    const service = fakeScanService((call) =>
      judgedText(call) === 'First. Second. ' && !call.partial
        ? { outcome: 'answered', openFrom: 0, response: { action: 'block' } }
        : undefined,
    );
    const run = await runGuard(service, [...pieces('First. ', 'Second. '), DONE]);
    expect(run.sent.map((event) => event.data)).not.toContain('[DONE]');
    expect(run.ending?.outcome).toBe('refused');
  });

  it('blocks when the whole answer masks what has gone out in the clear', async () => {
    const service = fakeScanService((call) =>
      call.partial
        ? undefined
        : {
            outcome: 'answered',
            openFrom: 0,
            response: {
              action: 'allow',
              response_masked_data: { data: judgedText(call).replace('One', 'X'.repeat(3)) },
            },
          },
    );
    const run = await runGuard(service, [...pieces('One two. ', 'Three four. '), DONE]);
    expect(run.ending).toMatchObject({ outcome: 'refused', class: 'block' });
    expect(run.ending?.error?.code).toBe('unmaskable');
  });

  it.each([
    ['unavailable', 'block', 'failed', 503],
    ['invalid', 'allow', 'failed', 502],
    ['misconfigured', 'allow', 'failed', 500],
  ] as const)('%s under %s ends as %s', async (failure, onUnavailable, outcome, status) => {
    const run = await runGuard(
      fakeScanService(() => failed(failure)),
      [...pieces('One. '), DONE],
      {
        settings: { onUnavailable },
      },
    );
    expect(run.sent).toEqual([]);
    expect(run.ending?.outcome).toBe(outcome);
    expect(run.ending?.error?.status).toBe(status);
    expect(run.ending?.tail).toEqual([{ data: '{"failed":true}' }]);
  });

  it('passes unscanned text only under onUnavailable: allow, and says so', async () => {
    const service = fakeScanService(() => failed('unavailable'));
    const run = await runGuard(service, [...pieces('One. '), DONE], { settings: { onUnavailable: 'allow' } });
    expect(run.text('t')).toBe('One. ');
    expect(run.ending?.note).toEqual({ state: 'unscanned', reason: 'unavailable' });
  });

  it('a stream that closes without its end is cut: an error, never a clean end, and held text is dropped', async () => {
    const run = await runGuard(fakeScanService(), pieces('One. ', 'tail'));
    expect(run.text('t')).toBe('One. ');
    expect(run.ending).toMatchObject({ outcome: 'failed', tail: [{ data: '{"failed":true}' }] });
  });

  it('answers nothing after its end', () => {
    const reader = new PlainReader();
    const guard = guardWith(reader);
    guard.push(plainEvent({ t: 'held' }), 0);
    guard.cut(new GatewayError('upstream_cut'), 0);
    reader.finished = true;
    expect(guard.cut(new GatewayError('upstream_cut'), 1)).toEqual([]);
    expect(guard.push(plainEvent({ t: 'late. ' }), 1)).toEqual([]);
    expect(guard.end(1)).toEqual([]);
    expect(guard.wake(1)).toEqual([]);
    expect(guard.judged(1, failed('invalid'), 1)).toEqual([]);
  });

  it('ends cleanly where nothing was said', async () => {
    const service = fakeScanService();
    const run = await runGuard(service, [plainEvent({}), DONE]);
    expect(service.calls).toHaveLength(0);
    expect(run.ending).toMatchObject({ outcome: 'clean', note: { state: 'none' } });
  });
});

/** A reader whose events say by their keys how they are to be read. */
class OddReader extends PlainReader {
  override read(event: StreamEvent): EventReading {
    const reading = super.read(event);
    const deltas = reading.deltas.map((delta) => {
      if (delta.channel === 'id') return { ...delta, kind: 'opaque', join: 'discrete' } as const;
      if (delta.channel === 'value') return { ...delta, join: 'discrete' } as const;
      if (delta.channel === 'key')
        return { ...delta, kind: 'key', join: 'discrete', edit: { type: 'none' } } as const;
      if (delta.channel === 'signature') return { ...delta, kind: 'opaque' } as const;
      if (delta.channel === 'arguments') return { ...delta, kind: 'tool-arguments' } as const;
      if (delta.channel === 'odd') return { ...delta, kind: 'other' } as const;
      return delta;
    });
    const logprobs = event.data.includes('"lp"')
      ? [{ start: event.data.indexOf('"lp"') + 5, end: event.data.length - 1, channel: 't' }]
      : [];
    const closes = event.data.includes('"close"') ? ['t'] : [];
    const ending = reading.ending || event.data.includes('"finish"');
    const used = deltas.filter((delta) => !['lp', 'close', 'finish'].includes(delta.channel));
    const invalid = event.data.includes('"twice"') ? { invalid: 'block started twice' } : {};
    return { ...reading, deltas: used, logprobs, closes, ending, ...invalid };
  }
}

const runOdd = async (events: readonly StreamEvent[], service = fakeScanService()) => {
  const guard = guardWith(new OddReader(), service);
  const sent: string[] = [];
  let ending: string | undefined;
  const run = async (commands: ReturnType<typeof guard.push>): Promise<void> => {
    for (const command of commands) {
      if (command.type === 'send') sent.push(...command.events.map((event) => event.data));
      else if (command.type === 'finish') ending = command.ending.outcome;
      else await run(guard.judged(command.ticket, await service.scan(command.call), 0));
    }
  };
  for (const event of events) await run(guard.push(event, 0));
  const before = [...sent];
  await run(guard.end(0));
  return { before, sent, ending, calls: service.calls };
};

describe('channels', () => {
  it('asks about a repeated id under the exact rules, and soon no more', async () => {
    const event = plainEvent({ id: 'chat-1', t: 'word. ' });
    const run = await runOdd([...Array.from({ length: 100 }, () => event), DONE]);
    expect(run.calls.filter((call) => call.opaque === 'chat-1')).toHaveLength(1);
    expect(run.calls.filter((call) => call.opaque !== undefined).length).toBeLessThan(16);
    expect(run.ending).toBe('clean');
  });

  it.each([
    [['FORB', 'IDDEN']],
    [['x-FORBI', 'D', 'DEN-y']],
    [['F', 'O', 'R', 'B', 'I', 'D', 'D', 'E', 'N']],
    [['a FORB', 'IDDEN']],
  ])('judges ids as a client shows them that puts all events together: %j', async (ids) => {
    const run = await runOdd([...ids.map((id) => plainEvent({ id })), DONE]);
    expect(run.ending).toBe('refused');
    expect(run.sent.join('')).not.toContain(ids.at(-1));
  });

  it('blocks where a mask would lie over two values, and masks each value for itself', async () => {
    expect((await runOdd([plainEvent({ value: '123' }), plainEvent({ value: '456' }), DONE])).ending).toBe(
      'refused',
    );
    const run = await runOdd([
      plainEvent({ value: 'no 123456 ' }),
      plainEvent({ value: ' nor 654321' }),
      DONE,
    ]);
    expect(run.ending).toBe('clean');
    expect(run.sent.slice(0, 2)).toEqual(['{"value":"no XXXXXX "}', '{"value":" nor XXXXXX"}']);
  });

  it('holds an event until its keys and ids are judged too', async () => {
    const run = await runOdd([plainEvent({ key: 'FORBIDDEN', t: 'word. ' }), DONE]);
    expect(run.sent).toEqual([]);
    expect(run.ending).toBe('refused');
  });

  it('takes a value that repeats in an unknown field for a value, not for a growing text', async () => {
    const events = Array.from({ length: 30 }, () => plainEvent({ odd: '1', t: 'word. ' }));
    const run = await runOdd([...events, DONE]);
    expect(run.before.length).toBeGreaterThan(20);
    expect(run.ending).toBe('clean');
  });

  it('but follows it once it changes', async () => {
    const parts = ['FOR', 'BID', 'DEN'].map((text) => plainEvent({ odd: text }));
    const run = await runOdd([...parts, DONE]);
    expect(run.sent).toEqual([]);
    expect(run.ending).toBe('refused');
  });

  it('finds a word that is split over the pieces of a signature', async () => {
    const run = await runOdd([plainEvent({ signature: 'xFORB' }), plainEvent({ signature: 'IDDENx' }), DONE]);
    expect(run.ending).toBe('refused');
  });

  it('masks in arguments, and blocks what only their escapes spell out', async () => {
    const shown = await runOdd([
      plainEvent({ arguments: '{"a":"b\\n123456' }),
      plainEvent({ arguments: '"}' }),
      DONE,
    ]);
    expect(shown.sent.slice(0, 2)).toEqual([
      '{"arguments":"{\\"a\\":\\"b\\\\nXXXXXX"}',
      '{"arguments":"\\"}"}',
    ]);
    expect(shown.ending).toBe('clean');
    const hidden = await runOdd([plainEvent({ arguments: '{"a":"12345\\u0036"}' }), DONE]);
    expect(hidden.ending).toBe('refused');
  });

  it('fails where an event breaks its protocol', async () => {
    const run = await runOdd([plainEvent({ t: 'one. ' }), plainEvent({ twice: 'x' })]);
    expect(run.ending).toBe('failed');
  });

  it('drops logprobs where their text is masked', async () => {
    const event = { data: '{"t":"call 123456 now. ","lp":"123456"}' };
    const run = await runOdd([{ ...event, json: readJson(event.data, { depthMax: 9, keysMax: 9 }) }, DONE]);
    expect(run.sent[0]).toBe('{"t":"call XXXXXX now. ","lp":null}');
  });

  it('judges a closed channel to its end, though others go on', async () => {
    const run = await runOdd([
      plainEvent({ t: 'number 12345' }),
      plainEvent({ close: 'x' }),
      plainEvent({ u: 'on' }),
    ]);
    expect(run.before[0]).toBe('{"t":"number 12345"}');
  });

  it('lets a finish go when another choice speaks on, but never the last one before the whole is judged', async () => {
    const run = await runOdd([
      plainEvent({ t: 'one. ' }),
      plainEvent({ finish: 'a' }),
      plainEvent({ u: 'two. ' }),
      plainEvent({ finish: 'b' }),
    ]);
    expect(run.before).toEqual(['{"t":"one. "}', '{"finish":"a"}', '{"u":"two. "}']);
  });

  it('refuses a stream that opens more channels than any answer has', async () => {
    const events = Array.from({ length: 2000 }, (_, index) => plainEvent({ [`c${index}`]: 'x' }));
    expect((await runOdd(events)).ending).toBe('failed');
  });
});

describe('cost', () => {
  it('judges an answer of ten times the length with about ten times the characters', async () => {
    const judged = async (events: number): Promise<number> => {
      const service = fakeScanService();
      await runGuard(service, [
        ...pieces(...Array.from({ length: events }, () => `${'ab '.repeat(30)}cd. `)),
        DONE,
      ]);
      return service.calls.reduce((sum, call) => sum + judgedText(call).length, 0);
    };
    expect(await judged(3000)).toBeLessThan(11 * (await judged(300)));
  });

  it('looks at a match that stays open ever more rarely', async () => {
    const judged = async (events: number): Promise<number> => {
      const service = fakeScanService();
      await runGuard(service, [...pieces(...Array.from({ length: events }, () => '12345678')), DONE], {
        stepMs: 1,
      });
      return service.calls.reduce((sum, call) => sum + judgedText(call).length, 0);
    };
    // 80,000 characters, all of them one open match.
    expect(await judged(10_000)).toBeLessThan(6 * 80_000);
    expect(await judged(20_000)).toBeLessThan(6 * 160_000);
  });
});

describe('many values of one place', () => {
  it('cost little more than themselves', async () => {
    const run = await runOdd([
      ...Array.from({ length: 2000 }, (_, turn) => plainEvent({ value: `v${turn}` })),
      DONE,
    ]);
    expect(run.ending).toBe('clean');
    const chars = run.calls.slice(0, -1).map((call) => judgedText(call).length);
    expect(chars.reduce((sum, each) => sum + each, 0)).toBeLessThan(2000 * 110);
  });
});
