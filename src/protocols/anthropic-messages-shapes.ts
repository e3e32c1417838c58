/**
 * Where the strings of Anthropic messages stand: request, response and stream event.
 * Source: Anthropic API reference, "Messages", "Streaming Messages" and the beta blocks of its SDK.
 */
import type { Role } from '../core/part.ts';
import { JSON_SCHEMA } from './json-schema-shape.ts';
import {
  ARGUMENTS,
  binary,
  OTHER,
  opaque,
  plain,
  type Scope,
  type Shape,
  scoped,
  shape,
  state,
  text,
  whole,
  wholeText,
  word,
} from './shape.ts';

const SPEAKERS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['system', 'system'],
]);

const CALLS = ['tool_use', 'server_tool_use', 'mcp_tool_use'];
const RESULTS = [
  'tool_result web_search_tool_result web_fetch_tool_result code_execution_tool_result',
  'bash_code_execution_tool_result text_editor_code_execution_tool_result',
  'tool_search_tool_result mcp_tool_result advisor_tool_result mcp_tool_listing',
].flatMap((some) => some.split(' '));
const BLOCK_TYPE = word(
  ...CALLS,
  ...RESULTS,
  'text image document search_result thinking redacted_thinking container_upload',
  'web_search_result web_fetch_result code_execution_result code_execution_output compaction',
  'bash_code_execution_result bash_code_execution_output encrypted_code_execution_result',
  'text_editor_code_execution_view_result text_editor_code_execution_create_result',
  'text_editor_code_execution_str_replace_result tool_search_tool_search_result tool_reference',
  'web_search_tool_result_error web_fetch_tool_result_error code_execution_tool_result_error',
  'bash_code_execution_tool_result_error text_editor_code_execution_tool_result_error',
  'tool_search_tool_result_error advisor_result advisor_redacted_result fallback refusal',
  'tool_addition tool_removal browser_state tab_opened download_started direct',
  'text_delta input_json_delta thinking_delta signature_delta citations_delta',
  'compaction_delta char_location page_location content_block_location custom',
  'web_search_result_location search_result_location code_execution_20250825',
);
const ERROR_CODE = word(
  'invalid_tool_input unavailable too_many_requests execution_time_exceeded max_uses_exceeded',
  'query_too_long output_file_too_large file_not_found url_not_accessible url_too_long',
);
const CACHE_CONTROL = shape({ type: word('ephemeral'), ttl: word('5m', '1h') });
const STOP_REASON = word(
  'end_turn max_tokens stop_sequence tool_use pause_turn refusal compaction',
  'model_context_window_exceeded',
);

/** A citation, or the switch that asks for citations. */
const CITATION = shape({
  type: BLOCK_TYPE,
  enabled: OTHER,
  cited_text: wholeText('text'),
  title: wholeText('text'),
  document_title: wholeText('text'),
  url: wholeText('text'),
  source: wholeText('text'),
  encrypted_index: opaque(),
  file_id: opaque(),
  ...plain('document_index search_result_index start_char_index end_char_index'),
  ...plain('start_page_number end_page_number start_block_index end_block_index'),
});

const MEDIA_TYPE = word('image/jpeg image/png image/gif image/webp application/pdf text/plain');
const SOURCE_TYPE = word('base64', 'text', 'content', 'url', 'file');

/** Where a block's content comes from. Only a text source holds text; a search result's is a string. */
function source(what: string, content: Shape): Shape {
  const fields = {
    type: SOURCE_TYPE,
    media_type: MEDIA_TYPE,
    data: binary(what),
    url: binary(what),
    file_id: state('file_id'),
    content,
  };
  return shape(fields, {
    leaf: text('text').leaf,
    byType: { text: shape({ ...fields, data: text('text') }) },
  });
}

/** A tool as the request defines it. */
const TOOL_FIELDS = {
  type: word('custom', 'mcp_toolset'),
  name: text('tool-name'),
  description: text('text'),
  input_schema: JSON_SCHEMA,
  input_examples: OTHER,
  cache_control: CACHE_CONTROL,
  allowed_callers: word('direct', 'code_execution_20250825', 'code_execution_20260120'),
  ...plain('allowed_domains blocked_domains max_uses strict defer_loading'),
  user_location: shape({
    type: word('approximate'),
    ...plain('city country region timezone'),
  }),
  citations: CITATION,
  mcp_server_name: text('tool-name'),
} satisfies Record<string, Shape>;

const blockFields = (self: Shape) =>
  ({
    type: BLOCK_TYPE,
    text: text('text'),
    content: self,
    title: wholeText('text'),
    context: wholeText('text'),
    source: source('file', self),
    citations: CITATION,
    citation: CITATION,
    cache_control: CACHE_CONTROL,
    id: opaque(),
    tool_use_id: opaque(),
    name: text('tool-name'),
    input: ARGUMENTS,
    partial_json: text('tool-arguments'),
    is_error: OTHER,
    thinking: text('reasoning'),
    signature: opaque('concat'),
    data: opaque('concat'),
    encrypted_content: opaque('concat'),
    encrypted_stdout: opaque('concat'),
    file_id: state('file_id'),
    url: wholeText('text'),
    stdout: wholeText('text'),
    stderr: wholeText('text'),
    page_age: wholeText('other'),
    retrieved_at: wholeText('other'),
    file_type: word('text', 'image', 'pdf'),
    ...plain('return_code num_lines start_line total_lines'),
    error_code: ERROR_CODE,
    error_message: wholeText('text'),
    stop_reason: STOP_REASON,
    server_name: wholeText('tool-name'),
    mcp_server_name: wholeText('tool-name'),
    tool_name: wholeText('tool-name'),
    toolset_name: wholeText('tool-name'),
    tool_references: self,
    tools: shape(TOOL_FIELDS),
    caller: shape({ type: BLOCK_TYPE, tool_id: opaque() }),
  }) satisfies Record<string, Shape>;

const CALL_SCOPE: Scope = { role: 'tool-call', call: { names: [['name']], id: 'id' } };
const RESULT_SCOPE: Scope = { role: 'tool-result', resultOf: 'tool_use_id' };

/** Content: a string, a block or an array of blocks; blocks may hold content again. */
const CONTENT: Shape = shape(blockFields, {
  leaf: text('text').leaf,
  tokens: 'tokens',
  byType: (self) => ({
    image: shape({ ...blockFields(self), source: source('image', self) }),
    ...Object.fromEntries(CALLS.map((type) => [type, shape(blockFields(self), { scope: CALL_SCOPE })])),
    ...Object.fromEntries(RESULTS.map((type) => [type, shape(blockFields(self), { scope: RESULT_SCOPE })])),
  }),
});

const MESSAGE = scoped(
  shape({
    role: word(...SPEAKERS.keys()),
    content: CONTENT,
    content_blocks: CONTENT,
    id: opaque(),
    name: OTHER,
  }),
  { speakers: SPEAKERS },
);

const CONTAINER = state('container', {
  id: state('container'),
  expires_at: OTHER,
  skills: shape({ skill_id: state('skill_id'), type: word('anthropic', 'custom'), version: opaque() }),
});
const FORMAT = shape({ type: word('json_schema'), name: OTHER, schema: JSON_SCHEMA });

/** `POST /v1/messages` and `/v1/messages/count_tokens`, the body of the request. */
export const ANTHROPIC_REQUEST: Shape = shape({
  model: opaque(),
  messages: MESSAGE,
  system: whole(CONTENT, { role: 'system', newest: false, shared: true }),
  tools: shape(TOOL_FIELDS, { scope: { role: 'tool-definition', newest: false } }),
  tool_choice: shape({
    type: word('auto', 'any', 'tool', 'none'),
    name: text('tool-name'),
    disable_parallel_tool_use: OTHER,
  }),
  // What other operations call their text: a server that reads these instead is shown no unread text.
  prompt: text('text', { id: state('prompt') }),
  input: CONTENT,
  previous_response_id: state('previous_response_id'),
  conversation: state('conversation', { id: state('conversation') }),
  thread: shape({ type: word('create', 'continue'), previous_message_id: state('thread') }),
  container: CONTAINER,
  mcp_servers: shape({
    type: word('url'),
    url: text('text'),
    name: text('tool-name'),
    authorization_token: opaque(),
    tool_configuration: shape({ enabled: OTHER, allowed_tools: text('tool-name') }),
  }),
  metadata: shape(plain('user_id')),
  thinking: shape({
    type: word('enabled', 'disabled', 'adaptive', 'between_tools'),
    budget_tokens: OTHER,
    display: word('summarized', 'omitted', 'updates'),
  }),
  output_config: shape({ effort: word('low', 'medium', 'high', 'xhigh', 'max'), format: FORMAT }),
  output_format: FORMAT,
  service_tier: word('auto', 'standard_only'),
  ...plain('stop_sequences stream max_tokens temperature top_p top_k'),
});

const USAGE = shape({
  ...plain('input_tokens output_tokens'),
  ...plain('cache_creation_input_tokens cache_read_input_tokens'),
  cache_creation: shape(plain('ephemeral_5m_input_tokens ephemeral_1h_input_tokens')),
  server_tool_use: shape(plain('web_search_requests web_fetch_requests')),
  output_tokens_details: shape(plain('thinking_tokens')),
  service_tier: word('standard', 'priority', 'batch'),
  inference_geo: OTHER,
});

const STOP_FIELDS = {
  stop_reason: STOP_REASON,
  stop_sequence: wholeText('text'),
  stop_details: shape({ type: word('refusal'), category: OTHER, explanation: wholeText('text') }),
  container: CONTAINER,
  usage: USAGE,
} satisfies Record<string, Shape>;

const ANSWER_FIELDS = {
  id: opaque(),
  role: word('assistant'),
  model: opaque(),
  content: whole(scoped(CONTENT, { channel: 'block.' }), { role: 'assistant', shared: true }),
  input_tokens: OTHER,
  ...STOP_FIELDS,
} satisfies Record<string, Shape>;

const ANSWER_TYPE = word(
  'message error message_start content_block_start content_block_delta content_block_stop',
  'message_delta message_stop ping',
);
const ERROR_TYPE = word(
  'invalid_request_error authentication_error permission_error not_found_error billing_error',
  'request_too_large rate_limit_error api_error overloaded_error timeout_error',
);

/** Of a block's fields only those that come in pieces: in a delta any other is unknown. */
const DELTA = shape({
  type: BLOCK_TYPE,
  text: text('text'),
  thinking: text('reasoning'),
  partial_json: text('tool-arguments'),
  signature: opaque('concat'),
  citation: CITATION,
  content: CONTENT,
  encrypted_content: opaque('concat'),
  ...STOP_FIELDS,
});

/**
 * A message, an error body, or an event of a stream: every field is read by its name whatever the `type`
 * says, so an event that calls itself one thing and holds another hides nothing.
 */
export const ANTHROPIC_RESPONSE: Shape = shape(
  {
    ...ANSWER_FIELDS,
    type: ANSWER_TYPE,
    message: scoped(shape({ ...ANSWER_FIELDS, type: ANSWER_TYPE }), { role: 'assistant' }),
    index: OTHER,
    content_block: scoped(CONTENT, { role: 'assistant' }),
    delta: scoped(DELTA, { role: 'assistant' }),
    error: shape({ type: ERROR_TYPE, message: text('text') }),
    request_id: opaque(),
  },
  { scope: { channel: 'block.' } },
);
