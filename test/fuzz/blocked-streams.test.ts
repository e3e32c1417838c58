/** Whatever framing and chunks a stream comes in, and wherever its block falls: what three decoders show is a prefix of what is allowed (DESIGN §7). */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { Stream } from 'openai/core/streaming';
import { describe, expect, it } from 'vitest';
import { createStreamGuard } from '../../src/inspection/stream-guard.ts';
import { OpenAiChatStream } from '../../src/protocols/openai-chat-stream.ts';
import { createFrameReader } from '../../src/proxy/frames.ts';
import { runStream, type StreamResult } from '../../src/proxy/stream.ts';
import { fakeScanService, maskDigits } from '../support/fake-scan-service.ts';
import { CONTEXT, newClearance, SETTINGS } from '../support/guard-run.ts';
import { readBySpec } from '../support/spec-event-stream.ts';

const WORD = 'FORBIDDEN';
const LIMITS = { eventChars: 1_000_000, json: { depthMax: 64, keysMax: 10_000 } };
/** One text a client puts together: of a choice, in a field of its delta. */
const CHANNELS = [
  { index: 0, field: 'content' },
  { index: 0, field: 'reasoning_content' },
  { index: 1, field: 'content' },
] as const;

const fragment = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...'abc de.f\n"\\é€😀'), maxLength: 30 }) },
  { weight: 2, arbitrary: fc.stringMatching(/^[0-9]{1,9}$/) },
  { weight: 1, arbitrary: fc.constantFrom('FORBID', 'DEN', 'FORBIDDE ', 'FORB IDDEN') },
  { weight: 5, arbitrary: fc.constant('lorem ipsum dolor sit amet. '.repeat(20)) },
);
const text = fc.array(fragment, { minLength: 3, maxLength: 12 }).map((list) => list.join(''));
/** The three texts, the forbidden word somewhere in one of them or in none. */
const texts = fc
  .record({
    all: fc.tuple(text, text, text),
    where: fc.integer({ min: 0, max: 4 }),
    at: fc.double({ min: 0.2, max: 1, noNaN: true }),
  })
  .map(({ all, where, at }) =>
    all.map((each, index) => {
      const points = [...each];
      const to = Math.floor(points.length * at);
      return index === where ? [...points.slice(0, to), WORD, ...points.slice(to)].join('') : each;
    }),
  );
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

const cut = (whole: string, cuts: readonly number[]): readonly string[] => {
  const points = [...whole];
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < points.length; turn += 1) {
    const to = at + (cuts[turn % cuts.length] ?? 1);
    pieces.push(points.slice(at, to).join(''));
    at = to;
  }
  return pieces;
};

/** Chunks in which the texts grow side by side, and their ends. */
const dataOf = (all: readonly string[], cuts: readonly number[]): readonly string[] => {
  const pieces = all.map((each) => cut(each, cuts));
  const rounds = Math.max(...pieces.map((list) => list.length));
  const grown = Array.from({ length: rounds }, (_, round) => ({
    choices: CHANNELS.flatMap(({ index, field }, at) => {
      const piece = pieces[at]?.[round];
      return piece === undefined ? [] : [{ index, delta: { [field]: piece }, finish_reason: null }];
    }),
  }));
  const ends = [0, 1].map((index) => ({ choices: [{ index, delta: {}, finish_reason: 'stop' }] }));
  return [...[...grown, ...ends].map((each) => JSON.stringify(each)), '[DONE]'];
};

const LINE_ENDS = ['\n', '\r\n', '\r'];
const BEFORE = ['', ': note\n', 'id: 7\n', 'event: message\n', 'datax: {"t":"x"}\n', 'data\n'];
/** The events as a hostile upstream may write them: other line ends, comments, data over several lines. */
const wireOf = (data: readonly string[], odd: readonly number[]): Buffer => {
  let turn = 0;
  const pick = <T>(list: readonly T[], otherwise: T): T =>
    list[(odd[turn++ % odd.length] ?? 0) % list.length] ?? otherwise;
  const frames = data.map((each) => {
    const lines =
      each !== '[DONE]' && pick([true, false], false) ? [each.slice(0, 1), each.slice(1)] : [each];
    const before = each === '[DONE]' ? '' : pick(BEFORE, '');
    // A line of its own without a value would add a line to the data.
    const first = before === 'data\n' && lines.length > 1 ? '' : before;
    const frame = `${first}${lines.map((line) => `data:${pick(['', ' '], '')}${line}\n`).join('')}\n`;
    // One line end a frame: a CR before an LF of the next line would be one line end.
    return frame.replaceAll('\n', pick(LINE_ENDS, '\n'));
  });
  return Buffer.from(frames.join(''));
};

interface Sent extends StreamResult {
  readonly text: string;
}
const run = async (wire: Buffer, cuts: readonly number[]): Promise<Sent> => {
  const service = fakeScanService();
  const guard = createStreamGuard({
    service,
    settings: SETTINGS,
    clearance: newClearance(),
    now: () => 0,
    windows: { firstChars: 200, maxChars: 4096, waitMs: 200 },
    reader: new OpenAiChatStream(),
    prompt: 'question',
    context: CONTEXT,
  });
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < wire.length; turn += 1) {
    const to = at + 7 * (cuts[turn % cuts.length] ?? 1);
    chunks.push(wire.subarray(at, to));
    at = to;
  }
  let sent = '';
  const result = await runStream({
    guard,
    frames: createFrameReader(LIMITS),
    source: Readable.from(chunks),
    sink: {
      start: () => undefined,
      write: (more) => {
        sent += more;
        return true;
      },
      end: () => undefined,
      destroy: () => undefined,
      onDrain: () => undefined,
    },
    scan: (call) => service.scan(call),
    onEnding: async () => undefined,
    monotonicMs: () => performance.now(),
    responseBytes: 10_000_000,
    heldCharsMax: 100_000,
    keepAliveMs: 60_000,
    clientIdleMs: 60_000,
    signal: CONTEXT.signal,
  });
  return { ...result, text: sent };
};

interface Chunk {
  readonly choices: readonly {
    readonly index: number;
    readonly delta: Readonly<Record<string, string>>;
    readonly finish_reason: string | null;
  }[];
}
const parse = (data: readonly string[]): readonly Chunk[] =>
  data.filter((each) => each !== '[DONE]').map((each) => JSON.parse(each));

/** What each decoder reads of the same bytes. */
const decoders: Readonly<Record<string, (sent: string) => Promise<readonly Chunk[]>>> = {
  ours: async (sent) =>
    parse(
      createFrameReader(LIMITS)
        .push(Buffer.from(sent))
        .events.map((event) => event.data),
    ),
  'by the spec': async (sent) => parse(readBySpec(Buffer.from(sent))),
  'of the SDK': async (sent) => {
    const shown: Chunk[] = [];
    const stream = Stream.fromSSEResponse<Chunk>(new Response(sent), new AbortController());
    for await (const item of stream) shown.push(item);
    return shown;
  },
};

const shownOf = (chunks: readonly Chunk[], { index, field }: (typeof CHANNELS)[number]): string =>
  chunks
    .flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index))
    .map((choice) => choice.delta[field] ?? '')
    .join('');

const expectShown = (sent: Sent, chunks: readonly Chunk[], all: readonly string[]): void => {
  const isBlocked = all.some((each) => each.includes(WORD));
  for (const [at, channel] of CHANNELS.entries()) {
    const masked = maskDigits(all[at] ?? '');
    const shown = shownOf(chunks, channel);
    if (!isBlocked) expect(shown).toBe(masked);
    else expect((masked.split(WORD)[0] ?? '').startsWith(shown)).toBe(true);
  }
  if (!sent.started) return;
  const reasons = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.finish_reason));
  expect(reasons.filter((reason) => reason !== null).slice(-1)).toEqual([
    isBlocked ? 'content_filter' : 'stop',
  ]);
  expect(reasons.at(-1)).not.toBeNull();
};

describe('a stream with a block in it or none', () => {
  it('shows every decoder a prefix of what is allowed, and ends as it was judged', async () => {
    let started = 0;
    const oddities = fc.array(fc.integer({ min: 0, max: 29 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(texts, sizes, oddities, async (all, cuts, odd) => {
        const isBlocked = all.some((each) => each.includes(WORD));
        const sent = await run(wireOf(dataOf(all, cuts), odd), cuts);
        expect(sent.ending?.outcome).toBe(isBlocked ? 'refused' : 'clean');
        if (isBlocked && sent.started) started += 1;
        if (sent.started) expect(sent.text.endsWith('data: [DONE]\n\n')).toBe(true);
        for (const decode of Object.values(decoders)) expectShown(sent, await decode(sent.text), all);
      }),
      { numRuns: 150 },
    );
    // Else the property would be of streams that were refused before anything was sent.
    expect(started).toBeGreaterThan(10);
  });
});
