/** Reads one escape of a JSON string (RFC 8259 §7). */

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The character that the escape at `at` (a backslash) stands for, and where the escape ends. */
export function readEscape(text: string, at: number): { value: string; end: number } | undefined {
  const letter = text.charAt(at + 1);
  if (letter === 'u') {
    const hex = text.slice(at + 2, at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) return undefined;
    return { value: String.fromCharCode(Number.parseInt(hex, 16)), end: at + 6 };
  }
  const value = ESCAPES[letter];
  return value === undefined ? undefined : { value, end: at + 2 };
}
