/** Reads a Python-flavoured pattern (`re` of Python 3, calypsoai.md §0) into tokens, flags resolved. */
import { type ClassItem, POSIX_CLASSES, readProperty } from './pattern-class.ts';

/** Why a pattern is refused; the caller adds where it stands. */
export class PatternError extends Error {}

export type LookAround = 'ahead' | 'not-ahead' | 'behind' | 'not-behind';

/** Case is always ignored, so the flag `i` leaves no trace; `m` and `s` stand in the tokens they change. */
export type PatternToken =
  | { readonly kind: 'char'; readonly point: number }
  /** `.`; with `all` it takes a newline too. */
  | { readonly kind: 'any'; readonly all: boolean }
  /** `lines`: `^` and `$` stand at every line. */
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' | 'A' | 'Z' | 'b' | 'B'; readonly lines: boolean }
  | { readonly kind: 'class'; readonly negated: boolean; readonly items: readonly ClassItem[] }
  | { readonly kind: 'open'; readonly group: 'capture' | 'plain' | LookAround }
  | { readonly kind: 'close' }
  | { readonly kind: 'or' }
  | { readonly kind: 'repeat'; readonly min: number; readonly max?: number; readonly lazy: boolean }
  /** Number of a capture group. */
  | { readonly kind: 'reference'; readonly group: number };

const PATTERN_BYTES_MAX = 1024;
const REPEAT_MAX = 100_000;

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
/** `\\xhh`, `\\uhhhh`, `\\Uhhhhhhhh`, and RE2's `\\x{h…}`. */
const HEX = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x\{([0-9a-fA-F]{1,6})\})/y;
const SHORTHANDS = /[wWdDsS]/;
const LOOK_AROUNDS: readonly (readonly [string, LookAround])[] = [
  ['(?=', 'ahead'],
  ['(?!', 'not-ahead'],
  ['(?<=', 'behind'],
  ['(?<!', 'not-behind'],
];

interface Flags {
  readonly lines: boolean;
  readonly all: boolean;
  readonly verbose: boolean;
}

class PatternReader {
  readonly #pattern: string;
  readonly #tokens: PatternToken[] = [];
  readonly #names = new Map<string, number>();
  readonly #outer: Flags[] = [];
  #flags: Flags = { lines: false, all: false, verbose: false };
  #captures = 0;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  run(): readonly PatternToken[] {
    while (this.#at < this.#pattern.length) this.#step();
    if (this.#outer.length > 0) throw new PatternError('a group is not closed');
    return this.#tokens;
  }

  #startsWith(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  /** Takes what matches at this place, or nothing; the pattern must be sticky. */
  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#pattern) ?? undefined;
    if (match !== undefined) this.#at += match[0].length;
    return match;
  }

  #step(): void {
    const char = this.#pattern.charAt(this.#at);
    if (this.#flags.verbose && this.#take(/\s+|#[^\n]*/y) !== undefined) return;
    if (char === '(') this.#open();
    else if (char === ')') this.#close();
    else if (char === '[') this.#class();
    else if (char === '\\') this.#escape();
    else if (!/[*+?{]/.test(char) || !this.#repeat()) this.#single(char);
  }

  #single(char: string): void {
    const { lines, all } = this.#flags;
    const point = this.#pattern.codePointAt(this.#at) ?? 0;
    this.#at += point > 0xffff ? 2 : 1;
    if (char === '.') this.#tokens.push({ kind: 'any', all });
    else if (char === '|') this.#tokens.push({ kind: 'or' });
    else if (char === '^') this.#tokens.push({ kind: 'edge', at: 'start', lines });
    else if (char === '$') this.#tokens.push({ kind: 'edge', at: 'end', lines });
    else this.#tokens.push({ kind: 'char', point });
  }

  /** A brace that begins no count is a brace (Python); false there. */
  #repeat(): boolean {
    const match = this.#take(/(?:[*+?]|\{(?:(\d+)|(\d*),(\d*))\})/y);
    if (match === undefined) return false;
    const [sign = '', exact, from, to] = match;
    const last = this.#tokens.at(-1);
    if (last === undefined || last.kind === 'or' || last.kind === 'open' || last.kind === 'edge')
      throw new PatternError(`there is nothing to repeat before ${sign}`);
    if (last.kind === 'repeat') throw new PatternError('a repetition of a repetition needs a group');
    const lazy = this.#take(/\?/y) !== undefined;
    if (this.#startsWith('+')) throw new PatternError('possessive repetitions are not supported');
    const min = sign === '+' ? 1 : Number(exact ?? from ?? 0);
    const max = sign === '?' ? 1 : exact !== undefined ? min : to ? Number(to) : undefined;
    if (Math.max(min, max ?? 0) > REPEAT_MAX)
      throw new PatternError(`a repetition is over ${REPEAT_MAX}; write a smaller one`);
    if (max !== undefined && max < min) throw new PatternError('a repetition ends before it begins');
    this.#tokens.push({ kind: 'repeat', min, lazy, ...(max === undefined ? {} : { max }) });
    return true;
  }

  #open(): void {
    if (!this.#startsWith('(?')) {
      this.#enter('capture', 1);
      return;
    }
    if (this.#take(/\(\?#[^)]*\)/y)) return;
    const reference = this.#take(/\(\?P=(\w+)\)/y)?.[1];
    const name = reference === undefined ? this.#take(/\(\?P?<([\p{L}_][\p{L}\p{N}_]*)>/uy)?.[1] : undefined;
    const around = LOOK_AROUNDS.find(([sign]) => this.#startsWith(sign));
    if (reference !== undefined) this.#reference(reference);
    else if (name !== undefined) this.#named(name);
    else if (around !== undefined) this.#enter(around[1], around[0].length);
    else this.#flagGroup();
  }

  #named(name: string): void {
    if (this.#names.has(name)) throw new PatternError('two groups have the same name');
    this.#names.set(name, this.#captures + 1);
    this.#enter('capture', 0);
  }

  #flagGroup(): void {
    const flags = this.#take(/\(\?([aiLmsux]*)(?:-([imsx]+))?([:)])/y);
    if (flags === undefined) throw new PatternError('a group of this kind is not supported');
    this.#setFlags(flags[1] ?? '', flags[2] ?? '', flags[3] === ':');
  }

  #enter(group: 'capture' | 'plain' | LookAround, chars: number): void {
    this.#at += chars;
    if (group === 'capture') this.#captures += 1;
    this.#outer.push(this.#flags);
    this.#tokens.push({ kind: 'open', group });
  }

  #setFlags(on: string, off: string, scoped: boolean): void {
    // Python: flags for the whole pattern stand at its start. `i` is on anyway.
    if (!scoped && /[msx]/.test(on) && this.#tokens.length > 0)
      throw new PatternError('flags for the whole pattern must stand at its start');
    if (!scoped && off !== '') throw new PatternError('flags can be switched off for a group only');
    if (scoped) this.#enter('plain', 0);
    const is = (flag: string, before: boolean): boolean =>
      (before || on.includes(flag)) && !off.includes(flag);
    const { lines, all, verbose } = this.#flags;
    this.#flags = { lines: is('m', lines), all: is('s', all), verbose: is('x', verbose) };
  }

  #close(): void {
    const flags = this.#outer.pop();
    if (flags === undefined) throw new PatternError('a group is closed that was not opened');
    this.#flags = flags;
    this.#at += 1;
    this.#tokens.push({ kind: 'close' });
  }

  #reference(name: string): void {
    const group = /^\d+$/.test(name) ? Number(name) : this.#names.get(name);
    if (group === undefined || group > this.#captures)
      throw new PatternError('a back-reference names a group that is not there');
    this.#tokens.push({ kind: 'reference', group });
  }

  #escape(): void {
    const number = this.#take(/\\([1-9]\d?)(?!\d)/y)?.[1];
    const edge = number === undefined ? this.#take(/\\([AZzbB])/y)?.[1] : undefined;
    if (number !== undefined) this.#reference(number);
    else if (edge !== undefined) {
      const at = edge === 'A' || edge === 'b' || edge === 'B' ? edge : 'Z';
      this.#tokens.push({ kind: 'edge', at, lines: false });
    } else {
      const item = this.#escapedItem();
      if (typeof item === 'number') this.#tokens.push({ kind: 'char', point: item });
      else this.#tokens.push({ kind: 'class', negated: false, items: [item] });
    }
  }

  /** The code point or the class that the escape at this place stands for. */
  #escapedItem(): number | ClassItem {
    const hex = this.#take(HEX);
    if (hex) return checkedPoint(Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? hex[4] ?? '', 16));
    const octal = this.#take(/\\(0[0-7]{0,2}|[0-3][0-7]{2})/y);
    if (octal) return Number.parseInt(octal[1] ?? '', 8);
    const property = this.#take(/\\([pP])(?:\{(\^?\w+)\}|(\w))/y);
    if (property) return readProperty(property[2] ?? property[3] ?? '', property[1] === 'P');
    this.#at += 1;
    const point = this.#pattern.codePointAt(this.#at);
    if (point === undefined) throw new PatternError('the pattern ends in a backslash');
    const char = String.fromCodePoint(point);
    this.#at += char.length;
    if (SHORTHANDS.test(char)) return { kind: 'shorthand', name: char };
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    if (/[A-Za-z0-9]/.test(char)) throw new PatternError(`the escape \\${char} is not known or not complete`);
    return point;
  }

  #class(): void {
    const negated = this.#take(/\[\^/y) !== undefined;
    if (!negated) this.#at += 1;
    const items: ClassItem[] = [];
    for (let first = true; first || !this.#startsWith(']'); first = false) {
      if (this.#at >= this.#pattern.length) throw new PatternError('a class is not closed');
      items.push(...this.#classItems());
    }
    this.#at += 1;
    this.#tokens.push({ kind: 'class', negated, items });
  }

  #classItems(): readonly ClassItem[] {
    const posix = this.#take(/\[:(\^?)([a-z]+):\]/y);
    if (posix) {
      const ranges = POSIX_CLASSES[posix[2] ?? ''];
      if (ranges === undefined || posix[1] !== '') throw new PatternError('a class name is not known');
      return ranges;
    }
    const from = this.#classPoint();
    if (!this.#isRange()) return [typeof from === 'number' ? { kind: 'range', from, to: from } : from];
    this.#at += 1;
    const to = this.#classPoint();
    if (typeof from !== 'number' || typeof to !== 'number' || to < from)
      throw new PatternError('a range in a class is not one');
    return [{ kind: 'range', from, to }];
  }

  #isRange(): boolean {
    return this.#startsWith('-') && this.#pattern.charAt(this.#at + 1) !== ']' && !this.#isLast(1);
  }

  #isLast(chars: number): boolean {
    return this.#at + chars >= this.#pattern.length;
  }

  #classPoint(): number | ClassItem {
    if (this.#take(/\\b/y)) return 8;
    if (this.#startsWith('\\')) return this.#escapedItem();
    const point = this.#pattern.codePointAt(this.#at) ?? 0;
    this.#at += point > 0xffff ? 2 : 1;
    return point;
  }
}

const checkedPoint = (point: number): number => {
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
    throw new PatternError('an escape stands for no character');
  return point;
};

/** @throws PatternError with the reason in words. */
export function readPattern(pattern: string): readonly PatternToken[] {
  if (pattern === '') throw new PatternError('the pattern is empty');
  if (!pattern.isWellFormed()) throw new PatternError('the pattern holds half a character');
  if (new TextEncoder().encode(pattern).length > PATTERN_BYTES_MAX) {
    throw new PatternError(`the pattern is longer than ${PATTERN_BYTES_MAX} bytes; split it into several`);
  }
  return new PatternReader(pattern).run();
}
