/** Request bodies of chat completions, another text in every one. */
import type { WordSource } from '../harness/word-source.ts';

const PROMPT_CHARS = 512;
const TURN_CHARS = 200;

/** One user message of half a kilobyte. */
export const chatBody = (words: WordSource): string =>
  JSON.stringify({
    model: 'bench-model',
    messages: [{ role: 'user', content: words.text(PROMPT_CHARS) }],
  });

/** A streamed answer; `model` tells the mock upstream how. */
export const streamBody = (words: WordSource, model: string): string =>
  JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: words.text(PROMPT_CHARS) }] });

/** A conversation of user and assistant in turns that ends with the user. */
export const conversationBody = (words: WordSource, messages: number): string =>
  JSON.stringify({
    model: 'bench-model',
    messages: Array.from({ length: messages }, (_, at) => ({
      role: (messages - at) % 2 === 1 ? 'user' : 'assistant',
      content: words.text(TURN_CHARS),
    })),
  });
