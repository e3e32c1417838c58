/** How OpenAI chat completions say no: error bodies, refusals, and the endings of a stream. */
import type { ErrorKind, PublicError } from '../core/errors.ts';
import type { StreamEvent } from '../core/sse.ts';
import type { RefusalContext } from './protocol.ts';

type OutEvent = Pick<StreamEvent, 'name' | 'data'>;

/** `error.type` words of the API; a policy block has `content_filter` as its code. */
const TYPES: Readonly<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_request_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  not_found: 'not_found_error',
  rate_limit: 'rate_limit_error',
  policy: 'content_policy_violation',
  server: 'server_error',
  overloaded: 'server_error',
};

/** The mark after the last chunk. */
export const DONE: OutEvent = { data: '[DONE]' };

/** `{"error": …}` as the API answers with 4xx and 5xx, and as its streams break off. */
export function openAiError(error: PublicError): { readonly error: Readonly<Record<string, unknown>> } {
  return {
    error: {
      message: error.message,
      type: TYPES[error.kind],
      param: null,
      code: error.kind === 'policy' ? 'content_filter' : error.code,
      ...(error.category === undefined ? {} : { category: error.category }),
    },
  };
}

const USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** A completion whose one choice refuses. */
export function openAiRefusal({ error, model, created }: RefusalContext): unknown {
  return {
    id: `chatcmpl-${error.trId}`,
    object: 'chat.completion',
    created,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: error.message },
        logprobs: null,
        finish_reason: 'content_filter',
      },
    ],
    usage: USAGE,
  };
}

/** What the chunks of one answer share. */
export interface ChunkHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** One chunk of one choice. */
export function chunk(head: ChunkHead, index: number, delta: unknown, finishReason: string | null): OutEvent {
  return {
    data: JSON.stringify({
      id: head.id,
      object: 'chat.completion.chunk',
      created: head.created,
      model: head.model,
      choices: [{ index, delta, logprobs: null, finish_reason: finishReason }],
    }),
  };
}

/** The refusal as a whole stream. */
export function openAiRefusalStream({ error, model, created }: RefusalContext): readonly OutEvent[] {
  const head = { id: `chatcmpl-${error.trId}`, created, model };
  return [
    chunk(head, 0, { role: 'assistant', content: null, refusal: error.message }, null),
    chunk(head, 0, {}, 'content_filter'),
    DONE,
  ];
}
