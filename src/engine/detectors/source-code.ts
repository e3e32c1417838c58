/** `source_code`: lines of program text, with their language, by structure alone. Shown where it is on. */
import { LINE_RULES } from '../code/line-rules.ts';
import type { JudgedText } from '../judged-text.ts';
import type { Detector, Finding } from './detector.ts';

/** Lines so far back count towards a line, and so many of them. */
const REACH_CHARS = 400;
const REACH_LINES = 8;
/** From this weight on, one of it of a language, lines are code. */
const THRESHOLD = 2;
const LANGUAGE_MIN = 1;
/** A longer line is judged by its beginning. */
const LINE_CHARS_MAX = 300;
/** Signs without which a line is prose. */
const TELLING = /[(){}[\];=<>:#$@/*]|^(?:import|package|end|fi|done|then|from|FROM|WHERE|GROUP|ORDER)\b/;

interface Line {
  readonly start: number;
  readonly end: number;
  readonly weights: ReadonlyMap<string, number>;
}
const ANY = '';

function weigh(line: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  if (!TELLING.test(line)) return weights;
  for (const { language = ANY, weight, pattern } of LINE_RULES) {
    if (pattern.test(line)) weights.set(language, Math.max(weights.get(language) ?? 0, weight));
  }
  return weights;
}

/** The language in which the last of the lines is code, or undefined. */
function languageOf(
  lines: readonly Line[],
): { readonly language: string; readonly score: number } | undefined {
  const sums = new Map<string, number>();
  for (const { weights } of lines) {
    for (const [language, weight] of weights) sums.set(language, (sums.get(language) ?? 0) + weight);
  }
  const shared = sums.get(ANY) ?? 0;
  sums.delete(ANY);
  const [best] = [...sums].sort(([, a], [, b]) => b - a);
  if (best === undefined || best[1] < LANGUAGE_MIN || best[1] + shared < THRESHOLD) return undefined;
  return { language: best[0], score: best[1] + shared };
}

function find(text: JudgedText): readonly Finding[] {
  const view = text.plain;
  const findings: Finding[] = [];
  const near: Line[] = [];
  for (let from = 0; from < view.text.length; ) {
    const newline = view.text.indexOf('\n', from);
    const to = newline < 0 ? view.text.length : newline;
    const whole = view.text.slice(from, Math.min(to, from + LINE_CHARS_MAX));
    const line = whole.trim();
    const start = from + whole.indexOf(line);
    from = to + 1;
    if (line === '') continue;
    const weights = weigh(line);
    near.push({ start, end: start + line.length, weights });
    while (near.length > REACH_LINES || start - (near[0]?.start ?? start) > REACH_CHARS) near.shift();
    const found = weights.size === 0 ? undefined : languageOf(near);
    if (found === undefined) continue;
    const confidence = Math.min(0.99, 0.5 + found.score / 10);
    findings.push({ category: found.language, ...view.toRaw(start, start + line.length), confidence });
  }
  return findings;
}

/** A line is judged when it has ended. */
function openFrom(text: JudgedText): number {
  const view = text.plain;
  const start = view.text.lastIndexOf('\n') + 1;
  return start >= view.text.length ? text.raw.length : view.toRaw(start, start + 1).start;
}

export const sourceCodeDetector: Detector = {
  flag: 'source_code',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: () => ({ find, openFrom }),
};
