/** How Anthropic messages say no: error bodies, refusals, and the endings of a stream. */
import type { ErrorKind, PublicError } from '../core/errors.ts';
import type { StreamEvent } from '../core/sse.ts';
import type { RefusalContext } from './protocol.ts';

type OutEvent = Pick<StreamEvent, 'name' | 'data'>;

/** `error.type` words of the API reference, "Errors". */
const TYPES: Readonly<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_request_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  not_found: 'not_found_error',
  rate_limit: 'rate_limit_error',
  policy: 'permission_error',
  server: 'api_error',
  overloaded: 'overloaded_error',
};
const TYPES_BY_STATUS: ReadonlyMap<number, string> = new Map([
  [413, 'request_too_large'],
  [504, 'timeout_error'],
]);

/** `{"type":"error", …}`; also the data of a stream's `error` event. */
export function anthropicError(error: PublicError): unknown {
  return {
    type: 'error',
    error: {
      type: TYPES_BY_STATUS.get(error.status) ?? TYPES[error.kind],
      message: error.message,
      ...(error.category === undefined ? {} : { category: error.category }),
    },
    request_id: error.trId,
  };
}

const USAGE = { input_tokens: 0, output_tokens: 0 };

const stopDetails = (message: string) => ({ type: 'refusal', category: null, explanation: message });

/** A message that refuses. */
export function anthropicRefusal({ error, model }: RefusalContext): unknown {
  return {
    id: `msg_${error.trId}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: error.message }],
    stop_reason: 'refusal',
    stop_sequence: null,
    stop_details: stopDetails(error.message),
    usage: USAGE,
  };
}

/** One event; its name is its type. */
export function event(type: string, body: Readonly<Record<string, unknown>> = {}): OutEvent {
  return { name: type, data: JSON.stringify({ type, ...body }) };
}

/** The events that end a message as refused once its blocks are closed. */
export function refusedEnd(message: string, outputTokens: number): readonly OutEvent[] {
  const delta = { stop_reason: 'refusal', stop_sequence: null, stop_details: stopDetails(message) };
  return [event('message_delta', { delta, usage: { output_tokens: outputTokens } }), event('message_stop')];
}

/** The refusal as a whole stream. */
export function anthropicRefusalStream({ error, model }: RefusalContext): readonly OutEvent[] {
  const message = {
    id: `msg_${error.trId}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: USAGE,
  };
  return [
    event('message_start', { message }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: error.message } }),
    event('content_block_stop', { index: 0 }),
    ...refusedEnd(error.message, 0),
  ];
}
