/** The normalised view: what a reader sees and a model reads, without the tricks (DETECTION §3.3). */
import { ALWAYS_FOLDED, foldMixedScript } from './confusables.ts';
import { hiddenBytesText, isInvisible, isTag, isVariation } from './invisible.ts';
import { composeMaps, type Span, View, ViewBuilder } from './view.ts';

const MARK = /^\p{M}$/u;
const MARKS = /\p{M}+/gu;
const LETTER = /^[\p{L}\p{M}]/u;
const LATIN = /^\p{Script=Latin}/u;
/** Fewer selectors in a row are style, more are a hidden message. */
const HIDDEN_BYTES_MIN = 4;
const FOLDS_KEPT_MAX = 4096;

interface Folded {
  readonly text: string;
  readonly latin: boolean;
  readonly mark: boolean;
}
const folds = new Map<number, Folded>();

const DIGIT = /^\p{Nd}$/u;
/** Decimal digits of any script stand in blocks of ten (Unicode §4.6). */
function asciiDigit(point: number): string | undefined {
  if (!DIGIT.test(String.fromCodePoint(point))) return undefined;
  let below = point;
  while (DIGIT.test(String.fromCodePoint(below - 1))) below--;
  return String((point - below) % 10);
}

/** One code point in compatibility form; Latin letters lose their diacritics. */
function fold(point: number): Folded {
  const known = folds.get(point);
  if (known !== undefined) return known;
  const char = String.fromCodePoint(point);
  const replaced = ALWAYS_FOLDED.get(char) ?? asciiDigit(point) ?? char;
  const open = replaced.normalize('NFKD');
  const latin = LATIN.test(open);
  const text = latin ? open.replace(MARKS, '') : replaced.normalize('NFKC');
  const made = { text: ALWAYS_FOLDED.get(text) ?? text, latin, mark: MARK.test(char) };
  if (folds.size < FOLDS_KEPT_MAX) folds.set(point, made);
  return made;
}

/** Conjoining Hangul, which composes over code points. */
const isJamo = (point: number): boolean => point >= 0x1100 && point <= 0x11ff;
const sizeOf = (point: number): number => (point > 0xffff ? 2 : 1);

export interface Normalised {
  readonly view: View;
  /** Raw places of tag characters outside flags and of bytes in variation selectors: honest text has none. */
  readonly hidden: readonly Span[];
}

/** NFKC by cluster, invisible characters out, hidden characters decoded, look-alikes folded. Linear. */
class Normaliser {
  readonly #text: string;
  readonly #out: ViewBuilder;
  /** The last base is a letter of a script whose marks belong to its words. */
  #takesMarks = false;
  readonly #hidden: { start: number; end: number }[] = [];

  constructor(text: string) {
    this.#text = text;
    this.#out = new ViewBuilder(text.length + 16);
  }

  run(): {
    readonly text: string;
    readonly map: { starts: Int32Array; ends: Int32Array };
    hidden: readonly Span[];
  } {
    const text = this.#text;
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      at = code < 0x80 ? this.#ascii(at) : this.#wide(at, text.codePointAt(at) ?? code);
    }
    const { text: out, map } = this.#out.finish();
    return { text: foldMixedScript(out), map, hidden: this.#hidden };
  }

  #ascii(start: number): number {
    let end = start + 1;
    while (end < this.#text.length && this.#text.charCodeAt(end) < 0x80) end++;
    this.#out.copy(this.#text, start, end);
    this.#takesMarks = false;
    return end;
  }

  #wide(at: number, point: number): number {
    const end = at + sizeOf(point);
    if (point === 0x1f3f4) return this.#flag(at, end);
    if (isTag(point)) {
      this.#hide(at, end);
      if (point >= 0xe0020 && point <= 0xe007e) this.#out.add(String.fromCharCode(point - 0xe0000), at, end);
      return end;
    }
    if (isVariation(point)) return this.#variations(at);
    if (isInvisible(point)) return end;
    const folded = fold(point);
    if (folded.mark && !this.#takesMarks) return end;
    this.#takesMarks = !folded.latin && LETTER.test(String.fromCodePoint(point));
    if (folded.latin || (point > 0x3000 && point < 0xd7a4 && !folded.mark))
      return this.#put(folded.text, at, end);
    return this.#cluster(at, end, folded.text);
  }

  /** A base of another script with the marks or jamo that compose with it. */
  #cluster(start: number, from: number, single: string): number {
    const text = this.#text;
    const jamo = isJamo(text.charCodeAt(start));
    let end = from;
    while (end < text.length) {
      const point = text.codePointAt(end) ?? 0;
      if (point < 0x80 || isInvisible(point)) break;
      if (!(jamo ? isJamo(point) : fold(point).mark)) break;
      end += sizeOf(point);
    }
    if (end === from) return this.#put(single, start, end);
    return this.#put(text.slice(start, end).normalize('NFKC'), start, end);
  }

  #hide(start: number, end: number): void {
    const last = this.#hidden.at(-1);
    if (last?.end === start) last.end = end;
    else this.#hidden.push({ start, end });
  }

  #put(piece: string, start: number, end: number): number {
    this.#out.add(piece, start, end);
    return end;
  }

  /** A black flag may be followed by tag letters: an honest flag of a region (Unicode TR51 §C.1). */
  #flag(start: number, from: number): number {
    let end = from;
    while (end - from < 16 && isTag(this.#text.codePointAt(end) ?? 0)) end += 2;
    const closed = end > from && this.#text.codePointAt(end - 2) === 0xe007f;
    this.#takesMarks = false;
    this.#out.copy(this.#text, start, from);
    return closed ? end : from;
  }

  /** Variation selectors vanish; a long row of them is read as the bytes that it may carry. */
  #variations(start: number): number {
    let end = start;
    const bytes: number[] = [];
    for (;;) {
      const point = this.#text.codePointAt(end) ?? 0;
      if (!isVariation(point)) break;
      bytes.push(point >= 0xe0100 ? point - 0xe0100 + 16 : point - 0xfe00);
      end += sizeOf(point);
    }
    const message = bytes.length >= HIDDEN_BYTES_MIN ? hiddenBytesText(bytes) : undefined;
    if (message === undefined) return end;
    this.#hide(start, end);
    return this.#put(message, start, end);
  }
}

/** The normalised view of `source`, or undefined where it would read the same. */
export function normalise(source: View): Normalised | undefined {
  const { text, map, hidden } = new Normaliser(source.text).run();
  if (text === source.text) return undefined;
  const spans = hidden.map((span) => source.toRaw(span.start, span.end));
  return { view: new View('normalised', text, composeMaps(map, source.map)), hidden: spans };
}
