/** The table of protocols: routes, credentials, which protocol answers where two share a path. */
import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../src/protocols/index.ts';
import { jsonRoutes } from '../../../src/protocols/json-route.ts';
import { OTHER, shape, stringFields, text } from '../../../src/protocols/shape.ts';

describe('PROTOCOLS', () => {
  it('is this closed table of routes', () => {
    const routes = PROTOCOLS.flatMap(({ operations }) =>
      operations.map(({ id, method, path, content }) => `${method} ${path} ${content} ${id}`),
    );
    expect(routes).toEqual([
      'POST /v1/chat/completions scanned openai-chat.create',
      'GET /v1/models none openai-chat.models',
      'GET /v1/models/{id} none openai-chat.model',
      'POST /v1/messages scanned anthropic-messages.create',
      'POST /v1/messages/count_tokens scanned anthropic-messages.count-tokens',
      'GET /v1/models none anthropic-messages.models',
      'GET /v1/models/{id} none anthropic-messages.model',
      'POST /openai/deployments/{id}/chat/completions scanned azure-chat.create',
    ]);
  });

  it('names where each protocol has its key and what marks it on a shared path', () => {
    expect(PROTOCOLS.map(({ id, credential, markerHeader }) => ({ id, credential, markerHeader }))).toEqual([
      {
        id: 'openai-chat',
        credential: { header: 'authorization', scheme: 'Bearer' },
        markerHeader: undefined,
      },
      {
        id: 'anthropic-messages',
        credential: { header: 'x-api-key' },
        markerHeader: 'anthropic-version',
      },
      { id: 'azure-chat', credential: { header: 'api-key' }, markerHeader: undefined },
    ]);
  });

  it('has operations that belong to their protocol, and readers exactly where content is scanned', () => {
    for (const protocol of PROTOCOLS) {
      for (const operation of protocol.operations) {
        expect(operation.protocol).toBe(protocol);
        const scanned = operation.content === 'scanned';
        expect(operation.readRequest !== undefined).toBe(scanned);
        expect(operation.readResponse !== undefined).toBe(scanned);
      }
    }
  });
});

describe('jsonRoutes', () => {
  it('makes a scanned operation of json and a content-free one of none', () => {
    const { operations } = jsonRoutes([
      { method: 'POST', path: '/v1/rank', scan: 'json' },
      { method: 'GET', path: '/v1/status', scan: 'none' },
    ]);
    expect(operations.map(({ method, path, content }) => [method, path, content])).toEqual([
      ['POST', '/v1/rank', 'scanned'],
      ['GET', '/v1/status', 'none'],
    ]);
    expect(operations[0]?.refusal).toBeUndefined();
    expect(operations[1]?.readRequest).toBeUndefined();
  });
});

describe('stringFields', () => {
  it('lists every field of a shape once, through shapes that hold themselves', () => {
    const block = shape((self) => ({ text: text('text'), content: self }));
    const fields = stringFields(shape({ blocks: block, model: text('opaque') }));
    expect(fields.map(({ path }) => path)).toEqual(['', 'blocks', 'blocks.text', 'blocks.content', 'model']);
    expect(stringFields(OTHER)).toEqual([{ path: '', leaf: OTHER.leaf }]);
  });
});
