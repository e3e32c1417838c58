/** OpenAI chat completions: `POST /v1/chat/completions` with the list of models, and Azure's deployments. */

import { readAnswer, readConversation } from './conversation.ts';
import { openAiError, openAiRefusal, openAiRefusalStream } from './openai-chat-blocks.ts';
import { OPENAI_REQUEST, OPENAI_RESPONSE } from './openai-chat-shapes.ts';
import { OpenAiChatStream } from './openai-chat-stream.ts';
import type { Operation, Protocol } from './protocol.ts';

const ID = 'openai-chat';
const AZURE_ID = 'azure-chat';

export const OPENAI_CHAT: Protocol = {
  id: ID,
  credential: { header: 'authorization', scheme: 'Bearer' },
  inline: { prefix: '/openai', leftOut: '/v1' },
  error: openAiError,
  get operations() {
    return OPERATIONS;
  },
};

/** The same bodies at a deployment, which may name no model; the key has a header of its own. */
export const AZURE_CHAT: Protocol = {
  id: AZURE_ID,
  credential: { header: 'api-key' },
  inline: { prefix: '/openai', leftOut: '' },
  error: openAiError,
  get operations() {
    return AZURE_OPERATIONS;
  },
};

const CREATE = {
  method: 'POST',
  content: 'scanned',
  readRequest: (body) => readConversation(body, OPENAI_REQUEST),
  readResponse: (body) => readAnswer(body, OPENAI_RESPONSE),
  readStream: () => new OpenAiChatStream(),
  refusal: openAiRefusal,
  refusalStream: openAiRefusalStream,
} as const satisfies Partial<Operation>;

const OPERATIONS: Protocol['operations'] = [
  { ...CREATE, id: `${ID}.create`, path: '/v1/chat/completions', protocol: OPENAI_CHAT },
  { id: `${ID}.models`, method: 'GET', path: '/v1/models', content: 'none', protocol: OPENAI_CHAT },
  { id: `${ID}.model`, method: 'GET', path: '/v1/models/{id}', content: 'none', protocol: OPENAI_CHAT },
];
const AZURE_OPERATIONS: Protocol['operations'] = [
  {
    ...CREATE,
    id: `${AZURE_ID}.create`,
    path: '/openai/deployments/{id}/chat/completions',
    protocol: AZURE_CHAT,
  },
];
