/** Keyword scanners: a person's words, found in every view, whatever their case (DESIGN §9). */
import { PolicyError, type ScannerSnapshot } from '../../core/policy.ts';
import type { Finding, Probe } from '../detectors/detector.ts';
import type { JudgedText } from '../judged-text.ts';
import { normalise } from '../views/normalise.ts';
import { readsBetter, rot13 } from '../views/rot13.ts';
import { View } from '../views/view.ts';

const WORDS_MAX = 10_000;
const WORD_CHARS_MAX = 1024;
/** White space between the words of one keyword. */
const GAP_CHARS_MAX = 16;
/** Text around a rot13 match that decides whether the text is written in rot13. */
const ROT13_LEFT_CHARS = 60;
const ROT13_RIGHT_CHARS = 40;

/** Scripts that part words by spaces; an edge in any other needs no word edge. */
const SPACED = new RegExp(
  String.raw`[\p{Nd}_\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{` +
    String.raw`Script=Georgian}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=` +
    String.raw`Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Tamil}\p{Script=Telugu}\p{` +
    String.raw`Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Hangul}\p{Script=` +
    String.raw`Ethiopic}\p{Script=Cherokee}]`,
  'u',
);
const WORD_CHAR = /[\p{L}\p{N}\p{M}_]/u;
const SPACE = /\s/;

interface Keyword {
  /** As it is configured. */
  readonly word: string;
  readonly parts: readonly string[];
  readonly edgeBefore: boolean;
  readonly edgeAfter: boolean;
}

const foldWord = (word: string): string => {
  const view = new View('raw', word, undefined);
  return (normalise(view)?.view ?? view).lower;
};

const lastChar = (text: string): string => {
  const low = text.charCodeAt(text.length - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(-2) : text.slice(-1);
};
const charAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 32);

function toKeyword(word: string, folded: string): Keyword {
  return {
    word,
    parts: folded.split(/\s+/).filter((part) => part !== ''),
    edgeBefore: SPACED.test(charAt(folded, 0)),
    edgeAfter: SPACED.test(lastChar(folded)),
  };
}

interface FoldedWord {
  readonly word: string;
  readonly folded: string;
}

function readWords(scanner: ScannerSnapshot, path: string): readonly FoldedWord[] {
  const words = scanner.words ?? [];
  if (words.length === 0) throw new PolicyError(`${path}.words`, 'a keyword scanner needs at least one word');
  if (words.length > WORDS_MAX) throw new PolicyError(`${path}.words`, `more than ${WORDS_MAX} words`);
  return words.map((word, i) => {
    const folded = foldWord(word).trim();
    if (folded === '') throw new PolicyError(`${path}.words[${i}]`, 'a word must not be empty');
    if (folded.length > WORD_CHARS_MAX) throw new PolicyError(`${path}.words[${i}]`, 'a word is too long');
    return { word, folded };
  });
}

/** End of the keyword that begins at `at`, or -1. */
function matchAt(text: string, at: number, keyword: Keyword): number {
  let end = at;
  for (const [i, part] of keyword.parts.entries()) {
    if (i > 0) {
      let gap = 0;
      while (gap < GAP_CHARS_MAX && SPACE.test(text.charAt(end + gap))) gap++;
      if (gap === 0) return -1;
      end += gap;
    }
    if (!text.startsWith(part, end)) return -1;
    end += part.length;
  }
  if (keyword.edgeBefore && at > 0 && WORD_CHAR.test(lastChar(text.slice(Math.max(0, at - 2), at))))
    return -1;
  if (keyword.edgeAfter && end < text.length && WORD_CHAR.test(charAt(text, end))) return -1;
  return end;
}

type Report = (start: number, end: number) => void;

function eachMatch(text: string, keyword: Keyword, report: Report): void {
  const first = keyword.parts[0] ?? '';
  for (let at = text.indexOf(first); at >= 0; ) {
    const end = matchAt(text, at, keyword);
    if (end >= 0) report(at, end);
    at = text.indexOf(first, end > at ? end : at + 1);
  }
}

/** The longest of its parts, as it stands in a view. */
const longestPart = ({ parts }: Keyword): string =>
  parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');

class KeywordProbe implements Probe {
  readonly needs: readonly string[];
  readonly #keywords: readonly Keyword[];
  readonly #turned: readonly Keyword[];
  readonly #reach: number;
  readonly #category: string;

  constructor(name: string, words: readonly FoldedWord[]) {
    this.#category = name;
    this.#keywords = words.map(({ word, folded }) => toKeyword(word, folded));
    this.#turned = words
      .filter(({ folded }) => /^[a-z][a-z\s]{3,}$/.test(folded))
      .map(({ word, folded }) => toKeyword(word, rot13(folded)));
    this.needs = [...this.#keywords, ...this.#turned].map(longestPart);
    const longest = words.map(
      ({ folded }) => folded.length + (folded.split(/\s+/).length - 1) * GAP_CHARS_MAX,
    );
    this.#reach = longest.reduce((a, b) => Math.max(a, b), 0);
  }

  find(text: JudgedText): readonly Finding[] {
    const findings: Finding[] = [];
    for (const view of text.views) {
      const report = ({ word }: Keyword, start: number, end: number): void => {
        findings.push({ category: this.#category, word, ...view.toRaw(start, end), confidence: 1 });
      };
      for (const keyword of this.#keywords) {
        eachMatch(view.lower, keyword, (start, end) => report(keyword, start, end));
      }
      for (const keyword of this.#turned) {
        eachMatch(view.lower, keyword, (start, end) => {
          const around = view.lower.slice(Math.max(0, start - ROT13_LEFT_CHARS), end + ROT13_RIGHT_CHARS);
          if (readsBetter(around, 'turned')) report(keyword, start, end);
        });
      }
    }
    return withoutRepeats(findings);
  }

  findOpaque(text: JudgedText): readonly Finding[] {
    return this.find(text);
  }

  openFrom(text: JudgedText): number {
    let open = text.raw.length;
    for (const view of text.views) {
      if (view.kind === 'decoded') continue;
      const length = view.text.length;
      if (length === 0) continue;
      const from = Math.max(0, length - this.#reach);
      open = Math.min(open, from >= length ? text.raw.length : view.toRaw(from, from + 1).start);
      open = Math.min(open, this.#turnedOpenFrom(view));
    }
    return open;
  }

  /** A rot13 match is judged by the text around it, which may still come. */
  #turnedOpenFrom(view: View): number {
    const from = Math.max(0, view.text.length - this.#reach - ROT13_RIGHT_CHARS);
    const tail = view.lower.slice(from);
    let open = Number.MAX_SAFE_INTEGER;
    for (const keyword of this.#turned) {
      eachMatch(tail, keyword, (start, end) => {
        open = Math.min(open, view.toRaw(from + start, from + end).start);
      });
    }
    return open;
  }
}

/** Views often read the same place the same way. */
export function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings;
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = `${finding.start} ${finding.end} ${finding.category}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** @throws PolicyError for no words, too many, or one that nothing is left of. */
export function compileKeywords(scanner: ScannerSnapshot, path: string): Probe {
  return new KeywordProbe(scanner.name, readWords(scanner, path));
}
