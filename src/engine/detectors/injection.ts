/** `injection`: curated rules and a trained head over all views, for prompts and tool events. */
import { INJECTION_GATE } from '../injection/injection-rules.ts';
import { LearnedInjection } from '../injection/learned.ts';
import { type Reading, readingsOf } from '../injection/readings.ts';
import { runRules } from '../injection/rule-runs.ts';
import { CLUSTER_CHARS, decisiveHits, type RuleHit } from '../injection/score.ts';
import type { JudgedText } from '../judged-text.ts';
import type { Detector, Finding, Graded } from './detector.ts';

/** A message in invisible characters: fewer may be an accident of copying. */
const HIDDEN_UNITS_MIN = 6;
/** The longest that a rule may reach. */
const RULE_CHARS_MAX = 512;

function find(
  text: JudgedText,
  learned: LearnedInjection | undefined,
  readings: readonly Reading[] = readingsOf(text, INJECTION_GATE),
  threshold = learned?.threshold ?? 0,
): readonly Finding[] {
  const hits: RuleHit[] = [];
  const byModel: Finding[] = [];
  for (const reading of readings) {
    hits.push(...runRules(reading));
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
