/** The thread that runs people's patterns on a backtracking engine; it imports next to nothing. */
import { serveThread } from './thread.ts';

/** What the thread is asked: one pattern over several texts. */
export interface RegexJob {
  readonly source: string;
  readonly texts: readonly string[];
  readonly matchesMax: number;
}

/** Spans of each text, or that there are more matches than can be told. */
export type RegexJobReply = { readonly spans: readonly (readonly number[])[] } | { readonly tooMany: true };

/** Where the thread's code stands. */
export const REGEX_THREAD = new URL(import.meta.url);
export const REGEX_THREAD_NAME = 'regex';

/** Compiled patterns that are kept: a pattern is run on every text. */
const COMPILED_MAX = 256;
const compiled = new Map<string, RegExp>();

function compile(source: string): RegExp {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const made = new RegExp(source, 'giv');
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(source, made);
  return made;
}

/** Pairs of begin and end; of empty matches the first alone, since one says as much as all. */
function search(pattern: RegExp, text: string, matchesMax: number): readonly number[] | undefined {
  const spans: number[] = [];
  let metEmpty = false;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const end = match.index + match[0].length;
    if (end > match.index || !metEmpty) spans.push(match.index, end);
    if (end === match.index) {
      metEmpty = true;
      pattern.lastIndex = end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
    }
    if (spans.length > 2 * matchesMax) return undefined;
  }
  return spans;
}

export function runRegexJob({ source, texts, matchesMax }: RegexJob): RegexJobReply {
  const pattern = compile(source);
  const spans: (readonly number[])[] = [];
  for (const text of texts) {
    const found = search(pattern, text, matchesMax);
    if (found === undefined) return { tooMany: true };
    spans.push(found);
  }
  return { spans };
}

serveThread(REGEX_THREAD_NAME, () => (body) => runRegexJob(body as RegexJob));
