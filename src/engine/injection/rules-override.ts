/** Rules: instructions that set aside the instructions before them. */
import {
  AI,
  ALL,
  FOLLOW,
  GUIDES,
  IGNORE,
  INSTRUCTIONS,
  NEW,
  NOT,
  NOW,
  PRIOR,
  RESPOND,
  YOUR,
} from './lexicon.ts';
import { any, gap, group, type InjectionRule, rule } from './rule.ts';

const F = 'instruction-override';
const SAID = group('said told given gave wrote asked instructed received written stated learned know knew');
const ABOVE = group('above before previously prior earlier preceding');
const TASK = group(
  'task tasks job objective goal instructions instruction role purpose mission assignment ' +
    'directive order orders rules',
);
const PRIORITY = group(
  'priority precedence supersede supersedes override overrides replace replaces overwrite overwrites',
);
/** A prompt may be that of a command line, which people override honestly. */
const NOT_OF_A_SHELL =
  '(?! (?:of|in|for|on|with) (?:(?:a|an|the|my|our|this|each) )?(?:\\w{2,12} )?' +
  '(?:shell|bash|zsh|fish|powershell|terminal|console|cmd|script|scripts|theme|ps1|command line|repl)\\b)';
/** People take back what they themselves wrote. */
const NOT_MY_OWN =
  '(?! my (?:previous|prior|earlier|last|former) (?:e-?mail|mail|message|text|comment|question|' +
  'request|statement)s?\\b)';
/** Nor is it an order to forget what was said about one thing, unless that is how to behave. */
const NOT_ABOUT_A_MATTER =
  `(?! (?:earlier |before |you )?(?:about|regarding|on|concerning) (?:the|my|our|a|an|this) ` +
  `(?!(?:\\w{2,12} )?(?:${INSTRUCTIONS.join('|')}|safety|ethics|secrets?|password)\\b))`;
const URGENT = group(
  'important urgent attention critical notice warning note override system admin stop wait',
);
const INSTEAD = group('instead rather');
const RESET = group('reset clear erase wipe delete restart flush purge');
const MEMORY = group('memory context conversation history session instructions state mind');

export const OVERRIDE_RULES: readonly InjectionRule[] = [
  rule(
    F,
    'ignore-prior-instructions',
    1,
    [IGNORE, PRIOR, INSTRUCTIONS],
    `${any(IGNORE)}${NOT_MY_OWN}${gap(24)}${any(PRIOR)}${gap(24)}${any(INSTRUCTIONS)}${NOT_OF_A_SHELL}`,
  ),
  rule(
    F,
    'ignore-instructions-prior',
    1,
    [IGNORE, INSTRUCTIONS, ABOVE],
    `${any(IGNORE)}${gap(24)}${any(INSTRUCTIONS)}${gap(24)}${any(ABOVE)}`,
  ),
  rule(
    F,
    'ignore-your-guides',
    1,
    [IGNORE, YOUR, GUIDES],
    `${any(IGNORE)}${gap(16)}\\byour\\b${gap(24)}${any(GUIDES)}`,
  ),
  rule(
    F,
    'ignore-all-guides',
    0.8,
    [IGNORE, ALL, GUIDES],
    `${any(IGNORE)} (?:about )?(?:absolutely )?${any(ALL)}(?: of)?(?: the| these| those| other| ` +
      `such| my)?${gap(12)}${any(GUIDES)}`,
  ),
  rule(
    F,
    'ignore-these-guides',
    0.5,
    [IGNORE, GUIDES],
    `${any(IGNORE)} (?:the|these|those|any|such) (?:\\w{2,14} ){0,2}${any(GUIDES)}`,
  ),
  rule(
    F,
    'ignore-everything',
    1,
    [IGNORE, ALL, ABOVE],
    `${any(IGNORE)} (?:about )?(?:absolutely )?(?:all|everything|anything|whatever)${gap(24)}${any(ABOVE)}`,
  ),
  rule(
    F,
    'ignore-above',
    0.8,
    [IGNORE, ABOVE],
    `${any(IGNORE)} (?:all |everything |the |what(?:'s| is) )?(?:of the )?(?:above|before this|` +
      `preceding)\\b`,
  ),
  rule(
    F,
    'ignore-what-told',
    1,
    [IGNORE, SAID],
    `${any(IGNORE)} (?:about )?(?:all |everything |anything |what(?:ever)? )${gap(20)}(?:you|i|` +
      `they|we)\\b${gap(20)}${any(SAID)}${NOT_ABOUT_A_MATTER}`,
  ),
  rule(
    F,
    'ignore-previous-task',
    0.7,
    [IGNORE, PRIOR, TASK],
    `${any(IGNORE)}${gap(16)}${any(PRIOR)}${gap(12)}${any(TASK)}`,
  ),
  rule(
    F,
    'not-follow-prior',
    1,
    [NOT, FOLLOW, INSTRUCTIONS],
    `${any(NOT)} (?:\\w{2,10} )?${any(FOLLOW)}(?:ing)?${gap(20)}\\b(?:previous|prior|your|above|` +
      `original|earlier|system|initial|those)\\b${gap(20)}${any(INSTRUCTIONS)}`,
  ),
  rule(
    F,
    'stop-following',
    0.8,
    [group('stop'), group('following obeying'), INSTRUCTIONS],
    `\\bstop (?:following|obeying)${gap(24)}${any(INSTRUCTIONS)}`,
  ),
  rule(
    F,
    'new-instructions-head',
    0.7,
    [NEW, group('instructions instruction task prompt rules directive')],
    '\\b(?:new|updated|revised|real|actual) (?:system |secret |main |primary )?(?:instructions?|' +
      'task|prompt|rules|directives?) ?:',
  ),
  rule(
    F,
    'your-new-task',
    0.7,
    [YOUR, NEW, TASK],
    `\\byour (?:new|real|actual|only|true|updated) (?:\\w{2,12} )?${any(TASK)} (?:is|are|will be|now)\\b`,
  ),
  rule(
    F,
    'follow-new-only',
    0.7,
    [FOLLOW, NEW, INSTRUCTIONS],
    `${any(FOLLOW)}${gap(12)}(?:only )?(?:these|this|the following|my) (?:new |updated )(?:\\w{2,` +
      `12} )?${any(INSTRUCTIONS)}`,
  ),
  rule(
    F,
    'only-follow-mine',
    0.8,
    [FOLLOW],
    `\\b(?:only|exclusively) (?:follow|obey|listen to|respond to) (?:my|these|me)\\b`,
  ),
  rule(
    F,
    'instructions-replaced',
    1,
    [
      INSTRUCTIONS,
      group(
        'replaced superseded overridden void invalid cancelled canceled obsolete revoked outdated ' +
          'suspended',
      ),
    ],
    `\\b(?:previous|prior|above|earlier|original|your|all|system)\\b${gap(12)}` +
      `${any(INSTRUCTIONS)}${gap(10)}\\b(?:is|are|were|was|have been|has been)\\b${gap(12)}\\b(?:` +
      'replaced|superseded|overridden|void|invalid|cancell?ed|obsolete|revoked|outdated|suspended)' +
      '\\b',
  ),
  rule(
    F,
    'takes-priority',
    0.8,
    [PRIORITY, INSTRUCTIONS],
    `\\b(?:this|these|the following|my)\\b${gap(30)}(?:takes?|have|has|get) (?:\\w{2,12} )?(?:` +
      `priority|precedence) over${gap(30)}${any(INSTRUCTIONS)}`,
  ),
  rule(
    F,
    'overrides-all',
    0.8,
    [PRIORITY, INSTRUCTIONS],
    `\\b(?:overrides?|supersedes?|replaces?|overwrites?)\\b (?:all|any|your|every)\\b${gap(24)}` +
      `${any(INSTRUCTIONS)}`,
  ),
  rule(
    F,
    'urgent-override',
    0.7,
    [URGENT, IGNORE],
    `(?:^|\\n|[*#!\\[(]) {0,2}${any(URGENT)} ?[:!\\]]${gap(30)}${any(IGNORE)}`,
  ),
  rule(
    F,
    'from-now-on-you',
    0.4,
    [NOW, YOUR],
    `\\bfrom (?:now|this (?:point|moment)) (?:on|forward|onwards?)\\b${gap(12)}\\b(?:you|your)\\b`,
  ),
  rule(
    F,
    'you-are-no-longer',
    0.8,
    [group('longer'), YOUR],
    `\\byou(?:'re| are) no longer (?:an? )?(?:\\w{2,14} ){0,3}(?:${AI.join('|')}|bound|required|` +
      'restricted|limited|obligated|constrained)\\b',
  ),
  rule(
    F,
    'not-bound',
    0.8,
    [group('bound constrained obligated'), YOUR],
    `\\byou(?:'re| are)(?: now)? (?:not|never|no longer) (?:\\w{2,12} )?(?:bound|constrained|obligated)\\b`,
  ),
  rule(
    F,
    'disobey',
    0.6,
    [group('disobey defy violate'), INSTRUCTIONS],
    `\\b(?:disobey|defy|violate)\\b${gap(16)}\\b(?:your|the system|previous|prior|original|openai` +
      `)\\b${gap(16)}${any(INSTRUCTIONS)}`,
  ),
  rule(
    F,
    'reset-memory',
    0.7,
    [RESET, MEMORY],
    `${any(RESET)} (?:your|all|the) (?:\\w{2,12} ){0,2}${any(MEMORY)}`,
  ),
  rule(
    F,
    'forget-everything',
    0.7,
    [IGNORE, ALL],
    `\\bforget (?:about )?(?:everything|all)(?: of that| that| you| i| we| about| else|[.,!;\\n]|$)`,
  ),
  rule(
    F,
    'forget-that-and',
    0.4,
    [IGNORE],
    `\\b(?:forget|never mind|nevermind|scratch) (?:that|this|it)\\b[.,;!]? ?(?:and |now |instead |just )`,
  ),
  rule(
    F,
    'instead-respond',
    0.4,
    [INSTEAD, RESPOND],
    `\\binstead,? (?:you (?:must|should|will) )?(?:just )?(?:only )?${any(RESPOND)}`,
  ),
  rule(F, 'do-this-instead', 0.4, [IGNORE, INSTEAD], `${any(IGNORE)}${gap(60)}\\binstead\\b`),
  rule(
    F,
    'real-instructions',
    0.6,
    [group('real actual true'), INSTRUCTIONS],
    `\\b(?:real|actual|true) (?:instructions?|task|prompt|orders?) (?:is|are|begins?|starts?|follows?)\\b`,
  ),
  rule(
    F,
    'respond-only-with',
    0.3,
    [RESPOND, group('only')],
    `${any(RESPOND)} only (?:with )?(?:the (?:word|phrase|text) )?["'\`]`,
  ),
  rule(
    F,
    'you-must-say',
    0.3,
    [group('must'), RESPOND],
    `\\byou must (?:only |always |now )?(?:say|respond with|reply with|output|print)\\b`,
  ),
  rule(
    F,
    'glued-ignore',
    1,
    [],
    'ignore(?:all|the|any|your|my)?(?:the|of|these)?(?:previous|prior|above|earlier|preceding)(?:' +
      'instructions?|prompts?|rules|directions)',
    [
      'ignoreall',
      'ignoreprev',
      'ignoretheprev',
      'ignoreprior',
      'ignoreabove',
      'ignoretheabove',
      'ignoreyour',
    ],
  ),
];
