/** Where the strings of a message of OpenAI chat completions stand, and of a choice and a chunk's delta. */
import type { Role } from '../core/part.ts';
import {
  ARGUMENTS,
  binary,
  OTHER,
  opaque,
  plain,
  type Shape,
  scoped,
  shape,
  state,
  TIME,
  text,
  wholeText,
  word,
} from './shape.ts';

/** Role words; any other speaks as `other` and is not trusted. */
export const SPEAKERS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['system', 'system'],
  ['developer', 'developer'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool-result'],
  ['function', 'tool-result'],
]);

const ROLE_WORD = word(...SPEAKERS.keys());
export const CACHE_CONTROL = shape({
  type: word('ephemeral'),
  ttl: word('5m', '1h', '30m', '12h'),
  mode: word('explicit'),
});
const DETAIL = word('auto', 'low', 'high', 'original');
export const BLOCK_TYPES = word(
  'text image_url input_audio file refusal input_text output_text input_image',
  'video_url audio_url thinking reasoning url_citation function custom content',
  'reasoning.text reasoning.summary reasoning.encrypted',
);

const ANNOTATION = shape({
  type: BLOCK_TYPES,
  url_citation: shape({
    title: wholeText('text'),
    url: wholeText('text'),
    content: wholeText('text'),
    ...plain('start_index end_index'),
  }),
});

const media = (what: string): Shape => binary(what, { url: binary(what), detail: DETAIL, format: OTHER });
const FILE = shape({
  file_data: binary('file'),
  file_url: binary('file'),
  file_id: state('file_id'),
  filename: text('other'),
});
const AUDIO_DATA = binary('audio', {
  data: binary('audio'),
  format: word('wav', 'mp3'),
  url: binary('audio'),
});

/** Content: a string, a block or an array of blocks; blocks may hold content again. */
export const CONTENT: Shape = shape(
  (self) => ({
    type: BLOCK_TYPES,
    text: text('text', { value: text('text') }),
    content: self,
    refusal: text('refusal'),
    thinking: text('reasoning'),
    reasoning: text('reasoning'),
    summary: text('reasoning'),
    signature: opaque('concat'),
    annotations: ANNOTATION,
    image_url: media('image'),
    input_image: media('image'),
    video_url: media('video'),
    audio_url: media('audio'),
    input_audio: AUDIO_DATA,
    file: FILE,
    file_data: binary('file'),
    file_url: binary('file'),
    file_id: state('file_id'),
    filename: text('other'),
    detail: DETAIL,
    cache_control: CACHE_CONTROL,
    prompt_cache_breakpoint: CACHE_CONTROL,
  }),
  {
    leaf: text('text').leaf,
    tokens: 'tokens',
  },
);

const FUNCTION_CALL = shape({ name: text('tool-name'), arguments: ARGUMENTS });
const TOOL_CALL = scoped(
  shape({
    index: OTHER,
    id: opaque(),
    type: word('function', 'custom'),
    function: FUNCTION_CALL,
    custom: shape({ name: text('tool-name'), input: text('tool-arguments') }),
  }),
  {
    role: 'tool-call',
    channel: 'tool.',
    call: {
      names: [
        ['function', 'name'],
        ['custom', 'name'],
      ],
      id: 'id',
    },
  },
);
const REASONING_DETAIL = shape({
  type: BLOCK_TYPES,
  text: text('reasoning'),
  summary: text('reasoning'),
  data: opaque('concat'),
  signature: opaque('concat'),
  id: opaque(),
  ...plain('format index'),
});
const REASONING = text('reasoning', {
  content: text('reasoning'),
  text: text('reasoning'),
});

/** A message of the request, of a choice, or a chunk's delta. */
export const MESSAGE_FIELDS = {
  role: ROLE_WORD,
  content: CONTENT,
  content_blocks: CONTENT,
  content_parts: CONTENT,
  name: text('other'),
  refusal: text('refusal'),
  reasoning_content: REASONING,
  reasoning: REASONING,
  reasoning_details: REASONING_DETAIL,
  thinking: REASONING,
  tool_calls: TOOL_CALL,
  function_call: scoped(FUNCTION_CALL, {
    role: 'tool-call',
    channel: 'function',
    call: { names: [['name']] },
  }),
  tool_call_id: opaque(),
  id: opaque(),
  audio: shape({
    id: state('audio'),
    data: binary('audio'),
    transcript: text('transcript'),
    expires_at: TIME,
    format: OTHER,
  }),
  annotations: ANNOTATION,
  images: binary('image', { image_url: media('image'), type: BLOCK_TYPES, index: OTHER }),
} satisfies Record<string, Shape>;
