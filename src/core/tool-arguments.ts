/** What the escapes in a tool call's arguments (JSON in a string) stand for. */
import { readEscape } from './json-escape.ts';

/**
 * The strings and keys of the arguments with their escapes undone, joined by newlines; '' where nothing is
 * escaped, since then the text as written shows them. Models write broken JSON at times: whatever stands
 * between quotes is read, an escape that JSON does not know stands for its letter, and what has no closing
 * quote goes on to the end.
 */
export function unescapedArguments(text: string): string {
  if (!text.includes('\\')) return '';
  if (!text.includes('"')) return readQuoted(text, 0).value;
  const strings: string[] = [];
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    const quoted = readQuoted(text, at + 1);
    strings.push(quoted.value);
    at = quoted.end + 1;
  }
  return strings.join('\n');
}

/** The text from `from` to the next quote that is not escaped, or to the end. */
function readQuoted(text: string, from: number): { value: string; end: number } {
  const pieces: string[] = [];
  let start = from;
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== 34) {
    if (text.charCodeAt(at) !== 92) {
      at += 1;
      continue;
    }
    const read = readEscape(text, at) ?? { value: text.charAt(at + 1), end: at + 2 };
    pieces.push(text.slice(start, at), read.value);
    at = read.end;
    start = at;
  }
  pieces.push(text.slice(start, at));
  return { value: pieces.join(''), end: at };
}
