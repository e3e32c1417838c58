/** Every place of a body where a string can stand: a forbidden text passes in none, another passes byte for byte (THREATS C, S7 to S9). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANTHROPIC_REQUEST, ANTHROPIC_RESPONSE } from '../../src/protocols/anthropic-messages-shapes.ts';
import { OPENAI_REQUEST, OPENAI_RESPONSE } from '../../src/protocols/openai-chat-shapes.ts';
import { type Shape, stringFields } from '../../src/protocols/shape.ts';
import { CENSUS_TARGETS, type CensusTarget } from '../support/census-bodies.ts';
import { bodyWith, type CensusRow, namesOf, readRows, tableNames } from '../support/census-row.ts';
import {
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
} from '../support/recording-upstream.ts';
import { readSdk, type SdkTypes } from '../support/sdk-fields.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BLOCKED_WORD } from '../support/word-scan-service.ts';

const HARMLESS = 'harmless';
/** The word with its first letter as an escape. */
const ESCAPED = `\\u0046${BLOCKED_WORD.slice(1)}`;
/** What the word looks like on the wire in any of its forms. */
const TRACE = BLOCKED_WORD.slice(1);

let upstream: RecordingUpstream;
let gateway: TestGateway;
/** Pictures and state of the upstream are opted in: what is text in their places is judged all the same. */
let open: TestGateway;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  const routes = [{ method: 'POST', path: '/v1/any', scan: 'json' }] as const;
  // What the word's flag alone may do in trusted places is another test's; here no place is trusted.
  const rulesOf = () => ({ trustedRoles: [], maskOnBlock: false });
  gateway = await startTestGateway(upstream.url, { routes, settings: { rulesOf } });
  open = await startTestGateway(upstream.url, {
    routes,
    settings: { rulesOf, images: 'allow', upstreamState: 'allow' },
  });
});
afterAll(async () => {
  await gateway.close();
  await open.close();
  await upstream.close();
});

const targetOf = (table: string): CensusTarget => {
  const target = CENSUS_TARGETS[table.split('.')[0] ?? ''];
  if (target === undefined) throw new Error(`no target for ${table}`);
  return target;
};

interface Passed {
  readonly status: number;
  readonly text: string;
}
const post = async (to: TestGateway, { path, headers }: CensusTarget, body: string): Promise<Passed> => {
  const answer = await fetch(to.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, text: await answer.text() };
};

const answerJson = (status: number, body: string): void =>
  upstream.respond((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body);
  });

/** The body as JSON, and with the word escaped. */
const formsOf = (body: unknown): readonly string[] => {
  const plain = JSON.stringify(body);
  return [plain, plain.replaceAll(BLOCKED_WORD, ESCAPED)];
};

/** Faults of one row, in words; none where it is covered. */
type Check = (target: CensusTarget, row: CensusRow) => Promise<readonly string[]>;

const checkRequest: Check = async (target, { path, flags }) => {
  const faults: string[] = [];
  answerJson(200, JSON.stringify(target.answer));
  const send = async (
    to: TestGateway,
    body: string,
  ): Promise<{ status: number; sent: Buffer | undefined }> => {
    const before = upstream.requests.length;
    const { status } = await post(to, target, body);
    return { status, sent: upstream.requests[before]?.body };
  };
  const mustPass = async (to: TestGateway, value: string): Promise<void> => {
    const body = JSON.stringify(bodyWith(target.request, path, value));
    const { status, sent } = await send(to, body);
    if (status !== 200 || sent?.toString() !== body) faults.push(`${path}: ${value} refused with ${status}`);
  };
  const mustStop = async (to: TestGateway, value: string): Promise<void> => {
    for (const body of formsOf(bodyWith(target.request, path, value))) {
      const { status, sent } = await send(to, body);
      if (sent !== undefined || status < 400 || status > 403) faults.push(`${path}: passed with ${status}`);
    }
  };
  await mustStop(gateway, BLOCKED_WORD);
  if (!flags.has('refused')) await mustPass(gateway, HARMLESS);
  else if (!flags.has('always')) {
    await mustPass(open, HARMLESS);
    await mustStop(open, `see ${BLOCKED_WORD} here`);
  }
  return faults;
};

const checkAnswer: Check = async (target, { path, flags }) => {
  const faults: string[] = [];
  const request = JSON.stringify(target.request);
  const [plain = '', escaped = ''] = formsOf(bodyWith(target.answer, path, BLOCKED_WORD));
  for (const [status, body] of [
    [200, plain],
    [200, escaped],
    [429, plain],
  ] as const) {
    answerJson(status, body);
    const answer = await post(gateway, target, request);
    if (answer.text.includes(TRACE) || answer.status === 200) faults.push(`${path}: passed (${status})`);
  }
  const harmless = JSON.stringify(bodyWith(target.answer, path, HARMLESS));
  answerJson(200, harmless);
  const answer = await post(flags.has('refused') ? open : gateway, target, request);
  if (answer.status !== 200 || answer.text !== harmless)
    faults.push(`${path}: harmless was ${answer.status}`);
  return faults;
};

/** Was the stream let through whole? */
const isClean = ({ status, text }: Passed): boolean =>
  status === 200 && !text.includes('response=blocked') && !text.includes('response=unscanned');

const checkStream: Check = async (target, { path, flags }) => {
  const faults: string[] = [];
  const request = JSON.stringify({ ...target.request, stream: true });
  const ask = (to: TestGateway, frames: string): Promise<Passed> => {
    upstream.respond(streamAnswer(frames));
    return post(to, target, request);
  };
  const eventOf = (value: string) => bodyWith(target.event, path, value);
  const word = await ask(gateway, target.stream([eventOf(BLOCKED_WORD)]));
  if (word.text.includes(TRACE) || isClean(word)) faults.push(`${path}: passed`);
  const harmless = await ask(flags.has('refused') ? open : gateway, target.stream([eventOf(HARMLESS)]));
  const line = `data: ${JSON.stringify(eventOf(HARMLESS))}\n`;
  if (!harmless.text.includes(line) || !harmless.text.includes(target.end))
    faults.push(`${path}: harmless was ${harmless.text.slice(0, 200)}`);
  // Where a value comes whole too: some clients put the strings of all events together. None does with keys.
  if (flags.has('refused') || path.endsWith('!')) return faults;
  const cut = await ask(
    gateway,
    target.stream([eventOf(BLOCKED_WORD.slice(0, 4)), eventOf(BLOCKED_WORD.slice(4))]),
  );
  if (cut.text.includes(BLOCKED_WORD.slice(4)) || isClean(cut)) faults.push(`${path}: passed in two pieces`);
  return faults;
};

const CHECKS: Readonly<Record<string, Check>> = {
  request: checkRequest,
  response: checkAnswer,
  stream: checkStream,
};

describe.each(tableNames())('%s', (table) => {
  const check = CHECKS[table.split('.')[1] ?? ''];
  it('lets a text pass where it is harmless, and in no place where it is forbidden', async () => {
    const faults: string[] = [];
    for (const row of readRows(table))
      faults.push(...((await check?.(targetOf(table), row)) ?? ['no check']));
    expect(faults).toEqual([]);
  }, 120_000);
});

describe('arguments of tools', () => {
  // The escape stands in the JSON that the string holds: as written, the word is not there.
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'look', arguments: `{"q":"${ESCAPED}"}` },
  };
  const turn = { role: 'assistant', content: null, tool_calls: [call] };
  const base = targetOf('openai-chat');

  it('are judged by what their escapes stand for, in both directions', async () => {
    const before = upstream.requests.length;
    const body = JSON.stringify({ ...base.request, messages: [{ role: 'user', content: 'hi' }, turn] });
    expect(await post(gateway, base, body)).toMatchObject({ status: 403 });
    expect(upstream.requests.length).toBe(before);
    answerJson(200, JSON.stringify({ ...base.answer, choices: [{ index: 0, message: turn }] }));
    expect(await post(gateway, base, JSON.stringify(base.request))).toMatchObject({ status: 403 });
  });

  it('are so in a stream, cut anywhere', async () => {
    const text = call.function.arguments;
    for (let at = 1; at < text.length; at += 1) {
      const [first, second] = [text.slice(0, at), text.slice(at)].map((piece) =>
        bodyWith(base.event, 'choices[0].delta.tool_calls[0].function.arguments', piece),
      );
      upstream.respond(streamAnswer(base.stream([first ?? {}, second ?? {}])));
      const answer = await post(gateway, base, JSON.stringify({ ...base.request, stream: true }));
      expect(isClean(answer)).toBe(false);
      expect(answer.text).not.toContain('RBIDDEN');
    }
  });
});

const OPENAI = 'openai/resources/chat/completions/completions.d.ts';
const ANTHROPIC = '@anthropic-ai/sdk/resources/messages/messages.d.ts';
const BETA = '@anthropic-ai/sdk/resources/beta/messages/messages.d.ts';

/** What each table must cover: the types of the official SDK, and our own rules. */
const SOURCES: readonly (readonly [string, readonly SdkTypes[], Shape])[] = [
  ['openai-chat.request', [{ file: OPENAI, types: ['ChatCompletionCreateParams'] }], OPENAI_REQUEST],
  ['openai-chat.response', [{ file: OPENAI, types: ['ChatCompletion'] }], OPENAI_RESPONSE],
  ['openai-chat.stream', [{ file: OPENAI, types: ['ChatCompletionChunk'] }], OPENAI_RESPONSE],
  [
    'anthropic-messages.request',
    [
      { file: ANTHROPIC, types: ['MessageCreateParams', 'MessageCountTokensParams'] },
      { file: BETA, types: ['MessageCreateParams'] },
    ],
    ANTHROPIC_REQUEST,
  ],
  [
    'anthropic-messages.response',
    [
      { file: ANTHROPIC, types: ['Message', 'MessageTokensCount'] },
      { file: BETA, types: ['BetaMessage'] },
    ],
    ANTHROPIC_RESPONSE,
  ],
  [
    'anthropic-messages.stream',
    [
      { file: ANTHROPIC, types: ['RawMessageStreamEvent'] },
      { file: BETA, types: ['BetaRawMessageStreamEvent'] },
    ],
    ANTHROPIC_RESPONSE,
  ],
];

describe('the census', () => {
  const read = readSdk([OPENAI, ANTHROPIC, BETA]);
  it.each(SOURCES)('%s has a row for every string field', (table, sdk, shape) => {
    const known = new Set(readRows(table).map((row) => namesOf(row.path)));
    const ours = stringFields(shape).map(({ path }) => path.replaceAll(/\([^)]*\)/g, ''));
    const theirs = sdk.flatMap((types) => read(types)).filter(({ names }) => !known.has(names));
    expect(theirs.map(({ row }) => row)).toEqual([]);
    expect(ours.filter((names) => names !== '' && !known.has(names))).toEqual([]);
  });

  it('has hundreds of rows, each once', () => {
    const rows = tableNames().flatMap((table) => readRows(table).map(({ path }) => `${table} ${path}`));
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(1500);
  });
});
