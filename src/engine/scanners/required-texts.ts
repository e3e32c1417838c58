/** What a pattern cannot match without: texts of which one stands in every match, whatever else does. */
import type { PatternToken } from './python-pattern.ts';

/** In lower case; undefined: nothing is known. */
export type RequiredTexts = readonly string[] | undefined;

/** More alternatives would be found in most texts. */
const TEXTS_MAX = 64;
/** A longer text tells no more than one of this length. */
const TELLING_CHARS = 4;

/** How telling: by the shortest text, then by how few there are. */
function isBetter(one: readonly string[], other: RequiredTexts): boolean {
  if (other === undefined) return true;
  const shortest = (texts: readonly string[]): number =>
    Math.min(TELLING_CHARS, ...texts.map((text) => text.length));
  const more = shortest(one) - shortest(other);
  return more === 0 ? one.length < other.length : more > 0;
}

class TokenReader {
  readonly #tokens: readonly PatternToken[];
  #at = 0;

  constructor(tokens: readonly PatternToken[]) {
    this.#tokens = tokens;
  }

  /** To the end of the group, or of the pattern. */
  alternatives(): RequiredTexts {
    const branches = [this.#branch()];
    while (this.#tokens[this.#at]?.kind === 'or') {
      this.#at += 1;
      branches.push(this.#branch());
    }
    this.#at += 1;
    const texts = branches.flatMap((texts) => texts ?? []);
    return branches.includes(undefined) || texts.length > TEXTS_MAX ? undefined : texts;
  }

  /** The best of what stands one after the other. */
  #branch(): RequiredTexts {
    let best: RequiredTexts;
    let run = '';
    const offer = (texts: RequiredTexts): void => {
      if (texts !== undefined && isBetter(texts, best)) best = texts;
    };
    const endRun = (): void => {
      if (run !== '') offer([run]);
      run = '';
    };
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      // Edges have no width: what stands around them is next to each other.
      if (token.kind === 'edge') continue;
      if (token.kind === 'open') {
        endRun();
        const texts = this.alternatives();
        if (this.#least() > 0 && (token.group === 'capture' || token.group === 'plain')) offer(texts);
        continue;
      }
      const isRepeated = this.#tokens[this.#at]?.kind === 'repeat';
      const isThere = this.#least() > 0;
      // Beyond ASCII several characters may be one letter.
      const known = token.kind === 'char' && token.point < 128 && isThere ? token.point : undefined;
      if (known !== undefined) run += String.fromCharCode(known).toLowerCase();
      if (known === undefined || isRepeated) endRun();
    }
    endRun();
    return best;
  }

  /** Undefined before `|`, `)` and at the end. */
  #next(): PatternToken | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'or' || token.kind === 'close') return undefined;
    this.#at += 1;
    return token;
  }

  /** How often what was read stands there at least. */
  #least(): number {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'repeat') return 1;
    this.#at += 1;
    return token.min;
  }
}

/** Of a pattern without look-around and back-references, case ignored. */
export const requiredTexts = (tokens: readonly PatternToken[]): RequiredTexts =>
  new TokenReader(tokens).alternatives();
