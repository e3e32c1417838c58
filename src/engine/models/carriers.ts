/** What kind of thing a text is, by its lines alone: each kind has honest texts of its own. */

/**
 * `prose` is all that is no other: above all what people ask. The others are what people paste and tools
 * return: program text, tables, mails with their headers, and fields (JSON, YAML, logs).
 */
export const CARRIERS = ['prose', 'code', 'table', 'mail', 'fields'] as const;
export type Carrier = (typeof CARRIERS)[number];

/** So many characters at the beginning tell. */
const CHARS_MAX = 16_384;
const LINES_MIN = 3;
/** Of its lines, so many must be of a kind. */
const SHARE = 0.4;
/** So many header lines make a mail. */
const HEADERS_MIN = 2;
const LINE_CHARS_MAX = 300;
const HEADER =
  /(?:^|[\n|])\s*["']?(?:from|to|cc|bcc|subject|date|sent|sender|recipients?|reply-to|(?:e-?mail|received)[ _-]\w+)["']?\s*:/gi;
/** Headers stand at the beginning. */
const HEAD_CHARS = 600;
const FENCE = '```';
/** Beginnings of statements, whose line holds a sign of program text too. */
const STATEMENT =
  /^(?:import|from|def|class|return|const|let|var|function|if|for|while|try|except|elif|else|print|export|public|private|static|select|insert|update|create)\b/i;
const SIGN = /[(){}=:;*'"]/;
const CODE_START = /^(?:#!|\/\/|\/\*|\*\/|\* |@\w|>>>|\$ |<\/?[a-z])/i;
const CODE_END = /[;{}]$|\)\s*:?$/;
const FIELD =
  /^(?:- )?(?:"[^"]{1,40}"|'[^']{1,40}'|[a-z][\w.-]{0,40})\s*[:=]|^[[\]{}]+,?$|^\[?\d{4}-\d\d-\d\d[T ]/;
const OBJECT = /^\s*(?:\{\s*["}]|\[\s*[{["])/;
const CELLS = /^[^,;\t]*(?:[,;\t][^\s,;\t][^,;\t]*){2,}$/;

const isRow = (line: string): boolean => line.split('|', 3).length > 2 || CELLS.test(line);
const isCode = (line: string): boolean =>
  CODE_END.test(line) || CODE_START.test(line) || (STATEMENT.test(line) && SIGN.test(line));

/** Linear in the length of the beginning of `text`; a text in one line is prose, unless it is an object. */
export function carrierOf(text: string): Carrier {
  if ([...text.slice(0, HEAD_CHARS).matchAll(HEADER)].length >= HEADERS_MIN) return 'mail';
  if (!text.includes('\n')) return OBJECT.test(text) ? 'fields' : 'prose';
  const lines = text
    .slice(0, CHARS_MAX)
    .split('\n')
    .map((line) => line.slice(0, LINE_CHARS_MAX).trim())
    .filter((line) => line !== '');
  if (lines.length < LINES_MIN) return OBJECT.test(text) ? 'fields' : 'prose';
  const isMost = (is: (line: string) => boolean): boolean => lines.filter(is).length >= lines.length * SHARE;
  if (isMost(isRow)) return 'table';
  if (isMost((line) => FIELD.test(line))) return 'fields';
  return text.includes(FENCE) || isMost(isCode) ? 'code' : 'prose';
}
