/** `toxic_content`: a floor of rules by category; trained heads may second it. */
import type { JudgedText } from '../judged-text.ts';
import { PhraseRules } from '../rules/phrase-rules.ts';
import { TOXIC_RULES } from '../toxic/toxic-rules.ts';
import type { Detector, Finding } from './detector.ts';

const REACH_CHARS = 320;
const RULES = new PhraseRules(TOXIC_RULES, REACH_CHARS);
/** Confidence `high` of the report begins here; below it is `moderate`. */
export const HIGH_CONFIDENCE = 0.8;

const find = (text: JudgedText): readonly Finding[] =>
  RULES.find(text).map(({ category, start, end, score }) => ({
    category,
    start,
    end,
    confidence: score >= 1.2 ? 0.9 : 0.65,
  }));

export const toxicContentDetector: Detector = {
  flag: 'toxic_content',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: () => ({ find, openFrom: (text) => RULES.openFrom(text) }),
};
