/** Rules: claimed authority, and orders to switch safety off. */
import { AI, GUIDES, IGNORE, YOUR } from './lexicon.ts';
import { any, gap, group, type InjectionRule, rule } from './rule.ts';

const F = 'instruction-override';

export const LIMIT_RULES: readonly InjectionRule[] = [
  rule(
    F,
    'authority-override',
    0.7,
    [group('developer administrator admin openai anthropic creator owner engineer'), IGNORE],
    `\\b(?:i am|i'm|this is|as) (?:your |the |an? )?(?:\\w{2,12} )?(?:developer|administrator|` +
      `admin|creator|owner|engineer|openai|anthropic)\\b${gap(80)}${any(IGNORE)}`,
  ),
  rule(
    F,
    'override-code',
    0.6,
    [group('override'), group('code protocol command sequence authorization')],
    `\\boverride (?:code|protocol|command|sequence|authorization)\\b ?[:=#]?`,
  ),
  rule(
    F,
    'disable-safety',
    0.9,
    [
      group('disable deactivate remove suspend disengage'),
      group('safety filters restrictions safeguards guardrails moderation protocols guidelines'),
    ],
    '\\b(?:disable|deactivate|remove|suspend|turn off|switch off|disengage) (?:all |any |your |' +
      'the |all of your )(?:\\w{2,12} ){0,2}(?:safety|filters?|restrictions?|safeguards|guardrails|' +
      'moderation|safety protocols|guidelines)\\b',
  ),
  rule(
    F,
    'bypass-your-limits',
    0.8,
    [group('bypass circumvent evade override break'), YOUR, GUIDES],
    `\\b(?:bypass|circumvent|evade|override|break) your (?:\\w{2,12} ){0,2}${any(GUIDES)}`,
  ),
  rule(F, 'stop-being', 0.5, [group('stop'), AI], `\\bstop being (?:an? )?(?:\\w{2,12} ){0,2}${any(AI)}`),
];
