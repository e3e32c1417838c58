/** Runs the injection rules over a reading: each only where its words and literals stand in the text. */
import { signOf } from '../views/signs.ts';
import { WordIndex } from '../views/word-index.ts';
import { INJECTION_GATE, INJECTION_RULES } from './injection-rules.ts';
import { leadWords } from './lead-words.ts';
import { letterBody } from './letters.ts';
import type { Reading } from './readings.ts';
import type { InjectionRule } from './rule.ts';
import type { RuleHit } from './score.ts';
import { isTalkedAbout } from './talked-about.ts';
import { hasGroup } from './word-gate.ts';

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
/** Of those that may begin anywhere: which begin at a literal, by its number, and the others. */
const BY_SIGN = new Map<number, number[]>();
const SIGNLESS: number[] = [];
for (const [at, { leads, signs }] of RUNNERS.entries()) {
  if (leads !== undefined) continue;
  if (signs === undefined) SIGNLESS.push(at);
  for (const sign of signs ?? []) BY_SIGN.set(sign, [...(BY_SIGN.get(sign) ?? []), at]);
}

/** Those that look for more in letters. */
const IN_LETTERS = [...RUNNERS.entries()].filter(([, { rule }]) => rule.inLetter ?? rule.inMail);

function mayMatch({ groups, signs }: Runner, { view, presence }: Reading): boolean {
  for (const group of groups) if (!hasGroup(presence, group)) return false;
  return signs === undefined || signs.some((sign) => view.signs.has(sign));
}

/** How far a rule has come in a reading. */
interface Progress {
  readonly doneTo: number;
  readonly count: number;
}
const START: Progress = { doneTo: 0, count: 0 };

/** Whether a rule may match, in the reading in hand: 0 where nobody has asked. */
const ASKED = new Uint8Array(RUNNERS.length);
const MAY = 1;
const CANNOT = 2;

/** Told of a match; false where it does not count. */
type Found = (start: number, end: number) => boolean;

/** The hits of one reading, rule by rule and in order, without overlap of its own. Linear. */
export function runRules(reading: Reading): readonly RuleHit[] {
  const { view } = reading;
  const text = view.lower;
  const found: { readonly index: number; readonly hit: RuleHit }[] = [];
  const noteOf =
    (index: number, { rule }: Runner): Found =>
    (start, end) => {
      if (isTalkedAbout(text, start, end)) return false;
      found.push({ index, hit: { rule, ...view.toRaw(start, end) } });
      return true;
    };
  ASKED.fill(0);
  const runOnce = (index: number): void => {
    const runner = RUNNERS[index];
    if (runner === undefined || ASKED[index] !== 0) return;
    ASKED[index] = MAY;
    if (mayMatch(runner, reading)) runAnywhere(runner.pattern, text, noteOf(index, runner));
  };
  for (const index of SIGNLESS) runOnce(index);
  for (const sign of view.signs.keys()) for (const index of BY_SIGN.get(sign) ?? []) runOnce(index);
  let progress: Map<number, Progress> | undefined;
  LED.eachPart(view.words, (index, at) => {
    const runner = RUNNERS[index];
    if (runner === undefined || ASKED[index] === CANNOT) return;
    if (ASKED[index] === 0) ASKED[index] = mayMatch(runner, reading) ? MAY : CANNOT;
    const { doneTo, count } = progress?.get(index) ?? START;
    if (ASKED[index] === CANNOT || at < doneTo || count === HITS_PER_RULE_MAX) return;
    const { pattern } = runner;
    pattern.lastIndex = at;
    if (!pattern.test(text)) return;
    const end = pattern.lastIndex;
    progress ??= new Map();
    const counts = noteOf(index, runner)(at, end);
    progress.set(index, { doneTo: end, count: counts ? count + 1 : count });
  });
  runInLetter(reading, noteOf);
  return found.sort((a, b) => a.index - b.index).map(({ hit }) => hit);
}

/** What is only talked about does not count: however often it is, it hides nothing. */
function runAnywhere(pattern: RegExp, text: string, found: Found, from = 0): void {
  pattern.lastIndex = from;
  for (let count = 0; count < HITS_PER_RULE_MAX; ) {
    const match = pattern.exec(text);
    if (match === null || match[0] === '') break;
    if (found(match.index, pattern.lastIndex)) count++;
  }
}

/** In a mail or a letter less has to stand before a match: bounded in cost by the part that is looked at. */
function runInLetter(reading: Reading, noteOf: (index: number, runner: Runner) => Found): void {
  const body = letterBody(reading.view.lower);
  if (body === undefined) return;
  const text = reading.view.lower.slice(0, body.end);
  for (const [index, runner] of IN_LETTERS) {
    const pattern = runner.rule.inLetter ?? (body.isMail ? runner.rule.inMail : undefined);
    if (pattern === undefined || !mayMatch(runner, reading)) continue;
    runAnywhere(pattern, text, noteOf(index, runner), body.start);
  }
}
