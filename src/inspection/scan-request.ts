/** Writes the scan requests of an exchange in the scan API's words (DESIGN §5, contract §1.2). */
import type { Part } from '../core/part.ts';
import type { ScanContent, ScanRequest } from '../core/scan-wire.ts';
import type { PartGroup } from './groups.ts';
import type { ExchangeContext } from './inspection.ts';

/** Most characters of earlier turns that go before the judged text, as context. */
const CONTEXT_CHARS = 8192;

/** A request whose last element is judged; the elements before it are context only. */
export function writeScanRequest(contents: readonly ScanContent[], context: ExchangeContext): ScanRequest {
  return {
    tr_id: context.trId,
    transaction_id: context.trId,
    ...(context.sessionId === undefined ? {} : { session_id: context.sessionId }),
    ai_profile: { profile_name: context.profile },
    metadata: context.metadata,
    contents: [...contents],
  };
}

/** The judged element of a group's text. */
export function judgedContent(group: PartGroup, text: string, context: ExchangeContext): ScanContent {
  if (group.kind !== 'tool-result') return { prompt: text };
  const metadata = { ecosystem: 'mcp', method: 'tools/call', server_name: context.upstream };
  return {
    tool_event: {
      metadata: group.tool === undefined ? metadata : { ...metadata, tool_invoked: group.tool },
      output: text,
    },
  };
}

/** Earlier turns of the conversation, newest last, at most 8 KB, texts only. */
export function earlierTurns(parts: readonly Part[]): readonly ScanContent[] {
  const turns: ScanContent[] = [];
  let chars = 0;
  for (let at = parts.length - 1; at >= 0 && chars < CONTEXT_CHARS; at -= 1) {
    const part = parts[at];
    if (part === undefined || part.kind !== 'text' || part.text.trim() === '') continue;
    if (part.role !== 'user' && part.role !== 'assistant') continue;
    const text = lastChars(part.text, CONTEXT_CHARS - chars);
    chars += text.length;
    turns.push(part.role === 'user' ? { prompt: text } : { response: text });
  }
  return turns.reverse();
}

/** The contents of a response's scan: the prompt as context, then the judged answer. */
export function responseContents(prompt: string, text: string): readonly ScanContent[] {
  const context = lastChars(prompt, CONTEXT_CHARS);
  return context.trim() === '' ? [{ response: text }] : [{ prompt: context }, { response: text }];
}

/** The end of a text, never beginning in the middle of a surrogate pair. */
export function lastChars(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const from = text.length - chars;
  const unit = text.charCodeAt(from);
  return text.slice(unit >= 0xdc00 && unit <= 0xdfff ? from + 1 : from);
}
