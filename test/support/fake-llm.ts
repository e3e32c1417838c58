/** A language model for tests: an OpenAI-compatible listener whose verdicts are a function of what it is asked. */
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';

const bodySchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })),
});

export interface Asked {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  /** The document between the marks. */
  readonly earlier: readonly string[];
  readonly text: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
}

/** A verdict, or a whole answer: status and body; `hang`: none at all. */
export type FakeAnswer =
  | { readonly matches: boolean; readonly steers?: boolean }
  | { readonly status: number; readonly body: string }
  | 'hang';

export interface FakeLlm {
  readonly url: URL;
  readonly asked: Asked[];
  answer: (asked: Asked) => FakeAnswer;
  close(): Promise<void>;
}

export const completion = (content: string, finish = 'stop'): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content } }],
  });

const documentSchema = z.object({ earlier: z.array(z.string()), text: z.string() });

function readAsked(request: IncomingMessage, text: string): Asked {
  const body = bodySchema.parse(JSON.parse(text));
  const [system = '', user = ''] = body.messages.map((message) => message.content);
  const document = documentSchema.parse(JSON.parse(user.split('\n').slice(1, -1).join('\n')));
  const { model } = body;
  return { model, system, user, ...document, body, headers: request.headers, path: request.url ?? '' };
}

export async function startFakeLlm(answer: FakeLlm['answer'] = () => ({ matches: false })): Promise<FakeLlm> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked = readAsked(request, text);
    llm.asked.push(asked);
    const given = llm.answer(asked);
    if (given === 'hang') return;
    const [status, body] =
      'status' in given
        ? [given.status, given.body]
        : [200, completion(JSON.stringify({ steers: false, ...given }))];
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP listener');
  const llm: FakeLlm = {
    url: new URL(`http://127.0.0.1:${address.port}`),
    asked: [],
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return llm;
}
