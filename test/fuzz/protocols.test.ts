/** No string of a body or an event is dropped by any protocol, and no chunking hides what a channel spells. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonNode, readJson } from '../../src/core/json.ts';
import type { Delta, Part } from '../../src/core/part.ts';
import { PROTOCOLS } from '../../src/protocols/index.ts';
import { jsonRoutes } from '../../src/protocols/json-route.ts';
import { type Operation, type Protocol, ShapeError } from '../../src/protocols/protocol.ts';

const LIMITS = { depthMax: 128, keysMax: 100_000 };
const GOLDEN = join(import.meta.dirname, '../golden/protocols');
const ALL = [...PROTOCOLS, jsonRoutes([{ method: 'POST', path: '/v1/any', scan: 'json' }])];

const parse = (text: string): JsonNode => readJson(text, LIMITS);

function scanned(protocol: Protocol): Operation {
  const found = protocol.operations.find(({ content }) => content === 'scanned');
  if (found === undefined) throw new Error(`${protocol.id} scans nothing`);
  return found;
}

function inputs(protocol: Protocol, kind: string): readonly unknown[] {
  const folder = join(GOLDEN, protocol.id, kind);
  return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).input);
}

/** Not base64, so that it counts as text even where binary content belongs. */
const marker = (at: number): string => `märk ${at}!`;

type Change = 'replace' | 'wrap' | 'key' | 'list';
interface Mutation {
  readonly pick: number;
  readonly change: Change;
}

type Container = Record<string, unknown> | unknown[];

function containersOf(value: unknown): readonly Container[] {
  if (typeof value !== 'object' || value === null) return [];
  const held = Object.values(value).flatMap(containersOf);
  return [value as Container, ...held];
}

/** Puts one marker somewhere into the document: as a value, inside a new object, as a key, into an array. */
function mutate(root: Container, { pick, change }: Mutation, at: number): void {
  const containers = containersOf(root);
  const target = containers[pick % containers.length] ?? root;
  const names = Object.keys(target);
  const name = names[Math.floor(pick / 7) % Math.max(names.length, 1)];
  const fresh = { [marker(at)]: [{ deep: marker(at) }] };
  if (Array.isArray(target))
    target.splice(pick % (target.length + 1), 0, change === 'wrap' ? fresh : marker(at));
  else if (change === 'key' || name === undefined) target[marker(at)] = 'a value';
  else if (change === 'replace') target[name] = marker(at);
  else if (change === 'wrap') target[name] = fresh;
  else target[name] = [[marker(at)]];
}

const mutations = fc.array(
  fc.record({ pick: fc.nat(), change: fc.constantFrom<Change>('replace', 'wrap', 'key', 'list') }),
  { minLength: 1, maxLength: 12 },
);

/** Every marker that is still in the document must be in some text. */
function expectAllRead(document: string, texts: readonly string[], count: number): void {
  for (let at = 0; at < count; at += 1) {
    if (!document.includes(marker(at))) continue;
    expect(texts.some((text) => text.includes(marker(at)))).toBe(true);
  }
}

function expectEditsExact(document: string, parts: readonly (Part | Delta)[]): void {
  for (const { edit, text } of parts) {
    if (edit.type === 'string') expect(JSON.parse(document.slice(edit.start, edit.end))).toBe(text);
  }
}

describe.each(ALL)('$id', (protocol) => {
  const operation = scanned(protocol);

  it.each(['request', 'response'] as const)('drops no string of a %s', (kind) => {
    const read = kind === 'request' ? operation.readRequest : operation.readResponse;
    fc.assert(
      fc.property(fc.constantFrom(...inputs(protocol, kind)), mutations, (input, list) => {
        const body = structuredClone(input) as Container;
        list.forEach((mutation, at) => {
          mutate(body, mutation, at);
        });
        const text = JSON.stringify(body);
        try {
          const parts = read?.(parse(text)).parts ?? [];
          expectAllRead(
            text,
            parts.map((part) => part.text),
            list.length,
          );
          expectEditsExact(text, parts);
        } catch (error) {
          if (!(error instanceof ShapeError)) throw error;
        }
      }),
      { numRuns: 600 },
    );
  });

  it('drops no string of a stream', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...inputs(protocol, 'stream')),
        fc.array(mutations, { minLength: 1, maxLength: 6 }),
        (input, lists) => {
          const events = structuredClone(input) as { name?: string; data: Container | string }[];
          const reader = operation.readStream?.();
          for (const [at, event] of events.entries()) {
            if (typeof event.data === 'string' || reader?.closed === true) continue;
            const list = lists[at % lists.length] ?? [];
            const data = event.data;
            list.forEach((mutation, each) => {
              mutate(data, mutation, at * 100 + each);
            });
            const text = JSON.stringify(data);
            const named = event.name === undefined ? {} : { name: event.name };
            const deltas = reader?.read({ ...named, data: text, json: parse(text) }).deltas ?? [];
            const texts = deltas.map((delta) => delta.text);
            for (let each = 0; each < list.length; each += 1) {
              if (!text.includes(marker(at * 100 + each))) continue;
              expect(texts.some((some) => some.includes(marker(at * 100 + each)))).toBe(true);
            }
            expectEditsExact(text, deltas);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** What the deltas of a stream spell, by channel. */
function spellings(operation: Operation, events: readonly unknown[]): ReadonlyMap<string, string> {
  const reader = operation.readStream?.();
  const texts = new Map<string, string>();
  for (const event of events) {
    const data = JSON.stringify(event);
    for (const { channel, join: how, text } of reader?.read({ data, json: parse(data) }).deltas ?? []) {
      if (how === 'concat') texts.set(channel, (texts.get(channel) ?? '') + text);
    }
  }
  return texts;
}

const pieces = fc.array(
  fc.record({
    index: fc.nat(2),
    field: fc.constantFrom('text', 'reasoning', 'arguments'),
    text: fc.string({ minLength: 1, maxLength: 5 }),
  }),
  { maxLength: 30 },
);

function joined(list: readonly { channel: string; text: string }[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { channel, text } of list) texts[channel] = (texts[channel] ?? '') + text;
  return texts;
}

describe('channels', () => {
  it('of OpenAI chunks spell each choice, field and tool call, however interleaved', () => {
    const operation = scanned(PROTOCOLS[0] as Protocol);
    fc.assert(
      fc.property(pieces, (list) => {
        const events = list.map(({ index, field, text }) => {
          const delta =
            field === 'text'
              ? { content: text }
              : field === 'reasoning'
                ? { reasoning_content: text }
                : { tool_calls: [{ index: 1, function: { arguments: text } }] };
          return { choices: [{ index, delta }] };
        });
        const expected = joined(
          list.map(({ index, field, text }) => ({
            channel: field === 'arguments' ? `${index}.tool.1.arguments` : `${index}.${field}`,
            text,
          })),
        );
        expect(Object.fromEntries(spellings(operation, events))).toEqual(expected);
      }),
    );
  });

  it('of Anthropic events spell each block, however interleaved', () => {
    const operation = scanned(PROTOCOLS[1] as Protocol);
    fc.assert(
      fc.property(pieces, (list) => {
        const events = list.map(({ index, field, text }) => {
          const delta =
            field === 'text'
              ? { type: 'text_delta', text }
              : field === 'reasoning'
                ? { type: 'thinking_delta', thinking: text }
                : { type: 'input_json_delta', partial_json: text };
          return { type: 'content_block_delta', index, delta };
        });
        const expected = joined(
          list.map(({ index, field, text }) => ({ channel: `block.${index}.${field}`, text })),
        );
        expect(Object.fromEntries(spellings(operation, events))).toEqual(expected);
      }),
    );
  });

  it('of logprobs spell tokens and bytes, also where an event cuts a character', () => {
    const operation = scanned(PROTOCOLS[0] as Protocol);
    const entry = fc.record({ token: fc.string({ maxLength: 3 }) });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(entry, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (hidden, entries, same) => {
          const bytes = [...new TextEncoder().encode(hidden)];
          const step = Math.max(1, Math.ceil(bytes.length / entries.length));
          const list = entries.map(({ token }, at) => ({
            token,
            bytes: same ? [...new TextEncoder().encode(token)] : bytes.slice(at * step, (at + 1) * step),
            logprob: -1,
          }));
          const events = list.map((each) => ({
            choices: [{ index: 0, delta: {}, logprobs: { content: [each] } }],
          }));
          const found = spellings(operation, events);
          const tokens = entries.map(({ token }) => token).join('');
          expect(found.get('0.logprobs.content') ?? '').toBe(tokens);
          const spelled = same ? tokens : hidden;
          // Bytes that say nothing but the tokens' own text need no channel.
          if (!tokens.startsWith(spelled)) expect(found.get('0.logprobs.content.bytes')).toBe(spelled);
        },
      ),
    );
  });
});
