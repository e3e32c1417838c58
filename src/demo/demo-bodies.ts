/** Reads the few fields of request bodies that the demo model acts on, leniently: it judges nothing. */

type Fields = Readonly<Record<string, unknown>>;

export interface DemoRequest {
  readonly model: string;
  readonly stream: boolean;
  /** Text of the last message of the user. */
  readonly prompt: string;
  readonly tools: readonly { readonly name: string }[];
  /** All texts of the body's messages together, for counting. */
  readonly chars: number;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((block) => (isFields(block) && typeof block.text === 'string' ? block.text : ''))
    .join('');
};

/** OpenAI says `{function: {name}}`, Anthropic `{name}`. */
const toolOf = (tool: unknown): readonly { readonly name: string }[] => {
  if (!isFields(tool)) return [];
  const named = isFields(tool.function) ? tool.function : tool;
  return typeof named.name === 'string' ? [{ name: named.name }] : [];
};

/** Undefined where the text is no JSON object with messages. */
export function readDemoRequest(text: string): DemoRequest | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isFields(body) || !Array.isArray(body.messages)) return undefined;
  const messages = listOf(body.messages).filter(isFields);
  const last = messages.findLast((message) => message.role === 'user');
  return {
    model: typeof body.model === 'string' ? body.model : 'demo',
    stream: body.stream === true,
    prompt: textOf(last?.content),
    tools: listOf(body.tools).flatMap(toolOf),
    chars: messages.reduce(
      (sum, message) => sum + textOf(message.content).length,
      textOf(body.system).length,
    ),
  };
}
