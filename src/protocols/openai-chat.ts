/** The protocol of OpenAI chat completions: `POST /v1/chat/completions` and the list of models. */

import { readAnswer, readConversation } from './conversation.ts';
import { openAiError, openAiRefusal, openAiRefusalStream } from './openai-chat-blocks.ts';
import { OPENAI_REQUEST, OPENAI_RESPONSE } from './openai-chat-shapes.ts';
import { OpenAiChatStream } from './openai-chat-stream.ts';
import type { Protocol } from './protocol.ts';

const ID = 'openai-chat';

export const OPENAI_CHAT: Protocol = {
  id: ID,
  credential: { header: 'authorization', scheme: 'Bearer' },
  inline: { prefix: '/openai', leftOut: '/v1' },
  error: openAiError,
  get operations() {
    return OPERATIONS;
  },
};

const OPERATIONS: Protocol['operations'] = [
  {
    id: `${ID}.create`,
    method: 'POST',
    path: '/v1/chat/completions',
    content: 'scanned',
    protocol: OPENAI_CHAT,
    readRequest: (body) => readConversation(body, OPENAI_REQUEST),
    readResponse: (body) => readAnswer(body, OPENAI_RESPONSE),
    readStream: () => new OpenAiChatStream(),
    refusal: openAiRefusal,
    refusalStream: openAiRefusalStream,
  },
  { id: `${ID}.models`, method: 'GET', path: '/v1/models', content: 'none', protocol: OPENAI_CHAT },
  { id: `${ID}.model`, method: 'GET', path: '/v1/models/{id}', content: 'none', protocol: OPENAI_CHAT },
];
