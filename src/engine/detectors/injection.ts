/** `injection`: curated rules over all views, weighed together, for prompts and tool events. */
import { collapsedView, leetView, reversedView, rot13View, squeezedView } from '../injection/disguises.ts';
import type { InjectionRule } from '../injection/rule.ts';
import { COMMAND_RULES } from '../injection/rules-commands.ts';
import { COMPLETION_RULES } from '../injection/rules-completion.ts';
import { EXTRACTION_RULES } from '../injection/rules-extraction.ts';
import { HIDDEN_RULES } from '../injection/rules-hidden.ts';
import { JAILBREAK_RULES } from '../injection/rules-jailbreak.ts';
import { LANGUAGE_RULES } from '../injection/rules-languages.ts';
import { LIMIT_RULES } from '../injection/rules-limits.ts';
import { OVERRIDE_RULES } from '../injection/rules-override.ts';
import { STRUCTURE_RULES } from '../injection/rules-structure.ts';
import { CLUSTER_CHARS, decisiveHits, type RuleHit } from '../injection/score.ts';
import { isTalkedAbout } from '../injection/talked-about.ts';
import { WordGate } from '../injection/word-gate.ts';
import type { JudgedText } from '../judged-text.ts';
import { bitsOf, SEEN } from '../views/census.ts';
import type { View } from '../views/view.ts';
import type { Detector, Finding } from './detector.ts';

export const INJECTION_RULES: readonly InjectionRule[] = [
  ...OVERRIDE_RULES,
  ...LIMIT_RULES,
  ...COMMAND_RULES,
  ...COMPLETION_RULES,
  ...EXTRACTION_RULES,
  ...JAILBREAK_RULES,
  ...STRUCTURE_RULES,
  ...HIDDEN_RULES,
  ...LANGUAGE_RULES,
];

/** Words that in honest text are never turned by thirteen nor written backwards. */
const TELLING =
  'ignore instructions previous system prompt reveal disregard password above secret forget rules'.split(' ');
const GATE = new WordGate(
  INJECTION_RULES.flatMap((rule) => rule.needs),
  TELLING,
);
const NEEDS: readonly (readonly number[])[] = INJECTION_RULES.map((rule) =>
  rule.needs.map((group) => GATE.indexOf(group)),
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

function readView(view: View, hits: RuleHit[]): { readonly turned: number; readonly reversed: number } {
  const text = view.lower;
  const presence = GATE.read(view.words);
  const { seen } = view.census;
  const anyLiteral = ((seen & SEEN.wide) === 0 ? ANY_ASCII_LITERAL : ANY_LITERAL).test(text);
  const present = { groups: presence.groups, seen, anyLiteral };
  for (let i = 0; i < INJECTION_RULES.length; i++) {
    const rule = INJECTION_RULES[i];
    if (rule !== undefined && !isGated(i, present, text)) runRule(rule, view, hits);
  }
  return presence;
}

/** The raw text is left out where a normalised one says the same without its tricks. */
const viewsOf = (text: JudgedText): readonly View[] =>
  text.plain === text.base ? text.views : text.views.filter((view) => view !== text.base);

function find(text: JudgedText): readonly Finding[] {
  const hits: RuleHit[] = [];
  for (const given of viewsOf(text)) {
    const view = collapsedView(given);
    const { turned, reversed } = readView(view, hits);
    if (turned >= 2) readView(rot13View(view), hits);
    if (reversed >= 2) readView(reversedView(view), hits);
    for (const disguise of [leetView(view), squeezedView(view)]) {
      if (disguise !== undefined) readView(disguise, hits);
    }
  }
  const findings = decisiveHits(hits).map(
    ({ rule, start, end }): Finding => ({
      category: rule.family,
      start,
      end,
      confidence: Math.min(0.99, rule.weight),
    }),
  );
  for (const { start, end } of text.hidden) {
    if (end - start >= HIDDEN_UNITS_MIN)
      findings.push({ category: 'hidden-characters', start, end, confidence: 0.99 });
  }
  return findings;
}

export const injectionDetector: Detector = {
  flag: 'injection',
  surfaces: ['prompt', 'tool'],
  prepare: () => ({
    find,
    openFrom: (text) => Math.max(0, text.raw.length - CLUSTER_CHARS - RULE_CHARS_MAX),
  }),
};
