/** `injection`: curated rules and a trained head over all views, for prompts and tool events. */
import { INJECTION_GATE, INJECTION_RULES } from '../injection/injection-rules.ts';
import { LearnedInjection } from '../injection/learned.ts';
import { type Reading, readingsOf } from '../injection/readings.ts';
import type { InjectionRule } from '../injection/rule.ts';
import { CLUSTER_CHARS, decisiveHits, type RuleHit } from '../injection/score.ts';
import { isTalkedAbout } from '../injection/talked-about.ts';
import type { JudgedText } from '../judged-text.ts';
import { bitsOf, SEEN } from '../views/census.ts';
import type { View } from '../views/view.ts';
import type { Detector, Finding, Graded } from './detector.ts';

const NEEDS: readonly (readonly number[])[] = INJECTION_RULES.map((rule) =>
  rule.needs.map((group) => INJECTION_GATE.indexOf(group)),
);
/** Literals with the signs that a text must hold to hold them. */
const LITERALS = INJECTION_RULES.map((rule) => rule.literals?.map((text) => ({ text, bits: bitsOf(text) })));
const ALL_LITERALS = new Set(INJECTION_RULES.flatMap((rule) => rule.literals ?? []));
const isWide = (text: string): boolean => (bitsOf(text) & SEEN.wide) !== 0;
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const anyOf = (literals: readonly string[]): RegExp =>
  new RegExp(literals.map((text) => escaped(text)).join('|'));
/** One pass that tells for most texts that none of the literals is there; the second for ASCII alone. */
const ANY_LITERAL = anyOf([...ALL_LITERALS]);
const ANY_ASCII_LITERAL = anyOf([...ALL_LITERALS].filter((text) => !isWide(text)));
const HITS_PER_RULE_MAX = 32;
/** A message in invisible characters: fewer may be an accident of copying. */
const HIDDEN_UNITS_MIN = 6;
/** The longest that a rule may reach. */
const RULE_CHARS_MAX = 512;

function runRule(rule: InjectionRule, view: View, hits: RuleHit[]): void {
  const text = view.lower;
  const { pattern } = rule;
  pattern.lastIndex = 0;
  for (let count = 0; count < HITS_PER_RULE_MAX; count++) {
    const match = pattern.exec(text);
    if (match === null) break;
    const end = match.index + match[0].length;
    if (end === match.index) break;
    if (!isTalkedAbout(text, match.index, end)) hits.push({ rule, ...view.toRaw(match.index, end) });
  }
}

interface Present {
  readonly groups: Uint8Array;
  /** Kinds of signs in the text. */
  readonly seen: number;
  readonly anyLiteral: boolean;
}

function isGated(index: number, { groups, seen, anyLiteral }: Present, text: string): boolean {
  for (const at of NEEDS[index] ?? []) if (groups[at] === 0) return true;
  const literals = LITERALS[index];
  if (literals === undefined) return false;
  if (!anyLiteral) return true;
  for (const literal of literals) {
    if ((seen & literal.bits) === literal.bits && text.includes(literal.text)) return false;
  }
  return true;
}

function readByRules({ view, presence }: Reading, hits: RuleHit[]): void {
  const text = view.lower;
  const { seen } = view.census;
  const anyLiteral = ((seen & SEEN.wide) === 0 ? ANY_ASCII_LITERAL : ANY_LITERAL).test(text);
  const present = { groups: presence.groups, seen, anyLiteral };
  for (let i = 0; i < INJECTION_RULES.length; i++) {
    const rule = INJECTION_RULES[i];
    if (rule !== undefined && !isGated(i, present, text)) runRule(rule, view, hits);
  }
}

function find(
  text: JudgedText,
  learned: LearnedInjection | undefined,
  readings: readonly Reading[] = readingsOf(text, INJECTION_GATE),
  threshold = learned?.threshold ?? 0,
): readonly Finding[] {
  const hits: RuleHit[] = [];
  const byModel: Finding[] = [];
  for (const reading of readings) {
    readByRules(reading, hits);
    if (learned !== undefined) byModel.push(...learned.find(reading.view, threshold));
  }
  const findings = decisiveHits(hits).map(
    ({ rule, start, end }): Finding => ({
      category: rule.family,
      start,
      end,
      confidence: Math.min(0.99, rule.weight),
    }),
  );
  findings.push(...byModel.filter(isApart(findings)));
  for (const { start, end } of text.hidden) {
    if (end - start >= HIDDEN_UNITS_MIN)
      findings.push({ category: 'hidden-characters', start, end, confidence: 0.99 });
  }
  return findings;
}

/** What a rule has found already is not told twice. */
const isApart =
  (known: readonly Finding[]) =>
  ({ start, end }: Finding): boolean =>
    !known.some((finding) => finding.start < end && finding.end > start);

/** For a second stage, which looks at the same readings several times. */
function gradedBy(learned: LearnedInjection): Graded {
  const known = new WeakMap<JudgedText, readonly Reading[]>();
  const readings = (text: JudgedText): readonly Reading[] => {
    const made = known.get(text) ?? readingsOf(text, INJECTION_GATE);
    known.set(text, made);
    return made;
  };
  return {
    threshold: learned.thresholdGrade,
    find: (text, from) => find(text, learned, readings(text), learned.scoreAt(from)),
    doubts: (text, from, to) => readings(text).flatMap(({ view }) => learned.doubts(view, from, to)),
  };
}

export const injectionDetector: Detector = {
  flag: 'injection',
  surfaces: ['prompt', 'tool'],
  prepare: (_profile, models) => {
    const learned = models === undefined ? undefined : new LearnedInjection(models.text);
    return {
      find: (text) => find(text, learned),
      openFrom: (text) => Math.max(0, text.raw.length - CLUSTER_CHARS - RULE_CHARS_MAX),
      ...(learned === undefined ? {} : { graded: gradedBy(learned) }),
    };
  },
};
