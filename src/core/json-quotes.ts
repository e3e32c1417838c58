/** Finds where long strings of a JSON text end, in leaps instead of step by step. */

/** No string holds one (RFC 8259 §7). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
export const CONTROL = /[\0-\x1f]/;

export class Quotes {
  readonly #text: string;
  /** The first backslash from where it was last looked for, so that the text is gone through once. */
  #backslash = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Offset of the first quote from `from` on that no backslash escapes, or -1. */
  closing(from: number): number {
    let at = from;
    let quote = -1;
    for (;;) {
      if (quote < at) quote = this.#text.indexOf('"', at);
      if (quote < 0) return -1;
      if (this.#backslash < at) this.#backslash = this.#text.indexOf('\\', at);
      if (this.#backslash < 0) this.#backslash = this.#text.length;
      if (quote < this.#backslash) return quote;
      at = this.#backslash + 2;
    }
  }
}
