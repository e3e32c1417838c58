/**
 * Reads the golden cases of every protocol: input and expected reading stand side by side in
 * `test/golden/protocols`. `GOLDEN=rewrite` writes what is read now as what is expected.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, GatewayError } from '../../../src/core/errors.ts';
import { type JsonNode, readJson } from '../../../src/core/json.ts';
import type { Delta, Part, Unscannable } from '../../../src/core/part.ts';
import type { StreamEvent } from '../../../src/core/sse.ts';
import { PROTOCOLS } from '../../../src/protocols/index.ts';
import { jsonRoutes } from '../../../src/protocols/json-route.ts';
import { type Operation, type Protocol, ShapeError } from '../../../src/protocols/protocol.ts';

const ROOT = join(import.meta.dirname, '../../golden/protocols');
const LIMITS = { depthMax: 64, keysMax: 10_000 };
const ROUTES = jsonRoutes([{ method: 'POST', path: '/v1/any', scan: 'json' }]);

interface InputEvent {
  readonly name?: string;
  readonly data: unknown;
}
interface BlockInput {
  readonly code: ErrorCode;
  readonly category?: string;
  readonly sent: readonly InputEvent[];
}
interface Case {
  readonly about: string;
  readonly input: unknown;
  readonly expected?: unknown;
}

const parse = (text: string): JsonNode => readJson(text, LIMITS);

function toEvent({ name, data }: InputEvent): StreamEvent {
  const named = name === undefined ? {} : { name };
  if (typeof data === 'string') return { ...named, data };
  const text = JSON.stringify(data);
  return { ...named, data: text, json: parse(text) };
}

/** One line that a person can check. A part that may be masked must stand exactly where its edit says. */
function line(part: Part | Delta, source: string): string {
  if (part.edit.type === 'string') {
    expect(JSON.parse(source.slice(part.edit.start, part.edit.end))).toBe(part.text);
  }
  const unit = part.unit >= 1_000_000 ? 'own' : String(part.unit);
  const channel = 'channel' in part ? ` ${part.join} ${part.channel}` : '';
  const tool = part.tool === undefined ? '' : ` tool=${part.tool}`;
  const newest = part.newest ? 'newest' : 'earlier';
  const who = `${part.role} ${part.kind} unit=${unit} ${newest} edit=${part.edit.type}${tool}${channel}`;
  return `${who} @ ${part.place} = ${JSON.stringify(part.text)}`;
}

const places = (found: readonly Unscannable[]): readonly string[] =>
  found.map(({ place, what }) => `${what} @ ${place}`);

function readRequest(operation: Operation, input: unknown): unknown {
  const text = JSON.stringify(input);
  try {
    const reading = operation.readRequest?.(parse(text));
    if (reading === undefined) throw new Error('the operation reads no request');
    const { parts, binaries, upstreamState, ...rest } = reading;
    const lines = parts.map((part) => line(part, text));
    return { parts: lines, binaries: places(binaries), upstreamState: places(upstreamState), ...rest };
  } catch (error) {
    if (error instanceof ShapeError) return { refused: error.message };
    throw error;
  }
}

function readResponse(operation: Operation, input: unknown): unknown {
  const text = JSON.stringify(input);
  const reading = operation.readResponse?.(parse(text));
  return {
    parts: reading?.parts.map((part) => line(part, text)),
    binaries: places(reading?.binaries ?? []),
  };
}

function readStream(operation: Operation, input: readonly InputEvent[]): unknown {
  const reader = operation.readStream?.();
  return input.map(toEvent).map((event) => {
    const reading = reader?.read(event);
    return {
      deltas: reading?.deltas.map((delta) => line(delta, event.data)),
      ...(reading?.binaries.length === 0 ? {} : { binaries: places(reading?.binaries ?? []) }),
      ...(reading?.logprobs.length === 0 ? {} : { logprobs: reading?.logprobs }),
      ...(reading?.closes === undefined ? {} : { closes: reading.closes }),
      ...(reading?.invalid === undefined ? {} : { invalid: reading.invalid }),
      ending: reading?.ending,
      finished: reader?.finished,
      closed: reader?.closed,
    };
  });
}

const readable = ({ name, data }: Pick<StreamEvent, 'name' | 'data'>): unknown => ({
  ...(name === undefined ? {} : { name }),
  data: data.startsWith('{') ? JSON.parse(data) : data,
});

function writeBlock(operation: Operation, { code, category, sent }: BlockInput): unknown {
  const error = new GatewayError(code).toPublic('tr-0001', category);
  const context = { error, model: 'the-model', created: 1_700_000_000 };
  const reader = operation.readStream?.();
  for (const event of sent.map(toEvent)) {
    reader?.read(event);
    reader?.sent(event);
  }
  const written = {
    error: operation.protocol.error(error),
    fail: reader?.fail(error).map(readable),
  };
  if (error.kind !== 'policy') return written;
  return {
    ...written,
    refuse: reader?.refuse(error).map(readable),
    refusal: operation.refusal?.(context) ?? null,
    refusalStream: operation.refusalStream?.(context).map(readable) ?? null,
  };
}

const READERS: Readonly<Record<string, (operation: Operation, input: never) => unknown>> = {
  request: readRequest,
  response: readResponse,
  stream: readStream,
  block: writeBlock,
};

function scannedOperation(protocol: Protocol): Operation {
  const operation = protocol.operations.find(({ content }) => content === 'scanned');
  if (operation === undefined) throw new Error(`${protocol.id} scans nothing`);
  return operation;
}

describe.each([...PROTOCOLS, ROUTES])('golden cases of $id', (protocol) => {
  const operation = scannedOperation(protocol);
  for (const [kind, read] of Object.entries(READERS)) {
    const folder = join(ROOT, protocol.id, kind);
    for (const file of readdirSync(folder)) {
      const path = join(folder, file);
      const found: Case = JSON.parse(readFileSync(path, 'utf8'));
      it(`${kind}/${file}: ${found.about}`, () => {
        const actual: unknown = JSON.parse(JSON.stringify(read(operation, found.input as never)));
        if (process.env.GOLDEN === 'rewrite') {
          writeFileSync(path, `${JSON.stringify({ ...found, expected: actual }, undefined, 2)}\n`);
        } else expect(actual).toEqual(found.expected);
      });
    }
  }
});
