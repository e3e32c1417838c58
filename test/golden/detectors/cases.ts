/** Reads the golden cases of detectors; values that look like secrets are made when the test runs. */
import { readFileSync } from 'node:fs';

/** A piece of a case's text: as written, or made. `of` lists characters, with ranges. */
type Piece =
  | string
  | { readonly random: number; readonly of: string }
  | { readonly repeat: string; readonly times: number }
  | { readonly base64: readonly Piece[] };

interface CaseRow {
  readonly name: string;
  readonly text?: string;
  readonly parts?: readonly Piece[];
  /** Of hits: every category that must be found. */
  readonly categories?: readonly string[];
  /** Of near-misses: what must not be found; absent = nothing at all. */
  readonly not?: readonly string[];
  readonly masked?: string;
  /** What the text is to rest on. */
  readonly context?: string;
}

export interface GoldenCase extends Omit<CaseRow, 'text' | 'parts'> {
  readonly text: string;
}

const expand = (of: string): string =>
  of.replace(/(.)-(.)/g, (_, from: string, to: string) => {
    let chars = '';
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) chars += String.fromCharCode(code);
    return chars;
  });

/** The same seed makes the same text, so that a failure can be seen again. */
class Maker {
  #state: number;

  constructor(seed: string) {
    this.#state = [...seed].reduce((hash, char) => (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0, 7);
  }

  make(pieces: readonly Piece[]): string {
    return pieces.map((piece) => this.#one(piece)).join('');
  }

  #one(piece: Piece): string {
    if (typeof piece === 'string') return piece;
    if ('repeat' in piece) return piece.repeat.repeat(piece.times);
    if ('base64' in piece) return Buffer.from(this.make(piece.base64)).toString('base64');
    const chars = expand(piece.of);
    return Array.from({ length: piece.random }, () => chars.charAt(this.#next() % chars.length)).join('');
  }

  #next(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state >>> 8;
  }
}

export function readCases(detector: string, file: 'hits' | 'near-misses'): readonly GoldenCase[] {
  const url = new URL(`./${detector.replaceAll('_', '-')}/${file}.jsonl`, import.meta.url);
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row: CaseRow = JSON.parse(line);
      const { text, parts, ...rest } = row;
      return { ...rest, text: text ?? new Maker(row.name).make(parts ?? []) };
    });
}
