/**
 * Where the strings of OpenAI chat completions stand: request, response and stream chunk.
 * Source: OpenAI API reference, "Chat Completions", and the extensions of compatible servers.
 */
import { JSON_SCHEMA } from './json-schema-shape.ts';
import {
  BLOCK_TYPES,
  CACHE_CONTROL,
  CONTENT,
  MESSAGE_FIELDS,
  SPEAKERS,
} from './openai-chat-message-shape.ts';
import {
  OTHER,
  opaque,
  plain,
  repeated,
  type Shape,
  scoped,
  shape,
  state,
  TIME,
  text,
  whole,
  word,
} from './shape.ts';

const MESSAGE = scoped(shape(MESSAGE_FIELDS), { speakers: SPEAKERS, resultOf: 'tool_call_id' });

const FUNCTION = shape({
  name: text('tool-name'),
  description: text('text'),
  parameters: JSON_SCHEMA,
  strict: OTHER,
});
const TOOL = scoped(
  shape({
    type: word('function', 'custom'),
    function: FUNCTION,
    custom: shape({
      name: text('tool-name'),
      description: text('text'),
      format: shape({
        type: word('text', 'grammar'),
        grammar: shape({ definition: text('text'), syntax: word('lark', 'regex') }),
      }),
    }),
    name: text('tool-name'),
    description: text('text'),
    parameters: JSON_SCHEMA,
    cache_control: CACHE_CONTROL,
  }),
  { role: 'tool-definition', newest: false },
);
const TOOL_CHOICE: Shape = shape(
  (self) => ({
    type: word('function', 'custom', 'allowed_tools'),
    name: text('tool-name'),
    function: self,
    custom: self,
    allowed_tools: self,
    mode: word('auto', 'required'),
    tools: self,
  }),
  { leaf: { as: 'word', words: new Set(['none', 'auto', 'required']) } },
);

/** `POST /v1/chat/completions`, the body of the request. */
export const OPENAI_REQUEST: Shape = shape({
  model: opaque(),
  messages: MESSAGE,
  tools: TOOL,
  functions: scoped(FUNCTION, { role: 'tool-definition', newest: false }),
  tool_choice: TOOL_CHOICE,
  function_call: TOOL_CHOICE,
  // What other operations call their text: a server that reads these instead is shown no unread text.
  prompt: text('text', { id: state('prompt') }),
  input: CONTENT,
  instructions: text('text'),
  suffix: text('text'),
  prompt_token_ids: text('other'),
  previous_response_id: state('previous_response_id'),
  conversation: state('conversation', { id: state('conversation') }),
  prediction: shape({ type: BLOCK_TYPES, content: whole(CONTENT, { shared: true }) }),
  response_format: shape({
    type: word('text', 'json_object', 'json_schema', 'grammar'),
    json_schema: shape({
      name: text('other'),
      description: text('text'),
      schema: JSON_SCHEMA,
      strict: OTHER,
    }),
  }),
  audio: shape({ voice: OTHER, format: word('wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16') }),
  web_search_options: shape({
    search_context_size: word('low', 'medium', 'high'),
    user_location: shape({
      type: word('approximate'),
      approximate: shape(plain('city country region timezone')),
    }),
  }),
  modalities: word('text', 'audio'),
  reasoning_effort: word('none', 'minimal', 'low', 'medium', 'high', 'xhigh'),
  verbosity: word('low', 'medium', 'high'),
  service_tier: word('auto', 'default', 'flex', 'scale', 'priority', 'fast'),
  prompt_cache_retention: word('in_memory', 'in-memory', '24h'),
  stream_options: shape(plain('include_usage include_obfuscation')),
  ...plain('stop user metadata logit_bias store stream n'),
  ...plain('temperature top_p seed logprobs top_logprobs max_tokens'),
  ...plain('max_completion_tokens presence_penalty frequency_penalty top_k'),
  ...plain('parallel_tool_calls prompt_cache_key safety_identifier'),
});

const TOKEN_DETAILS = shape({
  ...plain('cached_tokens audio_tokens reasoning_tokens text_tokens'),
  ...plain('accepted_prediction_tokens rejected_prediction_tokens image_tokens'),
});
const USAGE = shape({
  ...plain('prompt_tokens completion_tokens total_tokens'),
  prompt_tokens_details: TOKEN_DETAILS,
  completion_tokens_details: TOKEN_DETAILS,
});
const FILTERED = shape({ filtered: OTHER, detected: OTHER, severity: word('safe', 'low', 'medium', 'high') });
const FILTER_RESULTS = shape({
  hate: FILTERED,
  self_harm: FILTERED,
  sexual: FILTERED,
  violence: FILTERED,
  jailbreak: FILTERED,
  protected_material_text: FILTERED,
  protected_material_code: FILTERED,
});

/** An upstream's error, also in the middle of a stream. */
const ERROR = shape({ message: text('text'), type: OTHER, param: OTHER, code: OTHER });

const CHOICE = scoped(
  shape({
    index: OTHER,
    message: scoped(shape(MESSAGE_FIELDS), { speakers: SPEAKERS, channel: 'message' }),
    delta: shape(MESSAGE_FIELDS),
    text: text('text'),
    logprobs: scoped(OTHER, { logprobs: true }),
    finish_reason: word('stop', 'length', 'tool_calls', 'content_filter', 'function_call'),
    content_filter_results: FILTER_RESULTS,
  }),
  { role: 'assistant', shared: true, channel: '' },
);

/** A completion, a chunk of one, or an error body: which one it is does not matter to what is read. */
export const OPENAI_RESPONSE: Shape = shape({
  id: repeated(),
  object: word('chat.completion', 'chat.completion.chunk', 'error'),
  created: TIME,
  model: repeated(),
  system_fingerprint: repeated(),
  service_tier: repeated(),
  obfuscation: opaque(),
  choices: CHOICE,
  usage: USAGE,
  error: ERROR,
  metadata: OTHER,
  prompt_filter_results: shape({ prompt_index: OTHER, content_filter_results: FILTER_RESULTS }),
});
