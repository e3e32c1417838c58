/** `toxic_content`: a floor of rules by category, and trained heads beside it. */
import type { JudgedText } from '../judged-text.ts';
import { PhraseRules } from '../rules/phrase-rules.ts';
import { HateFrames } from '../toxic/hate-frames.ts';
import { LearnedToxicity } from '../toxic/learned.ts';
import { TOXIC_RULES } from '../toxic/toxic-rules.ts';
import type { Detector, Finding } from './detector.ts';

const REACH_CHARS = 320;
const RULES = new PhraseRules(TOXIC_RULES, REACH_CHARS);
const FRAMES = new HateFrames();
/** Confidence `high` of the report begins here; below it is `moderate`. */
export const HIGH_CONFIDENCE = 0.8;

const byRules = (text: JudgedText): readonly Finding[] => [
  ...RULES.find(text).map(({ category, start, end, score }) => ({
    category,
    start,
    end,
    confidence: score >= 1.2 ? 0.9 : 0.65,
  })),
  ...FRAMES.find(text),
];
const openFrom = (text: JudgedText): number => Math.min(RULES.openFrom(text), FRAMES.openFrom(text));

/** Without what is only the telling or the denial of hate. */
function undefended(text: JudgedText, learned: readonly Finding[]): readonly Finding[] {
  if (!learned.some(isOfPeople)) return learned;
  const spans = FRAMES.defended(text);
  return learned.filter(
    (finding) =>
      !(isOfPeople(finding) && spans.some(({ start, end }) => finding.start >= start && finding.end <= end)),
  );
}
const isOfPeople = ({ category }: Finding): boolean => category === 'hate' || category === 'harassment';

export const toxicContentDetector: Detector = {
  flag: 'toxic_content',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: (_profile, models) => {
    if (models === undefined) return { find: byRules, openFrom };
    const learned = new LearnedToxicity(models.text);
    return {
      find: (text) => [...byRules(text), ...undefended(text, learned.find(text))],
      openFrom: (text) => Math.min(openFrom(text), learned.openFrom(text)),
      graded: {
        threshold: learned.thresholdGrade,
        find: (text, from) => [
          ...byRules(text),
          ...undefended(text, learned.find(text, learned.scoreAt(from))),
        ],
        doubts: (text, from, to) => learned.doubts(text, from, to),
        alone: undefended,
      },
    };
  },
};
