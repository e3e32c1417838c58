/** `toxic_content`: a floor of rules by category, and trained heads beside it. */
import type { JudgedText } from '../judged-text.ts';
import { PhraseRules } from '../rules/phrase-rules.ts';
import { LearnedToxicity } from '../toxic/learned.ts';
import { TOXIC_RULES } from '../toxic/toxic-rules.ts';
import type { Detector, Finding } from './detector.ts';

const REACH_CHARS = 320;
const RULES = new PhraseRules(TOXIC_RULES, REACH_CHARS);
/** Confidence `high` of the report begins here; below it is `moderate`. */
export const HIGH_CONFIDENCE = 0.8;

const byRules = (text: JudgedText): readonly Finding[] =>
  RULES.find(text).map(({ category, start, end, score }) => ({
    category,
    start,
    end,
    confidence: score >= 1.2 ? 0.9 : 0.65,
  }));

export const toxicContentDetector: Detector = {
  flag: 'toxic_content',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: (_profile, models) => {
    if (models === undefined) return { find: byRules, openFrom: (text) => RULES.openFrom(text) };
    const learned = new LearnedToxicity(models.text);
    return {
      find: (text) => [...byRules(text), ...learned.find(text)],
      openFrom: (text) => Math.min(RULES.openFrom(text), learned.openFrom(text)),
    };
  },
};
