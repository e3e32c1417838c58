/** The spans of a text that a model judges: each sentence, and what stands before its end within bounds. */
import { TOKEN, type Tokens } from './tokens.ts';

/** A window holds no more tokens and characters. */
export const WINDOW_TOKENS = 64;
export const WINDOW_CHARS = 400;
/** So far behind the last end of a sentence, a window ends at every token. */
const SENTENCE_CHARS = 200;
/** Shorter sentences say too little alone. */
const SENTENCE_TOKENS_MIN = 4;

export interface Window {
  /** Tokens, both inclusive. */
  readonly first: number;
  readonly last: number;
}

/** Calls `found` in order. Whether a window ends at a token depends on what is near before it alone. */
export function eachWindow(tokens: Tokens, found: (first: number, last: number) => void): void {
  const { count, starts, ends, kinds } = tokens;
  let first = 0;
  let sentence = 0;
  for (let last = 0; last < count; last++) {
    const isEnd = ((kinds[last] ?? 0) & TOKEN.sentenceEnd) !== 0;
    const end = ends[last] ?? 0;
    const isFar = end - (starts[sentence] ?? 0) >= SENTENCE_CHARS;
    if (!isEnd && !isFar) continue;
    while (last - first >= WINDOW_TOKENS || end - (starts[first] ?? 0) > WINDOW_CHARS) first++;
    found(first, last);
    if (!isEnd) continue;
    if (sentence > first && last - sentence >= SENTENCE_TOKENS_MIN - 1) found(sentence, last);
    sentence = last + 1;
  }
}

export function windowsOf(tokens: Tokens): readonly Window[] {
  const windows: Window[] = [];
  eachWindow(tokens, (first, last) => windows.push({ first, last }));
  return windows;
}
