/** The demo model's answers in the shape of OpenAI chat completions, whole and as a stream. */
import type { DemoRequest } from './demo-bodies.ts';
import { countTokens, type DemoReply, piecesOf } from './replies.ts';

/** One event: its data; `[DONE]` is the end mark. */
export type DemoEvent = { readonly name?: string; readonly data: string };

const toolCallOf = (reply: DemoReply & { type: 'tool' }, id: string) => ({
  id: `call_${id}`,
  type: 'function',
  function: { name: reply.name, arguments: JSON.stringify(reply.input) },
});

const usageOf = (request: DemoRequest, reply: DemoReply) => {
  const prompt = countTokens(request.prompt.length);
  const completion = countTokens((reply.type === 'text' ? reply.text : JSON.stringify(reply.input)).length);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
};

export function openAiCompletion(
  request: DemoRequest,
  reply: DemoReply,
  id: string,
  created: number,
): unknown {
  const message =
    reply.type === 'text'
      ? { role: 'assistant', content: reply.text, refusal: null }
      : { role: 'assistant', content: null, refusal: null, tool_calls: [toolCallOf(reply, id)] };
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created,
    model: request.model,
    choices: [
      { index: 0, message, logprobs: null, finish_reason: reply.type === 'text' ? 'stop' : 'tool_calls' },
    ],
    usage: usageOf(request, reply),
  };
}

export function openAiEvents(
  request: DemoRequest,
  reply: DemoReply,
  id: string,
  created: number,
): readonly DemoEvent[] {
  const chunk = (delta: unknown, finish: string | null): DemoEvent => ({
    data: JSON.stringify({
      id: `chatcmpl-${id}`,
      object: 'chat.completion.chunk',
      created,
      model: request.model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    }),
  });
  const done = { data: '[DONE]' };
  if (reply.type === 'text') {
    const pieces = piecesOf(reply.text).map((content) => chunk({ content }, null));
    return [chunk({ role: 'assistant', content: '' }, null), ...pieces, chunk({}, 'stop'), done];
  }
  const call = toolCallOf(reply, id);
  const opened = { index: 0, ...call, function: { name: reply.name, arguments: '' } };
  const pieces = piecesOf(call.function.arguments).map((text) =>
    chunk({ tool_calls: [{ index: 0, function: { arguments: text } }] }, null),
  );
  return [
    chunk({ role: 'assistant', content: null, tool_calls: [opened] }, null),
    ...pieces,
    chunk({}, 'tool_calls'),
    done,
  ];
}

export function openAiModels(created: number): unknown {
  return { object: 'list', data: [openAiModel('demo', created)] };
}

export function openAiModel(id: string, created: number): unknown {
  return { id, object: 'model', created, owned_by: 'sallyport' };
}

export function openAiError(status: number, message: string): unknown {
  const type = status === 404 ? 'not_found_error' : 'invalid_request_error';
  return { error: { message, type, param: null, code: null } };
}
