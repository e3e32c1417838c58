/** Translates a Python-flavoured pattern into RE2 syntax with Unicode classes, or says why it cannot. */

/** Why a pattern is refused; the caller adds where it stands. */
export class PatternError extends Error {}

const PATTERN_BYTES_MAX = 1024;
const WORD_CLASS = '\\p{L}\\p{N}\\p{M}_';
const SPACE_CLASS =
  '\\t-\\r\\x1c-\\x20\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}';
const NOT_SPACE_CLASS =
  '\\x00-\\x08\\x0e-\\x1b\\x21-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}' +
  '\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{10ffff}';

let notWord: string | undefined;
/** RE2 has no class difference, so the characters that are no word characters are listed once. */
function notWordClass(): string {
  if (notWord !== undefined) return notWord;
  const word = /[\p{L}\p{N}\p{M}_]/u;
  const ranges: string[] = [];
  let from = -1;
  for (let point = 0; point <= 0x110000; point++) {
    const inside =
      point < 0x110000 && !(point >= 0xd800 && point < 0xe000) && !word.test(String.fromCodePoint(point));
    if (inside && from < 0) from = point;
    if (inside || from < 0) continue;
    ranges.push(`\\x{${from.toString(16)}}-\\x{${(point - 1).toString(16)}}`);
    from = -1;
  }
  notWord = ranges.join('');
  return notWord;
}

export interface TranslatedPattern {
  /** RE2 syntax; `\b` there knows ASCII words only. */
  readonly source: string;
  /** The same without any `\b`; undefined where there is none. */
  readonly withoutEdges: string | undefined;
  /** Every match must begin, or end, at a word edge. */
  readonly edgeBefore: boolean;
  readonly edgeAfter: boolean;
}

const REFUSED =
  'is not supported: patterns run in linear time (RE2 syntax); isolated workers for it come with ' +
  'a later version';

class Translator {
  readonly #pattern: string;
  #at = 0;
  #out = '';
  #bare = '';
  #inClass = false;
  #edges = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  run(): { source: string; bare: string; edges: number } {
    while (this.#at < this.#pattern.length) this.#step();
    return { source: this.#out, bare: this.#bare, edges: this.#edges };
  }

  #emit(piece: string, bare = piece): void {
    this.#out += piece;
    this.#bare += bare;
  }

  #step(): void {
    const rest = this.#pattern.slice(this.#at, this.#at + 4);
    const char = rest.charAt(0);
    if (char === '\\') this.#escape(rest.charAt(1));
    else if (this.#inClass) this.#classChar(char, rest);
    else if (char === '[') this.#openClass();
    else if (rest.startsWith('(?')) this.#group(rest);
    else this.#literal(char);
  }

  #literal(char: string): void {
    this.#at++;
    this.#emit(char);
  }

  /** A `]` right after the opening is a literal in Python. */
  #openClass(): void {
    this.#inClass = true;
    const head = /^\[\^?\]?/.exec(this.#pattern.slice(this.#at, this.#at + 3))?.[0] ?? '[';
    this.#at += head.length;
    this.#emit(head.endsWith(']') ? `${head.slice(0, -1)}\\]` : head);
  }

  #classChar(char: string, rest: string): void {
    this.#at++;
    if (char === ']') this.#inClass = false;
    this.#emit(char === '[' && !rest.startsWith('[:') ? '\\[' : char);
  }

  #group(rest: string): void {
    if (/^\(\?(?:=|!|<=|<!)/.test(rest)) throw new PatternError(`look-around ${REFUSED}`);
    if (rest.startsWith('(?P=') || rest.startsWith('(?('))
      throw new PatternError(`a back-reference ${REFUSED}`);
    if (rest.startsWith('(?#')) {
      const end = this.#pattern.indexOf(')', this.#at);
      if (end < 0) throw new PatternError('a comment is not closed');
      this.#at = end + 1;
      return;
    }
    if (rest.startsWith('(?P<')) {
      this.#at += 4;
      this.#emit('(?<');
      return;
    }
    const flags = /^\(\?[aiLmsu]+\)/.exec(this.#pattern.slice(this.#at, this.#at + 10))?.[0];
    if (flags === undefined) {
      this.#at += 2;
      this.#emit('(?');
      return;
    }
    this.#at += flags.length;
    const kept = flags.replace(/[^ims]/g, '');
    if (kept !== '') this.#emit(`(?${kept})`);
  }

  #escape(kind: string): void {
    if (kind === '') throw new PatternError('the pattern ends in a backslash');
    this.#at += 2;
    if (/[1-9]/.test(kind) && !this.#inClass) throw new PatternError(`a back-reference ${REFUSED}`);
    if (kind === 'b' && this.#inClass) this.#emit('\\x08');
    else if (kind === 'b') this.#edge();
    else if (kind === 'Z') this.#emit('\\z');
    else if (kind === 'u' || kind === 'U') this.#point(kind === 'u' ? 4 : 8);
    else this.#emit(this.#shorthand(kind) ?? `\\${kind}`);
  }

  #edge(): void {
    this.#edges++;
    this.#emit('\\b', '');
  }

  #point(digits: number): void {
    const hex = this.#pattern.slice(this.#at, this.#at + digits);
    if (!/^[0-9a-f]+$/i.test(hex) || hex.length < digits)
      throw new PatternError('a \\u escape is not complete');
    this.#at += digits;
    this.#emit(`\\x{${hex}}`);
  }

  #shorthand(kind: string): string | undefined {
    const wrap = (body: string): string => (this.#inClass ? body : `[${body}]`);
    switch (kind) {
      case 'w':
        return wrap(WORD_CLASS);
      case 'W':
        return this.#inClass ? notWordClass() : `[^${WORD_CLASS}]`;
      case 'd':
        return '\\p{Nd}';
      case 'D':
        return '\\P{Nd}';
      case 's':
        return wrap(SPACE_CLASS);
      case 'S':
        return wrap(NOT_SPACE_CLASS);
      default:
        return undefined;
    }
  }
}

/** @throws PatternError with the reason in words. */
export function translatePattern(pattern: string): TranslatedPattern {
  if (pattern === '') throw new PatternError('the pattern is empty');
  if (new TextEncoder().encode(pattern).length > PATTERN_BYTES_MAX) {
    throw new PatternError(`the pattern is longer than ${PATTERN_BYTES_MAX} bytes`);
  }
  const { source, bare, edges } = new Translator(pattern).run();
  const alternatives = source.includes('|');
  return {
    source,
    withoutEdges: edges === 0 ? undefined : bare,
    edgeBefore: !alternatives && /^(?:\(\?[ims]+\))?\\b/.test(source),
    edgeAfter: !alternatives && /[^\\]\\b$/.test(source),
  };
}
