/** The bodies that census rows are put into, by protocol: a request, an answer, and a stream around one event. */
import type { Json } from './census-row.ts';

export interface CensusTarget {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: Json;
  readonly answer: Json;
  /** The frames of a whole stream that holds these events. */
  stream(events: readonly Json[]): string;
  /** What the changed event is made of. */
  readonly event: Json;
  /** The text that only a clean end has. */
  readonly end: string;
}

const frame = (data: unknown, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

const CHUNK = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const chunkOf = (delta: Json, finish: string | null): Json => ({
  ...CHUNK,
  choices: [{ index: 0, delta, finish_reason: finish }],
});

const OPENAI: CensusTarget = {
  path: '/v1/chat/completions',
  headers: {},
  request: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  answer: {
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Fine.' }, finish_reason: 'stop' }],
  },
  event: chunkOf({}, null),
  stream: (events) =>
    [
      frame(chunkOf({ role: 'assistant', content: 'Fine' }, null)),
      ...events.map((event) => frame(event)),
      frame(chunkOf({}, 'stop')),
      frame('[DONE]'),
    ].join(''),
  end: 'data: [DONE]',
};

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [] as unknown[],
  stop_reason: null as string | null,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};

const named = (event: Json): string => frame(event, typeof event.type === 'string' ? event.type : undefined);

/** The changed events stand where their kind belongs; of a kind that comes once they take the place. */
const anthropicStream = (events: readonly Json[]): string => {
  const type = events[0]?.type;
  const around: readonly Json[] = [
    { type: 'message_start', message: MESSAGE },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Fine' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ];
  const at = type === 'content_block_delta' ? -1 : around.findIndex((event) => event.type === type);
  const list = at === -1 ? around.toSpliced(3, 0, ...events) : around.toSpliced(at, 1, ...events);
  return list.map(named).join('');
};

const ANTHROPIC: CensusTarget = {
  path: '/v1/messages',
  headers: { 'anthropic-version': '2023-06-01' },
  request: { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
  answer: { ...MESSAGE, content: [{ type: 'text', text: 'Fine.' }], stop_reason: 'end_turn' },
  event: { index: 0 },
  stream: anthropicStream,
  end: 'event: message_stop',
};

const JSON_ROUTE: CensusTarget = {
  path: '/v1/any',
  headers: {},
  request: { q: 'hi' },
  answer: { a: 'Fine.' },
  event: { a: 'Fine.' },
  stream: (events) => [frame({ a: 'x' }), ...events.map((event) => frame(event)), frame({ a: 'y' })].join(''),
  end: 'data: {"a":"y"}',
};

/** By the first word of a table's name. */
export const CENSUS_TARGETS: Readonly<Record<string, CensusTarget>> = {
  'openai-chat': OPENAI,
  'anthropic-messages': ANTHROPIC,
  'count-tokens': {
    ...ANTHROPIC,
    path: '/v1/messages/count_tokens',
    answer: { input_tokens: 3 },
  },
  'json-route': JSON_ROUTE,
};
