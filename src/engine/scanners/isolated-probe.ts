/** Regex scanners beyond RE2: patterns that run in a thread of their own with a deadline (THREATS P1, P2). */
import type { IsolatedPattern, IsolatedRegex } from '../../core/isolated-regex.ts';
import type { Finding, Probe } from '../detectors/detector.ts';
import type { JudgedText } from '../judged-text.ts';
import { withoutRepeats } from './keyword.ts';
import { PatternError } from './python-pattern.ts';

/** True where the pattern is ECMAScript; it is not run. */
export function isScript(pattern: IsolatedPattern): boolean {
  try {
    return new RegExp(pattern.source, 'iv').flags !== '';
  } catch {
    return false;
  }
}

export class IsolatedProbe implements Probe {
  readonly #category: string;
  readonly #pattern: IsolatedPattern;
  readonly #tool: IsolatedRegex;
  readonly #holdback: number;

  /** @throws PatternError for what does not compile, and for what would fire on everything */
  constructor(name: string, pattern: IsolatedPattern, tool: IsolatedRegex, holdback: number) {
    if (!isScript(pattern)) throw new PatternError('the pattern does not compile');
    // On an empty text no engine can run long.
    if (new RegExp(pattern.source, 'iv').test(''))
      throw new PatternError('the pattern matches an empty text, so it would fire on everything');
    this.#category = name;
    this.#pattern = pattern;
    this.#tool = tool;
    this.#holdback = holdback;
  }

  find(): readonly Finding[] {
    return [];
  }

  async findApart(text: JudgedText): Promise<readonly Finding[]> {
    const { views } = text;
    const found = await this.#tool.find(
      this.#pattern,
      views.map((view) => view.text),
    );
    const findings: Finding[] = [];
    for (const [i, view] of views.entries()) {
      const spans = found[i];
      if (spans === undefined) throw new RangeError('a text was not searched');
      for (let at = 0; at < spans.length; at += 2) {
        const [start, end] = [spans[at] ?? 0, spans[at + 1] ?? 0];
        // A pattern of conditions alone matches no character: it is the text that meets them.
        const place = end > start ? view.toRaw(start, end) : { start: 0, end: text.raw.length };
        findings.push({ category: this.#category, ...place, confidence: 1 });
      }
    }
    return withoutRepeats(findings);
  }

  openFrom(text: JudgedText): number {
    return Math.max(0, text.raw.length - this.#holdback);
  }
}
