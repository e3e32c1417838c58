/** Runs the injection rules over a reading: each only where its words and literals stand in the text. */
import { signOf } from '../views/signs.ts';
import { WordIndex } from '../views/word-index.ts';
import { INJECTION_GATE, INJECTION_RULES } from './injection-rules.ts';
import { leadWords } from './lead-words.ts';
import type { Reading } from './readings.ts';
import type { InjectionRule } from './rule.ts';
import type { RuleHit } from './score.ts';
import { isTalkedAbout } from './talked-about.ts';

const HITS_PER_RULE_MAX = 32;

interface Runner {
  readonly rule: InjectionRule;
  /** Numbers of its groups in the gate, and of its literals. */
  readonly groups: readonly number[];
  readonly signs: readonly number[] | undefined;
  /** Words with which each match begins. */
  readonly leads: readonly string[] | undefined;
  /** Sticky where its matches begin with leads, else global. */
  readonly pattern: RegExp;
}

const RUNNERS: readonly Runner[] = INJECTION_RULES.map((rule) => {
  const { source } = rule.pattern;
  const leads = leadWords(source);
  return {
    rule,
    groups: rule.needs.map((group) => INJECTION_GATE.indexOf(group)),
    signs: rule.literals?.map(signOf),
    leads,
    pattern: leads === undefined ? rule.pattern : new RegExp(source, 'y'),
  };
});
const LED = new WordIndex(
  RUNNERS.flatMap(({ leads }, at) => (leads ?? []).map((word): [string, number] => [word, at])),
);
/** Those that may begin anywhere. */
const UNLED = [...RUNNERS.keys()].filter((at) => RUNNERS[at]?.leads === undefined);

const mayMatch = ({ groups, signs }: Runner, { view, presence }: Reading): boolean =>
  groups.every((group) => presence.groups[group] === 1) &&
  (signs === undefined || signs.some((sign) => view.signs.has(sign)));

/** How far a rule has come in a reading. */
interface Progress {
  readonly doneTo: number;
  readonly count: number;
}
const START: Progress = { doneTo: 0, count: 0 };

/** The hits of one reading, rule by rule and in order, without overlap of its own. Linear. */
export function runRules(reading: Reading): readonly RuleHit[] {
  const { view } = reading;
  const text = view.lower;
  const found: { readonly index: number; readonly hit: RuleHit }[] = [];
  const note = (index: number, { rule }: Runner, start: number, end: number): void => {
    if (!isTalkedAbout(text, start, end)) found.push({ index, hit: { rule, ...view.toRaw(start, end) } });
  };
  for (const index of UNLED) {
    const runner = RUNNERS[index];
    if (runner !== undefined && mayMatch(runner, reading))
      runAnywhere(runner, text, (start, end) => note(index, runner, start, end));
  }
  /** 1: may match, 2: cannot. */
  const asked = new Uint8Array(RUNNERS.length);
  const progress = new Map<number, Progress>();
  LED.eachPart(view.words, (index, at) => {
    const runner = RUNNERS[index];
    if (runner === undefined || asked[index] === 2) return;
    if (asked[index] === 0) asked[index] = mayMatch(runner, reading) ? 1 : 2;
    const { doneTo, count } = progress.get(index) ?? START;
    if (asked[index] === 2 || at < doneTo || count === HITS_PER_RULE_MAX) return;
    const { pattern } = runner;
    pattern.lastIndex = at;
    if (!pattern.test(text)) return;
    const end = pattern.lastIndex;
    progress.set(index, { doneTo: end, count: count + 1 });
    note(index, runner, at, end);
  });
  return found.sort((a, b) => a.index - b.index).map(({ hit }) => hit);
}

function runAnywhere({ pattern }: Runner, text: string, found: (start: number, end: number) => void): void {
  pattern.lastIndex = 0;
  for (let count = 0; count < HITS_PER_RULE_MAX; count++) {
    const match = pattern.exec(text);
    if (match === null || match[0] === '') break;
    found(match.index, pattern.lastIndex);
  }
}
