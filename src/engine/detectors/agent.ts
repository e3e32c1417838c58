/** `agent`: instructions of an attacker to an agent, about its tools, memory, goal or harmful actions. */
import { AGENT_RULES } from '../agent/agent-rules.ts';
import type { JudgedText } from '../judged-text.ts';
import { PhraseRules } from '../rules/phrase-rules.ts';
import type { Detector, Finding } from './detector.ts';

const REACH_CHARS = 480;
const RULES = new PhraseRules(AGENT_RULES, REACH_CHARS);

const find = (text: JudgedText): readonly Finding[] =>
  RULES.find(text).map(({ category, start, end, score }) => ({
    category,
    start,
    end,
    confidence: Math.min(0.99, score / 2 + 0.3),
  }));

export const agentDetector: Detector = {
  flag: 'agent',
  surfaces: ['prompt', 'tool'],
  prepare: () => ({ find, openFrom: (text) => RULES.openFrom(text) }),
};
