/** Rules of phrases that add up within a sentence: a strong one decides alone, weaker ones together. */
import type { JudgedText } from '../judged-text.ts';
import type { Span } from '../views/view.ts';
import { type AnchoredRule, AnchoredRules } from './anchored-rules.ts';

export interface PhraseRule extends AnchoredRule {
  /** What a finding is called; rules of the same category add up. */
  readonly category: string;
  /** Phrases of the same role count once. */
  readonly role: string;
  readonly weight: number;
}

export interface PhraseFinding extends Span {
  readonly category: string;
  readonly score: number;
}

const THRESHOLD = 1;
const SENTENCE_CHARS = 280;
/** Between two sentences, or two items of a list; never crossed by adding up. */
export const SENTENCE_END =
  /[.!?;]["')\]]{0,2}\s|\n\s{0,8}\n|\n\s{0,12}(?:[-*+•☐✓→|#>"{}[\]]|\d{1,2}[.)]\s)|\0/;

interface Hit extends Span {
  readonly rule: PhraseRule;
  readonly at: number;
}

export class PhraseRules {
  readonly #rules: AnchoredRules<PhraseRule>;

  constructor(rules: readonly PhraseRule[], reach: number) {
    this.#rules = new AnchoredRules(rules, reach);
  }

  /** Each phrase with which a sentence reaches the threshold, and each one after it. Linear. */
  find(text: JudgedText): readonly PhraseFinding[] {
    const findings = new Map<string, PhraseFinding>();
    for (const view of text.views) {
      const hits: Hit[] = [];
      this.#rules.find(view, (rule, start, end) => hits.push({ rule, at: start, ...view.toRaw(start, end) }));
      if (hits.length === 0) continue;
      hits.sort((a, b) => a.at - b.at);
      for (const [i, hit] of hits.entries()) {
        const score = scoreAt(view.lower, hits, i);
        if (score < THRESHOLD) continue;
        const { category } = hit.rule;
        findings.set(`${hit.start} ${hit.end} ${category}`, {
          category,
          start: hit.start,
          end: hit.end,
          score,
        });
      }
    }
    return [...findings.values()];
  }

  openFrom(text: JudgedText): number {
    return this.#rules.openFrom(text);
  }
}

/** The weights of different roles in the sentence up to the `i`th hit. */
function scoreAt(text: string, hits: readonly Hit[], i: number): number {
  const last = hits[i];
  if (last === undefined) return 0;
  const byRole = new Map<string, number>();
  let sum = 0;
  for (let j = i; j >= 0; j--) {
    const hit = hits[j];
    if (hit === undefined || last.at - hit.at > SENTENCE_CHARS) break;
    if (hit.rule.category !== last.rule.category) continue;
    const known = byRole.get(hit.rule.role) ?? 0;
    if (hit.rule.weight <= known) continue;
    if (j < i && SENTENCE_END.test(text.slice(hit.at, last.at))) break;
    sum += hit.rule.weight - known;
    byRole.set(hit.rule.role, hit.rule.weight);
    if (sum >= 2) break;
  }
  return sum;
}

/** Rows of one category and role: the phrase begins with one of the words. */
export function phrases(
  category: string,
  role: string,
  rows: readonly (readonly [weight: number, words: string, rest?: string])[],
): readonly PhraseRule[] {
  return rows.map(([weight, words, rest], index) => {
    const heads = words.split(' ');
    const source = `(?:${heads.join('|')})${rest ?? '\\b'}`;
    return {
      id: `${category}-${role}-${index + 1}`,
      category,
      role,
      weight,
      words: heads,
      pattern: new RegExp(source, 'y'),
    };
  });
}
