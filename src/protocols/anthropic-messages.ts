/** The protocol of Anthropic messages: `POST /v1/messages`, its `count_tokens`, and the list of models. */
import { anthropicError, anthropicRefusal, anthropicRefusalStream } from './anthropic-messages-blocks.ts';
import { ANTHROPIC_REQUEST, ANTHROPIC_RESPONSE } from './anthropic-messages-shapes.ts';
import { AnthropicMessagesStream } from './anthropic-messages-stream.ts';
import { readAnswer, readConversation } from './conversation.ts';
import type { Protocol } from './protocol.ts';

const ID = 'anthropic-messages';

export const ANTHROPIC_MESSAGES: Protocol = {
  id: ID,
  credential: { header: 'x-api-key' },
  markerHeader: 'anthropic-version',
  inline: { prefix: '/anthropic', leftOut: '' },
  error: anthropicError,
  get operations() {
    return OPERATIONS;
  },
};

const OPERATIONS: Protocol['operations'] = [
  {
    id: `${ID}.create`,
    method: 'POST',
    path: '/v1/messages',
    content: 'scanned',
    protocol: ANTHROPIC_MESSAGES,
    readRequest: (body) => readConversation(body, ANTHROPIC_REQUEST),
    readResponse: (body) => readAnswer(body, ANTHROPIC_RESPONSE),
    readStream: () => new AnthropicMessagesStream(),
    refusal: anthropicRefusal,
    refusalStream: anthropicRefusalStream,
  },
  {
    // The answer is a count: there is nothing in it that could refuse, so a block is a 403.
    id: `${ID}.count-tokens`,
    method: 'POST',
    path: '/v1/messages/count_tokens',
    content: 'scanned',
    protocol: ANTHROPIC_MESSAGES,
    readRequest: (body) => readConversation(body, ANTHROPIC_REQUEST),
    readResponse: (body) => readAnswer(body, ANTHROPIC_RESPONSE),
  },
  { id: `${ID}.models`, method: 'GET', path: '/v1/models', content: 'none', protocol: ANTHROPIC_MESSAGES },
  {
    id: `${ID}.model`,
    method: 'GET',
    path: '/v1/models/{id}',
    content: 'none',
    protocol: ANTHROPIC_MESSAGES,
  },
];
