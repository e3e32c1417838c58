/** Which messages are the newest turn, which bodies are refused, and how roles and tools are told. */
import { describe, expect, it } from 'vitest';
import { itemsOf, readJson } from '../../../src/core/json.ts';
import { ANTHROPIC_MESSAGES } from '../../../src/protocols/anthropic-messages.ts';
import { newestFrom } from '../../../src/protocols/conversation.ts';
import { OPENAI_CHAT } from '../../../src/protocols/openai-chat.ts';
import { type Protocol, type RequestReading, ShapeError } from '../../../src/protocols/protocol.ts';

const parse = (value: unknown) => readJson(JSON.stringify(value), { depthMax: 64, keysMax: 10_000 });

function read(protocol: Protocol, body: unknown): RequestReading {
  const reading = protocol.operations[0]?.readRequest?.(parse(body));
  if (reading === undefined) throw new Error('no reader');
  return reading;
}

describe('newestFrom', () => {
  const u = { role: 'user', content: 'hi' };
  const a = { role: 'assistant', content: 'hello' };
  const CASES: readonly (readonly [string, readonly unknown[], number])[] = [
    ['no message', [], 0],
    ['a first question', [u], 0],
    ['system and question', [{ role: 'system', content: 'x' }, u], 0],
    ['an answered question', [u, a, u], 2],
    ['two answers in a row', [u, a, a, u], 3],
    ['a prefill', [u, a, u, a], 2],
    ['two prefills', [u, a, u, a, a], 2],
    ['only an answer', [a], 0],
    ['a question and its prefill', [u, a], 0],
    ['an empty prefill', [u, a, u, { role: 'assistant', content: '' }], 2],
    ['a null prefill', [u, a, u, { role: 'assistant', content: null }], 2],
    ['an empty answer before the end', [u, { role: 'assistant', content: '' }, u], 0],
    ['a blank answer before the end', [u, { role: 'assistant', content: ' \n' }, u], 0],
    [
      'an empty block before the end',
      [u, { role: 'assistant', content: [{ type: 'text', text: '' }] }, u],
      0,
    ],
    ['an answer without content', [u, { role: 'assistant', name: 'bot' }, u], 0],
    [
      'tool calls and their result',
      [u, { role: 'assistant', tool_calls: [{ function: { name: 'f' } }] }, u],
      2,
    ],
    ['an unknown role at the end', [u, a, { role: 'critic', content: 'x' }], 2],
    ['an assistant in capitals', [u, { role: 'Assistant', content: 'x' }, u], 0],
    ['messages that are no objects', ['x', 1, null], 0],
  ];
  it.each(CASES)('%s', (_name, messages, expected) => {
    expect(newestFrom(itemsOf(parse(messages)))).toBe(expected);
  });
});

describe('readConversation', () => {
  const BAD: readonly (readonly [unknown, string])[] = [
    [null, 'body must be an object'],
    ['hello', 'body must be an object'],
    [[], 'body must be an object'],
    [{}, 'messages must be an array'],
    [{ messages: null }, 'messages must be an array'],
    [{ messages: {} }, 'messages must be an array'],
    [{ messages: [null] }, 'messages[0] must be an object'],
    [{ messages: [{}, ['x']] }, 'messages[1] must be an object'],
    [{ messages: [], stream: 'true' }, 'stream must be a boolean'],
    [{ messages: [], stream: 1 }, 'stream must be a boolean'],
    [{ messages: [], stream: {} }, 'stream must be a boolean'],
  ];
  it.each(BAD)('refuses %j', (body, message) => {
    for (const protocol of [OPENAI_CHAT, ANTHROPIC_MESSAGES]) {
      expect(() => read(protocol, body)).toThrow(
        new ShapeError(message.split(' ')[0] ?? '', message.slice(message.indexOf('must be ') + 8)),
      );
    }
  });

  it('takes the stream flag only where it is true', () => {
    for (const [stream, expected] of [
      [true, true],
      [false, false],
      [null, false],
    ] as const) {
      expect(read(OPENAI_CHAT, { messages: [], stream }).stream).toBe(expected);
    }
    expect(read(OPENAI_CHAT, { messages: [] }).stream).toBe(false);
  });

  it('cuts the end user to 100 characters', () => {
    expect(read(OPENAI_CHAT, { messages: [], user: 'x'.repeat(200) }).user).toHaveLength(100);
    expect(read(OPENAI_CHAT, { messages: [], user: '' }).user).toBeUndefined();
    expect(read(ANTHROPIC_MESSAGES, { messages: [], metadata: { user_id: 'ana' } }).user).toBe('ana');
  });

  it('trusts no role word but the protocol’s own, letter by letter', () => {
    for (const role of ['System', 'system ', 'SYSTEM', 'root', '', 'tool-definition']) {
      const parts = read(OPENAI_CHAT, { messages: [{ role, content: 'x' }] }).parts;
      expect(parts.find(({ text }) => text === 'x')?.role).toBe('other');
    }
    for (const role of [['system'], { system: true }, 1, null]) {
      const parts = read(OPENAI_CHAT, { messages: [{ role, content: 'x' }] }).parts;
      expect(parts.find(({ text }) => text === 'x')?.role).toBe('other');
    }
  });

  it('gives no text of a message the trust of a tool definition', () => {
    const body = {
      messages: [
        {
          role: 'user',
          content: [{ type: 'text', text: 'x', tools: [{ name: 'x' }] }],
          tools: [{ name: 'x' }],
        },
      ],
    };
    for (const protocol of [OPENAI_CHAT, ANTHROPIC_MESSAGES]) {
      const roles = read(protocol, body).parts.map(({ role }) => role);
      expect(new Set(roles)).toEqual(new Set(['user']));
    }
  });

  it('knows the tool of a result by the id of its call', () => {
    const parts = read(OPENAI_CHAT, {
      messages: [
        {
          role: 'assistant',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'found' },
        { role: 'tool', tool_call_id: 'c2', content: 'lost' },
      ],
    }).parts;
    expect(parts.find(({ text }) => text === 'found')).toMatchObject({ role: 'tool-result', tool: 'find' });
    expect(parts.find(({ text }) => text === 'lost')).not.toHaveProperty('tool');
  });

  it('reads long numbers, also those an exponent hides, but no fractions, counts or token ids', () => {
    const numbers = (value: string): readonly string[] => {
      const body = readJson(`{"messages":[],"x":${value}}`, { depthMax: 8, keysMax: 10 });
      const parts = OPENAI_CHAT.operations[0]?.readRequest?.(body).parts ?? [];
      return parts.filter(({ kind }) => kind === 'number').map(({ text }) => text);
    };
    expect(numbers('4111111111111111')).toEqual(['4111111111111111']);
    expect(numbers('-12345678')).toEqual(['-12345678']);
    expect(numbers('[1,12345678,2]')).toEqual(['12345678']);
    expect(numbers('4.111111111111111e15')).toEqual(['4.111111111111111e15 4111111111111111']);
    expect(numbers('41111111.5')).toEqual(['41111111.5']);
    for (const short of ['1234567', '-1234567', '0.123456789012', '-1.234567891', '1e7']) {
      expect(numbers(short)).toEqual([]);
    }
  });
});
