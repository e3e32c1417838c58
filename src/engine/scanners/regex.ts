/** Regex scanners: a person's pattern on a linear-time engine, in every view (DESIGN §8, §9). */
import { PolicyError, type ScannerSnapshot } from '../../core/policy.ts';
import type { Finding, Probe } from '../detectors/detector.ts';
import type { JudgedText } from '../judged-text.ts';
import { withoutRepeats } from './keyword.ts';
import { PatternError, type TranslatedPattern, translatePattern } from './python-regex.ts';
import type { CompiledRegex, RegexEngine } from './regex-engine.ts';

const WORD_CHAR = /[\p{L}\p{N}\p{M}_]/u;
const isWordBefore = (text: string, at: number): boolean => {
  if (at === 0) return false;
  const low = text.charCodeAt(at - 1);
  const from = low >= 0xdc00 && low <= 0xdfff ? at - 2 : at - 1;
  return WORD_CHAR.test(text.slice(Math.max(0, from), at));
};
const isWordAt = (text: string, at: number): boolean =>
  at < text.length && WORD_CHAR.test(String.fromCodePoint(text.codePointAt(at) ?? 32));
/** A word edge as Python's `\b` on text sees it. */
const isEdge = (text: string, at: number): boolean => isWordBefore(text, at) !== isWordAt(text, at);
const isWide = (text: string, at: number): boolean => text.charCodeAt(at) > 127;
const nextToWide = (text: string, at: number): boolean => isWide(text, at) || isWide(text, at - 1);

class RegexProbe implements Probe {
  readonly #category: string;
  readonly #translated: TranslatedPattern;
  readonly #main: CompiledRegex;
  readonly #bare: CompiledRegex | undefined;
  readonly #holdback: number;

  constructor(name: string, translated: TranslatedPattern, engine: RegexEngine, holdback: number) {
    this.#category = name;
    this.#translated = translated;
    this.#main = engine.compile(translated.source);
    this.#bare = translated.withoutEdges === undefined ? undefined : engine.compile(translated.withoutEdges);
    this.#holdback = holdback;
  }

  find(text: JudgedText): readonly Finding[] {
    const findings: Finding[] = [];
    for (const view of text.views) {
      const report = (start: number, end: number): boolean => {
        if (end > start)
          findings.push({ category: this.#category, ...view.toRaw(start, end), confidence: 1 });
        return true;
      };
      this.#search(view.text, report);
    }
    return withoutRepeats(findings);
  }

  /** RE2 takes letters beyond ASCII for no word characters: matches beside them are checked here. */
  #search(text: string, report: (start: number, end: number) => boolean): void {
    const { edgeBefore, edgeAfter } = this.#translated;
    this.#main.each(text, (start, end) => {
      if (edgeBefore && !isEdge(text, start)) return true;
      if (edgeAfter && !isEdge(text, end)) return true;
      return report(start, end);
    });
    this.#bare?.each(text, (start, end) => {
      if (!nextToWide(text, start) && !nextToWide(text, end)) return true;
      return isEdge(text, start) && isEdge(text, end) ? report(start, end) : true;
    });
  }

  openFrom(text: JudgedText): number {
    return Math.max(0, text.raw.length - this.#holdback);
  }
}

/** @throws PolicyError for a pattern that does not compile, is too long, or cannot run in linear time. */
export function compileRegex(
  scanner: ScannerSnapshot,
  path: string,
  engine: RegexEngine,
  holdbackChars: number,
): Probe {
  try {
    return new RegexProbe(scanner.name, translatePattern(scanner.pattern ?? ''), engine, holdbackChars);
  } catch (cause) {
    const reason =
      cause instanceof PatternError || cause instanceof Error ? cause.message : 'does not compile';
    throw new PolicyError(`${path}.pattern`, reason, { cause });
  }
}
