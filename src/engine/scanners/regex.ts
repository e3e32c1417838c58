/** Regex scanners: a person's pattern, in linear time where it can be, in every view (DESIGN §8, §9). */
import type { IsolatedRegex } from '../../core/isolated-regex.ts';
import { PolicyError, type ScannerSnapshot } from '../../core/policy.ts';
import type { Finding, Probe } from '../detectors/detector.ts';
import type { JudgedText } from '../judged-text.ts';
import { IsolatedProbe, isScript } from './isolated-probe.ts';
import { withoutRepeats } from './keyword.ts';
import { PatternError } from './python-pattern.ts';
import { type TranslatedPattern, translatePattern } from './python-regex.ts';
import type { CompiledRegex, RegexEngine } from './regex-engine.ts';

/** Bounds of one profile (THREATS P1). */
export const REGEXES_MAX = 500;
export const ISOLATED_REGEXES_MAX = 50;
/** Instructions of all compiled patterns together; about 100 bytes each. */
export const COMPILED_SIZE_MAX = 250_000;
/** More matches of one pattern in one view cannot be told: an error finding. */
export const MATCHES_MAX = 50_000;

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

interface LinearPattern {
  readonly translated: TranslatedPattern;
  readonly main: CompiledRegex;
  readonly bare: CompiledRegex | undefined;
}

class RegexProbe implements Probe {
  readonly needs: readonly string[] | undefined;
  readonly #category: string;
  readonly #pattern: LinearPattern;
  readonly #holdback: number;

  constructor(name: string, pattern: LinearPattern, holdback: number) {
    this.#category = name;
    this.#pattern = pattern;
    this.needs = pattern.translated.needs;
    this.#holdback = holdback;
  }

  find(text: JudgedText): readonly Finding[] {
    const findings: Finding[] = [];
    for (const view of text.views) {
      let matches = 0;
      const report = (start: number, end: number): boolean => {
        if (end === start) return true;
        matches += 1;
        if (matches > MATCHES_MAX) throw new RangeError('too many matches');
        findings.push({ category: this.#category, ...view.toRaw(start, end), confidence: 1 });
        return true;
      };
      this.#search(view.text, report);
      const isEnded = this.#pattern.translated.finalNewline && view.text.endsWith('\n');
      if (isEnded) this.#search(view.text.slice(0, -1), report);
    }
    return withoutRepeats(findings);
  }

  /** RE2 takes letters beyond ASCII for no word characters: matches beside them are checked here. */
  #search(text: string, report: (start: number, end: number) => boolean): void {
    const { main, bare, translated } = this.#pattern;
    main.each(text, (start, end) => {
      if (translated.edgeBefore && !isEdge(text, start)) return true;
      if (translated.edgeAfter && !isEdge(text, end)) return true;
      return report(start, end);
    });
    bare?.each(text, (start, end) => {
      if (!nextToWide(text, start) && !nextToWide(text, end)) return true;
      return isEdge(text, start) && isEdge(text, end) ? report(start, end) : true;
    });
  }

  openFrom(text: JudgedText): number {
    return Math.max(0, text.raw.length - this.#holdback);
  }
}

export interface RegexCompilerOptions {
  readonly engine: RegexEngine;
  readonly isolated: IsolatedRegex | undefined;
  /** How far back a match may reach in a growing text, UTF-16 units. */
  readonly holdbackChars: number;
}

/** Compiles the regex scanners of one profile, within the bounds of a profile. */
export class RegexCompiler {
  readonly #options: RegexCompilerOptions;
  #count = 0;
  #isolatedCount = 0;
  #size = 0;

  constructor(options: RegexCompilerOptions) {
    this.#options = options;
  }

  /**
   * @param path of the scanner within its profile
   * @throws PolicyError for a pattern that does not compile, or that is over a bound
   */
  compile(scanner: ScannerSnapshot, path: string): Probe {
    try {
      return this.#compile(scanner);
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      throw new PolicyError(`${path}.pattern`, cause.message, { cause });
    }
  }

  #compile(scanner: ScannerSnapshot): Probe {
    this.#count += 1;
    if (this.#count > REGEXES_MAX)
      throw new PatternError(`a profile has at most ${REGEXES_MAX} regex scanners; join or remove some`);
    const translated = translatePattern(scanner.pattern ?? '');
    const { source } = translated;
    if (source === undefined)
      return this.#isolate(scanner.name, translated, 'look-around or a back-reference');
    const linear = this.#linear(source, translated);
    if (linear instanceof Error) {
      // What both engines refuse is no pattern; what RE2 alone refuses is too large for it.
      if (!isScript(translated.isolated)) throw new PatternError(linear.message, { cause: linear });
      return this.#isolate(scanner.name, translated, 'so many repetitions');
    }
    this.#size += linear.main.size + (linear.bare?.size ?? 0);
    if (this.#size > COMPILED_SIZE_MAX) {
      const advice = 'use smaller repetitions, or spread the scanners over several profiles';
      throw new PatternError(`the compiled patterns of the profile are too large; ${advice}`);
    }
    return new RegexProbe(scanner.name, linear, this.#options.holdbackChars);
  }

  #linear(source: string, translated: TranslatedPattern): LinearPattern | Error {
    const { engine } = this.#options;
    try {
      const bare =
        translated.withoutEdges === undefined ? undefined : engine.compile(translated.withoutEdges);
      return { translated, main: engine.compile(source), bare };
    } catch (cause) {
      return cause instanceof Error ? cause : new Error('does not compile');
    }
  }

  #isolate(name: string, { isolated }: TranslatedPattern, why: string): Probe {
    const { isolated: tool, holdbackChars } = this.#options;
    if (tool === undefined)
      throw new PatternError(`${why} needs an isolated worker, and there is none here; write it without`);
    this.#isolatedCount += 1;
    if (this.#isolatedCount > ISOLATED_REGEXES_MAX) {
      const most = `at most ${ISOLATED_REGEXES_MAX} patterns of a profile`;
      throw new PatternError(`${most} may hold ${why}; write some without`);
    }
    return new IsolatedProbe(name, isolated, tool, holdbackChars);
  }
}
