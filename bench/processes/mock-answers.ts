/** The mock upstream's bodies, in the shape of OpenAI chat completions. */

/** A whole answer. */
export const completion = (id: number, text: string): string =>
  JSON.stringify({
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'bench-model',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 100, completion_tokens: 100, total_tokens: 200 },
  });

const event = (id: number, delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({
    id: `chatcmpl-${id}`,
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'bench-model',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`;

/** The first event of a stream. */
export const roleEvent = (id: number): string => event(id, { role: 'assistant', content: '' }, null);
export const textEvent = (id: number, content: string): string => event(id, { content }, null);
/** The last events of a stream. */
export const endEvents = (id: number): string => `${event(id, {}, 'stop')}data: [DONE]\n\n`;
