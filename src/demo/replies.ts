/** What the demo model answers: an echo and a few canned replies. */

/** Made-up numbers that the card brands publish for tests. */
const CARD_TEXT = 'Here is a card number for your test: 4111 1111 1111 1111, valid until 12/30.';

export interface DemoTool {
  readonly name: string;
}

export type DemoReply =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool'; readonly name: string; readonly input: Readonly<Record<string, string>> };

/** The reply to the last user text; a tool is called where tools are given and the text asks for one. */
export function replyTo(prompt: string, tools: readonly DemoTool[]): DemoReply {
  const lower = prompt.toLowerCase();
  const [tool] = tools;
  if (tool !== undefined && /\buse (?:the|a|your) tool\b/.test(lower)) {
    return { type: 'tool', name: tool.name, input: { text: prompt } };
  }
  if (lower.includes('show me a card number')) return { type: 'text', text: CARD_TEXT };
  if (/^(?:hi|hello|hey)\b/.test(lower))
    return { type: 'text', text: 'Hello! I am the demo model. Ask me anything.' };
  if (lower.trim() === '') return { type: 'text', text: 'You did not say anything.' };
  return { type: 'text', text: `You said: ${prompt}` };
}

/** Pieces of a text as a model streams them: words with the space before them. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** A number that grows with the text, for `usage`. */
export function countTokens(chars: number): number {
  return Math.ceil(chars / 4);
}
