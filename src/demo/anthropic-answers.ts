/** The demo model's answers in the shape of Anthropic messages, whole and as a stream. */
import type { DemoRequest } from './demo-bodies.ts';
import type { DemoEvent } from './openai-answers.ts';
import { countTokens, type DemoReply, piecesOf } from './replies.ts';

const event = (data: { readonly type: string }): DemoEvent => ({
  name: data.type,
  data: JSON.stringify(data),
});

const headOf = (request: DemoRequest, id: string) => ({
  id: `msg_${id}`,
  type: 'message',
  role: 'assistant',
  model: request.model,
});

const outputTokens = (reply: DemoReply): number =>
  countTokens((reply.type === 'text' ? reply.text : JSON.stringify(reply.input)).length);

export function anthropicMessage(request: DemoRequest, reply: DemoReply, id: string): unknown {
  const block =
    reply.type === 'text'
      ? { type: 'text', text: reply.text }
      : { type: 'tool_use', id: `toolu_${id}`, name: reply.name, input: reply.input };
  return {
    ...headOf(request, id),
    content: [block],
    stop_reason: reply.type === 'text' ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: countTokens(request.prompt.length), output_tokens: outputTokens(reply) },
  };
}

export function anthropicEvents(request: DemoRequest, reply: DemoReply, id: string): readonly DemoEvent[] {
  const start = {
    ...headOf(request, id),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: countTokens(request.prompt.length), output_tokens: 1 },
  };
  const opened =
    reply.type === 'text'
      ? { type: 'text', text: '' }
      : { type: 'tool_use', id: `toolu_${id}`, name: reply.name, input: {} };
  const deltas =
    reply.type === 'text'
      ? piecesOf(reply.text).map((text) => ({ type: 'text_delta', text }))
      : piecesOf(JSON.stringify(reply.input)).map((text) => ({
          type: 'input_json_delta',
          partial_json: text,
        }));
  const stop = { stop_reason: reply.type === 'text' ? 'end_turn' : 'tool_use', stop_sequence: null };
  const events: readonly { readonly type: string; readonly [field: string]: unknown }[] = [
    { type: 'message_start', message: start },
    { type: 'content_block_start', index: 0, content_block: opened },
    { type: 'ping' },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: stop, usage: { output_tokens: outputTokens(reply) } },
    { type: 'message_stop' },
  ];
  return events.map(event);
}

export function anthropicModels(createdAt: string): unknown {
  const data = [anthropicModel('demo', createdAt)];
  return { data, has_more: false, first_id: 'demo', last_id: 'demo' };
}

export function anthropicModel(id: string, createdAt: string): unknown {
  return { id, type: 'model', display_name: 'Demo model', created_at: createdAt };
}

export function anthropicError(status: number, message: string): unknown {
  const type = status === 404 ? 'not_found_error' : 'invalid_request_error';
  return { type: 'error', error: { type, message } };
}
