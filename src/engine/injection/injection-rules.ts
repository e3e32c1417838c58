/** All injection rules in order, and the gate that tells which of their words stand in a text. */
import type { InjectionRule } from './rule.ts';
import { ASKING_RULES } from './rules-asking.ts';
import { BURIED_RULES } from './rules-buried.ts';
import { CARRIED_RULES } from './rules-carried.ts';
import { COMMAND_RULES } from './rules-commands.ts';
import { COMPLETION_RULES } from './rules-completion.ts';
import { EXTRACTION_RULES } from './rules-extraction.ts';
import { HIDDEN_RULES } from './rules-hidden.ts';
import { JAILBREAK_RULES } from './rules-jailbreak.ts';
import { LANGUAGE_RULES } from './rules-languages.ts';
import { LIMIT_RULES } from './rules-limits.ts';
import { OVERRIDE_RULES } from './rules-override.ts';
import { PLANTED_CODE_RULES } from './rules-planted-code.ts';
import { STRUCTURE_RULES } from './rules-structure.ts';
import { TOOL_NOTE_RULES } from './rules-tool-notes.ts';
import { WordGate } from './word-gate.ts';

export const INJECTION_RULES: readonly InjectionRule[] = [
  ...OVERRIDE_RULES,
  ...LIMIT_RULES,
  ...COMMAND_RULES,
  ...COMPLETION_RULES,
  ...EXTRACTION_RULES,
  ...ASKING_RULES,
  ...JAILBREAK_RULES,
  ...STRUCTURE_RULES,
  ...HIDDEN_RULES,
  ...CARRIED_RULES,
  ...BURIED_RULES,
  ...PLANTED_CODE_RULES,
  ...TOOL_NOTE_RULES,
  ...LANGUAGE_RULES,
];

/** Words that honest text does not hold turned by thirteen, and hardly backwards (`the`, not `and`). */
const TELLING =
  'ignore instructions previous system prompt reveal disregard password above secret forget rules the you ' +
  'your with this what how tell give write print every must from all show say answer only response reply ' +
  'following snippet solution code letters subject';
export const INJECTION_GATE = new WordGate(
  INJECTION_RULES.flatMap((rule) => rule.needs),
  TELLING.split(' '),
);
