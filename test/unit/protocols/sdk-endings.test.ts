/** The official SDKs read every error, refusal and ending that the protocols write. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, GatewayError } from '../../../src/core/errors.ts';
import { readJson } from '../../../src/core/json.ts';
import { type StreamEvent, writeEvent } from '../../../src/core/sse.ts';
import { ANTHROPIC_MESSAGES } from '../../../src/protocols/anthropic-messages.ts';
import { OPENAI_CHAT } from '../../../src/protocols/openai-chat.ts';
import type { Operation, Protocol } from '../../../src/protocols/protocol.ts';

const MESSAGE = 'Blocked by the security policy. Reference: tr-1';

interface Answer {
  readonly status: number;
  readonly type: 'application/json' | 'text/event-stream';
  readonly body: string;
}

let answer: Answer;
let server: Server;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const options = { apiKey: 'unused', maxRetries: 0 };
  openai = new OpenAI({ ...options, baseURL: `http://127.0.0.1:${port}/v1` });
  anthropic = new Anthropic({ ...options, baseURL: `http://127.0.0.1:${port}` });
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function operationOf(protocol: Protocol): Operation {
  const [operation] = protocol.operations;
  if (operation === undefined) throw new Error('no operation');
  return operation;
}

type OutEvent = Pick<StreamEvent, 'name' | 'data'>;
const sse = (events: readonly OutEvent[]): Answer => ({
  status: 200,
  type: 'text/event-stream',
  body: events.map(writeEvent).join(''),
});
const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});
const context = (code: ErrorCode = 'blocked') => ({
  error: new GatewayError(code).toPublic('tr-1'),
  model: 'the-model',
  created: 1_700_000_000,
});

/** What the client got: the first events of a stream, and then how the gateway ends it. */
function ended(protocol: Protocol, sent: readonly OutEvent[], how: 'refuse' | 'fail'): Answer {
  const reader = operationOf(protocol).readStream?.();
  for (const event of sent) {
    const read = { ...event, json: readJson(event.data, { depthMax: 64, keysMax: 1000 }) };
    reader?.read(read);
    reader?.sent(read);
  }
  return sse([...sent, ...(reader?.[how](context().error) ?? [])]);
}

async function rejection(work: PromiseLike<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return expect.unreachable();
}

const STATUSES: readonly (readonly [ErrorCode, number, string, string])[] = [
  ['bad_json', 400, 'invalid_request_error', 'invalid_request_error'],
  ['key_required', 401, 'authentication_error', 'authentication_error'],
  ['blocked', 403, 'content_policy_violation', 'permission_error'],
  ['upstream_forbidden', 403, 'permission_error', 'permission_error'],
  ['unknown_route', 404, 'not_found_error', 'not_found_error'],
  ['body_too_large', 413, 'invalid_request_error', 'request_too_large'],
  ['rate_limited', 429, 'rate_limit_error', 'rate_limit_error'],
  ['internal', 500, 'server_error', 'api_error'],
  ['scan_unavailable', 503, 'server_error', 'api_error'],
  ['upstream_timeout', 504, 'server_error', 'timeout_error'],
];

describe('the OpenAI SDK', () => {
  const ask = { model: 'the-model', messages: [{ role: 'user' as const, content: 'hi' }] };
  const operation = operationOf(OPENAI_CHAT);
  const chunk = (index: number, delta: unknown, finish: string | null = null): OutEvent => ({
    data: JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: 'gpt',
      choices: [{ index, delta, finish_reason: finish }],
    }),
  });

  it.each(STATUSES)('throws its own error for %s', async (code, status, type) => {
    const { error } = context(code);
    answer = json(error.status, OPENAI_CHAT.error(error));
    const thrown = await rejection(openai.chat.completions.create(ask));
    expect(thrown).toBeInstanceOf(OpenAI.APIError);
    expect(thrown).toMatchObject({ status, type, error: { message: error.message } });
    if (code === 'blocked') expect(thrown).toMatchObject({ code: 'content_filter' });
  });

  it('reads a refusal', async () => {
    answer = json(200, operation.refusal?.(context()));
    const completion = await openai.chat.completions.create(ask);
    expect(completion.model).toBe('the-model');
    expect(completion.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: MESSAGE },
        logprobs: null,
        finish_reason: 'content_filter',
      },
    ]);
  });

  it('reads a refusal as a stream', async () => {
    answer = sse(operation.refusalStream?.(context()) ?? []);
    const completion = await openai.chat.completions.stream(ask).finalChatCompletion();
    expect(completion.choices[0]).toMatchObject({
      message: { content: null, refusal: MESSAGE },
      finish_reason: 'content_filter',
    });
  });

  it('sees open choices end as filtered and finished ones as they ended', async () => {
    const sent = [
      chunk(0, { role: 'assistant', content: 'Hel' }),
      chunk(1, { role: 'assistant', content: 'Two' }),
      chunk(1, {}, 'stop'),
    ];
    answer = ended(OPENAI_CHAT, sent, 'refuse');
    const completion = await openai.chat.completions.stream(ask).finalChatCompletion();
    expect(completion.id).toBe('chatcmpl-1');
    expect(completion.choices.map(({ message, finish_reason }) => [message.content, finish_reason])).toEqual([
      ['Hel', 'content_filter'],
      ['Two', 'stop'],
    ]);
  });

  it('sees a refusal where only comments were sent', async () => {
    answer = ended(OPENAI_CHAT, [], 'refuse');
    const completion = await openai.chat.completions.stream(ask).finalChatCompletion();
    expect(completion.choices[0]?.finish_reason).toBe('content_filter');
  });

  it('throws where a stream fails', async () => {
    answer = ended(OPENAI_CHAT, [chunk(0, { role: 'assistant', content: 'Hel' })], 'fail');
    const stream = await openai.chat.completions.create({ ...ask, stream: true });
    const texts: string[] = [];
    const thrown = await rejection(
      (async () => {
        for await (const part of stream) texts.push(part.choices[0]?.delta.content ?? '');
      })(),
    );
    expect(thrown).toBeInstanceOf(OpenAI.APIError);
    expect(texts).toEqual(['Hel']);
    expect(answer.body).not.toContain('[DONE]');
  });
});

describe('the Anthropic SDK', () => {
  const ask = { model: 'the-model', max_tokens: 10, messages: [{ role: 'user' as const, content: 'hi' }] };
  const operation = operationOf(ANTHROPIC_MESSAGES);
  const event = (type: string, body: object): OutEvent => ({
    name: type,
    data: JSON.stringify({ type, ...body }),
  });
  const SENT = [
    event('message_start', {
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 5, output_tokens: 1 },
      },
    }),
    event('content_block_start', {
      index: 0,
      content_block: { type: 'thinking', thinking: '', signature: '' },
    }),
    event('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } }),
    event('content_block_stop', { index: 0 }),
    event('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }),
    event('content_block_delta', { index: 1, delta: { type: 'text_delta', text: 'Hel' } }),
    event('content_block_stop', { index: 1 }),
    event('content_block_start', {
      index: 2,
      content_block: { type: 'tool_use', id: 't', name: 'n', input: {} },
    }),
    event('content_block_delta', { index: 2, delta: { type: 'input_json_delta', partial_json: '{"a"' } }),
  ];

  it.each(STATUSES)('throws its own error for %s', async (code, status, _openai, type) => {
    const { error } = context(code);
    answer = json(error.status, ANTHROPIC_MESSAGES.error(error));
    const thrown = await rejection(anthropic.messages.create(ask));
    expect(thrown).toBeInstanceOf(Anthropic.APIError);
    expect(thrown).toMatchObject({
      status,
      error: { type: 'error', error: { type, message: error.message }, request_id: 'tr-1' },
    });
  });

  it('reads a refusal', async () => {
    answer = json(200, operation.refusal?.(context()));
    const message = await anthropic.messages.create(ask);
    expect(message).toMatchObject({
      model: 'the-model',
      stop_reason: 'refusal',
      content: [{ type: 'text', text: MESSAGE }],
    });
  });

  it('reads a refusal as a stream', async () => {
    answer = sse(operation.refusalStream?.(context()) ?? []);
    const message = await anthropic.messages.stream(ask).finalMessage();
    expect(message).toMatchObject({ stop_reason: 'refusal', content: [{ type: 'text', text: MESSAGE }] });
  });

  it.each(SENT.map((_event, at) => at))('sees a message end as refused after %i events', async (count) => {
    answer = ended(ANTHROPIC_MESSAGES, SENT.slice(0, count), 'refuse');
    const stream = anthropic.messages.stream(ask);
    const open = new Set<number>();
    stream.on('streamEvent', (each) => {
      if (each.type === 'content_block_start') open.add(each.index);
      if (each.type === 'content_block_stop') expect(open.delete(each.index)).toBe(true);
    });
    const message = await stream.finalMessage();
    expect(message.stop_reason).toBe('refusal');
    expect(open).toEqual(new Set());
    const text = message.content.find(({ type }) => type === 'text');
    if (count === 0) expect(text).toMatchObject({ text: MESSAGE });
    else expect(message.id).toBe('msg_1');
    if (count > 5) expect(text).toMatchObject({ text: 'Hel' });
  });

  it('throws where a stream fails', async () => {
    answer = ended(ANTHROPIC_MESSAGES, SENT.slice(0, 6), 'fail');
    const thrown = await rejection(anthropic.messages.stream(ask).finalMessage());
    expect(thrown).toBeInstanceOf(Anthropic.APIError);
    expect(answer.body).not.toContain('message_stop');
  });
});
