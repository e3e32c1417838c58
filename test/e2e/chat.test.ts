/** The main job with the official clients, unchanged but for the base URL, against the demo upstream. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoUpstream, startDemoUpstream } from '../../src/demo/demo-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { BLOCKED_WORD, FAILING_WORD } from '../support/word-scan-service.ts';

let demo: DemoUpstream;
let gateway: TestGateway;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  demo = await startDemoUpstream();
  gateway = await startTestGateway(demo.url);
  openai = new OpenAI({ apiKey: 'unused', baseURL: `${gateway.origin}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: 'unused', baseURL: gateway.origin, maxRetries: 0 });
});

afterAll(async () => {
  await gateway.close();
  await demo.close();
});

const ask = (content: string) => ({ model: 'demo', messages: [{ role: 'user' as const, content }] });
const TOOLS = [
  {
    type: 'function' as const,
    function: {
      name: 'look_up',
      description: 'Looks a word up.',
      parameters: { type: 'object', properties: {} },
    },
  },
];

describe('the OpenAI client', () => {
  it('chats', async () => {
    const { data, response } = await openai.chat.completions.create(ask('what is up?')).withResponse();
    expect(data.choices[0]?.message.content).toBe('You said: what is up?');
    expect(response.headers.get('x-sallyport-scan')).toBe('prompt=scanned, response=scanned');
    expect(response.headers.get('x-sallyport-tr-id')).toMatch(/^sp_[0-9a-f]{32}$/);
  });

  it('chats with a deployment by its Azure path', async () => {
    const azure = new AzureOpenAI({
      apiKey: 'unused',
      endpoint: gateway.origin,
      apiVersion: '2024-10-21',
      deployment: 'any',
      maxRetries: 0,
    });
    const answer = await azure.chat.completions.create(ask('what is up?'));
    expect(answer.choices[0]?.message.content).toBe('You said: what is up?');
  });

  it('streams', async () => {
    const stream = await openai.chat.completions.create({ ...ask('tell me more'), stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('You said: tell me more');
  });

  it('calls tools, whole and streamed', async () => {
    const asked = { ...ask('please use the tool'), tools: TOOLS };
    const whole = await openai.chat.completions.create(asked);
    const [call] = whole.choices[0]?.message.tool_calls ?? [];
    expect(call?.type === 'function' && call.function).toEqual({
      name: 'look_up',
      arguments: '{"text":"please use the tool"}',
    });
    const streamed = await openai.chat.completions.stream(asked).finalChatCompletion();
    expect(streamed.choices[0]?.finish_reason).toBe('tool_calls');
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'look_up', arguments: '{"text":"please use the tool"}' },
    });
  });

  it('lists models and sees an unknown one as not found', async () => {
    const models = await openai.models.list();
    expect(models.data.map((model) => model.id)).toEqual(['demo']);
    await expect(openai.models.retrieve('other')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('gets a block as an error of its own shape, and never the matched text', async () => {
    const blocked = openai.chat.completions.create(ask(`${BLOCKED_WORD} thing`));
    const error = await blocked.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(error).toMatchObject({ status: 403, code: 'content_filter', type: 'content_policy_violation' });
    expect(String(error)).not.toContain(BLOCKED_WORD);
  });

  it('may leave in the middle of a stream', async () => {
    const seen = gateway.lines().length;
    const stream = await openai.chat.completions.create({ ...ask('word '.repeat(5000)), stream: true });
    for await (const chunk of stream) {
      expect(chunk.object).toBe('chat.completion.chunk');
      break;
    }
    stream.controller.abort();
    expect((await gateway.line(seen)).operation).toBe('openai-chat.create');
  });

  it('gets a masked answer', async () => {
    const answer = await openai.chat.completions.create(ask('show me a card number'));
    expect(answer.choices[0]?.message.content).toContain('XXXXXXXXXXXXXXXXXXX');
    expect(answer.choices[0]?.message.content).not.toContain('4111');
  });

  it('gets a masked stream', async () => {
    const stream = await openai.chat.completions.create({ ...ask('show me a card number'), stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('Here is a card number for your test: XXXXXXXXXXXXXXXXXXX, valid until 12/30.');
  });

  it('is told to come again when the scan is not available', async () => {
    const failed = await openai.chat.completions.create(ask(FAILING_WORD)).catch((caught: unknown) => caught);
    expect(failed).toBeInstanceOf(OpenAI.InternalServerError);
    expect(failed).toMatchObject({ status: 503 });
    const headers = failed instanceof OpenAI.APIError ? failed.headers : undefined;
    expect(headers?.get('retry-after')).toBe('7');
    expect(headers?.get('x-sallyport-scan')).toBe('prompt=unscanned;reason=timeout, response=none');
  });
});

describe('the Anthropic client', () => {
  const message = (content: string) => ({ ...ask(content), max_tokens: 100 });

  it('sends messages', async () => {
    const answer = await anthropic.messages.create(message('what is up?'));
    expect(answer.content).toEqual([{ type: 'text', text: 'You said: what is up?' }]);
  });

  it('streams', async () => {
    const final = await anthropic.messages.stream(message('tell me more')).finalMessage();
    expect(final.content).toMatchObject([{ type: 'text', text: 'You said: tell me more' }]);
    expect(final.stop_reason).toBe('end_turn');
  });

  it('calls tools, streamed', async () => {
    const tools = [{ name: 'look_up', input_schema: { type: 'object' as const } }];
    const final = await anthropic.messages.stream({ ...message('use the tool'), tools }).finalMessage();
    expect(final.content).toMatchObject([
      { type: 'tool_use', name: 'look_up', input: { text: 'use the tool' } },
    ]);
  });

  it('counts tokens and lists models', async () => {
    const counted = await anthropic.messages.countTokens(ask('12345678'));
    expect(counted.input_tokens).toBe(2);
    const models = await anthropic.models.list();
    expect(models.data.map((model) => model.display_name)).toEqual(['Demo model']);
  });

  it('gets a block as an error of its own shape', async () => {
    const error = await anthropic.messages.create(message(BLOCKED_WORD)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Anthropic.PermissionDeniedError);
    expect(error).toMatchObject({
      status: 403,
      error: { type: 'error', error: { type: 'permission_error' } },
    });
  });

  it('gets a masked stream', async () => {
    const final = await anthropic.messages.stream(message('show me a card number')).finalMessage();
    expect(JSON.stringify(final.content)).toContain('XXXXXXXXXXXXXXXXXXX');
    expect(JSON.stringify(final.content)).not.toContain('4111');
  });
});
