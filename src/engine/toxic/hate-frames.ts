/** Finds hate by how it is put together: a group of people,
    and beside it in the sentence what is said of it. */
import type { Finding } from '../detectors/detector.ts';
import type { JudgedText } from '../judged-text.ts';
import { SEEN } from '../views/census.ts';
import type { Span, View } from '../views/view.ts';
import { WordIndex } from '../views/word-index.ts';
import { ENGLISH } from './hate-english.ts';
import { DUTCH, GERMAN } from './hate-german.ts';
import type { HateLanguage } from './hate-language.ts';
import { MALAY } from './hate-malay.ts';
import { FRENCH, ITALIAN, PORTUGUESE, SPANISH } from './hate-romance.ts';
import { ARABIC, CHINESE, HINDI, TAMIL } from './hate-scripts.ts';

const LEFT_CHARS = 90;
const RIGHT_CHARS = 110;
/** What tells that a claim is somebody else's, or wrong, stands no farther off. */
const AROUND_CHARS = 140;
const END_SIGNS = '.!?;\n\0。！？；।؟';
const ENDS = new RegExp(`[${END_SIGNS}]`);
const isEnd = (char: string): boolean => END_SIGNS.includes(char);
const QUOTES = /["“”„«»「」『』]|(?<![a-z])'|'(?![a-z])/g;
/** So far after a group a word may stand for it. */
const LATER_CHARS = 110;
/** No name of a group is longer. */
const GROUP_CHARS = 48;
const CONFIDENCE = 0.85;

const LANGUAGES: readonly HateLanguage[] = [
  ENGLISH,
  GERMAN,
  DUTCH,
  FRENCH,
  SPANISH,
  PORTUGUESE,
  ITALIAN,
  MALAY,
  CHINESE,
  TAMIL,
  ARABIC,
  HINDI,
];

export class HateFrames {
  readonly #languages: readonly HateLanguage[];
  readonly #byWord: WordIndex;
  readonly #wordless: readonly HateLanguage[];

  constructor(languages: readonly HateLanguage[] = LANGUAGES) {
    this.#wordless = languages.filter(({ words }) => words === undefined);
    this.#languages = languages;
    this.#byWord = new WordIndex(
      languages.flatMap(({ words }, at) =>
        (words ?? []).flatMap(withFigures).map((word): [string, number] => [word, at]),
      ),
    );
  }

  /** Each claim that is told as the writer's own. Linear: what is looked at around a group is bounded. */
  find(text: JudgedText): readonly Finding[] {
    const findings = new Map<string, Finding>();
    for (const view of text.views) {
      this.#eachGroup(view, 0, (language, start, end) => {
        if (!isHated(view.lower, language, start, end)) return;
        const span = view.toRaw(start, end);
        findings.set(`${span.start} ${span.end}`, { category: 'hate', ...span, confidence: CONFIDENCE });
      });
    }
    return [...findings.values()];
  }

  /**
   * Raw spans in which a group is spoken for: nobody's claim but one that is denied, told or denounced. What
   * a trained head takes for hate there, from the words alone, is none.
   */
  defended(text: JudgedText): readonly Span[] {
    const spans: Span[] = [];
    const view = text.plain;
    this.#eachGroup(view, 0, (language, start, end) => {
      if (isHated(view.lower, language, start, end) || !isDefended(view.lower, language, start, end)) return;
      spans.push(view.toRaw(start, Math.min(view.text.length, end + AROUND_CHARS)));
    });
    return spans;
  }

  /** The first group about which so little has been said that the claim may still come,
    or be called wrong. */
  openFrom(text: JudgedText): number {
    let open = text.raw.length;
    for (const view of text.views) {
      const from = view.text.length - LATER_CHARS - RIGHT_CHARS - AROUND_CHARS;
      this.#eachGroup(view, from, (_language, start) => {
        open = Math.min(open, view.toRaw(start, start + 1).start);
      });
    }
    return open;
  }

  #eachGroup(
    view: View,
    from: number,
    visit: (language: HateLanguage, start: number, end: number) => void,
  ): void {
    const text = view.lower;
    this.#byWord.each(view.words, from, (at, start) => {
      const language = this.#languages[at];
      if (language === undefined) return;
      language.group.lastIndex = 0;
      if (language.group.test(unfigured(text.slice(start, start + GROUP_CHARS))))
        visit(language, start, start + language.group.lastIndex);
    });
    if ((view.census.seen & SEEN.wide) === 0) return;
    for (const language of this.#wordless) {
      for (const match of text.slice(Math.max(0, from)).matchAll(language.group)) {
        const start = Math.max(0, from) + match.index;
        visit(language, start, start + match[0].length);
      }
    }
  }
}

/** Whether the writer's own claim stands at the group, or at a word that stands for it in what follows. */
function isHated(text: string, language: HateLanguage, start: number, end: number): boolean {
  if (isClaimed(text, language, start, end)) return true;
  if (language.they === undefined) return false;
  for (const match of text.slice(end, end + LATER_CHARS).matchAll(language.they)) {
    const at = end + match.index;
    if (isClaimed(text, language, at, at + match[0].length)) return true;
  }
  return false;
}

function isClaimed(text: string, language: HateLanguage, start: number, end: number): boolean {
  const claim = claimAt(text, language, start, end);
  return claim !== undefined && !isAnothers(text, language, claim);
}

const FIGURES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
};
const FIGURE = /(?<=[a-z])[01345@$](?=[a-z01345@$])/g;
/** Figures inside words as the letters that they stand for; as long as before. */
const unfigured = (text: string): string => text.replace(FIGURE, (sign) => FIGURES[sign] ?? sign);
/** A word, and the same with figures for one of its letters, but the first. */
const withFigures = (word: string): readonly string[] => [
  word,
  ...Object.entries(FIGURES).flatMap(([figure, letter]) => {
    const written = word.charAt(0) + word.slice(1).replaceAll(letter, figure);
    return /^\w+$/.test(figure) && written !== word ? [written] : [];
  }),
];

/** What stands before `at` in its sentence. */
function leftOf(text: string, at: number): string {
  const left = text.slice(Math.max(0, at - LEFT_CHARS), at);
  let from = left.length;
  while (from > 0 && !isEnd(left.charAt(from - 1))) from--;
  return left.slice(from);
}

function rightOf(text: string, at: number): string {
  const right = text.slice(at, at + RIGHT_CHARS);
  const end = right.search(ENDS);
  return end < 0 ? right : right.slice(0, end + 1);
}

function claimAt(text: string, language: HateLanguage, start: number, end: number): Span | undefined {
  const left = unfigured(leftOf(text, start));
  if (language.spared.test(left)) return undefined;
  const right = unfigured(rightOf(text, end));
  const after = language.after.exec(right);
  if (after !== null) return { start, end: end + after[0].length };
  const before = language.before.exec(left);
  if (before !== null) return { start: start - left.length + before.index, end };
  const wish = language.wish?.exec(left);
  if (wish === null || wish === undefined) return undefined;
  const harm = language.harm?.exec(right);
  return harm ? { start: start - left.length + wish.index, end: end + harm[0].length } : undefined;
}

/** Whether a group stands in a sentence that denies, tells or denounces what is said of it. */
function isDefended(text: string, language: HateLanguage, start: number, end: number): boolean {
  return language.spared.test(leftOf(text, start)) || isAnothers(text, language, { start, end });
}

/** Quoted or told as what others say, and called wrong before or after. */
function isAnothers(text: string, { reported, denounced }: HateLanguage, { start, end }: Span): boolean {
  const left = text.slice(Math.max(0, start - AROUND_CHARS), start);
  const right = text.slice(end, end + AROUND_CHARS);
  const told = reported.test(left);
  const quotes = left.match(QUOTES)?.length ?? 0;
  if (quotes % 2 === 1 && right.search(QUOTES) >= 0) return told || denounced.test(right);
  return told && (denounced.test(right) || denounced.test(left));
}
