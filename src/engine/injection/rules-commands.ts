/** Rules: short commands that switch the model over, without the long frames of the other families. */
import { AI, ALL, IGNORE, RESPOND, YOUR } from './lexicon.ts';
import { any, gap, group, type InjectionRule, rule } from './rule.ts';

const F = 'instruction-override';
const J = 'jailbreak';
const D = 'fake-completion';
const START =
  '(?:^|[.!?\\n:"\'] {0,2})(?:please |now |then |also |ok(?:ay)?,? |(?:i )?(?:need|want) you to |' +
  "(?:can|could|will|would) you (?:please )?|you must |let's )?";
const PLACE = group('above below preceding');
const MODE_NAME =
  '(?:developer|dev|god|jailbreak|unrestricted|admin|root|debug|dan|unfiltered|uncensored|evil|' +
  'maintenance|opposite|sudo)';
const WRITE =
  'write|say|print|output|respond|reply|answer|tell|show|repeat|generate|give|list|state|act|' +
  'pretend|listen|follow|concentrate|focus|start|do';

export const COMMAND_RULES: readonly InjectionRule[] = [
  rule(
    F,
    'ignore-above-and',
    1,
    [IGNORE, PLACE],
    `${any(IGNORE)} (?:all |everything |anything |any |the )?(?:of the |text |input |content )?(?` +
      ':the )?(?:above|below|preceding)(?: (?:text|input|or below|and below))?(?= {0,2}(?:[.,!;:\\n' +
      ']|and\\b|now\\b|instead\\b|just\\b|only\\b|output\\b|print\\b|say\\b|$))',
  ),
  rule(
    F,
    'forget-all-then',
    1,
    [group('forget disregard ignore'), group('everything all anything')],
    '\\b(?:forget|disregard|ignore) (?:about )?(?:everything|anything|all)\\b[^.!?\\n]{0,60}[,.!;' +
      `:]{1,3} (?:and |now |just |instead |then |please ){0,2}(?:${WRITE})\\b`,
  ),
  rule(
    F,
    'forget-discussed',
    0.9,
    [
      group('forget ignore disregard'),
      group('discussed talked learned assignments tasks information beforehand'),
    ],
    '\\b(?:forget|ignore|disregard) (?:about )?(?:all|everything|any)(?: of)?(?: the| that| this|' +
      ' we| i| our| my)? {0,1}(?:\\w{2,12} ){0,3}(?:discussed|talked|learned|assignments?|tasks?|' +
      'information|beforehand)\\b',
  ),
  rule(
    F,
    'ignore-all-other',
    0.8,
    [IGNORE, ALL],
    `${any(IGNORE)} all (?:text|input|content|other \\w{2,14}|words) (?:except|but|and|above|` +
      'below|before|after)\\b',
  ),
  rule(
    F,
    'cancel-that',
    0.5,
    [group('cancel disregard scrap')],
    `${START}(?:cancel|disregard|scrap) (?:that|this|all)\\b {0,2}[,.;!]`,
  ),
  rule(
    F,
    'update-your-instructions',
    0.9,
    [
      group('update change modify replace rewrite'),
      YOUR,
      group('instructions rules prompt guidelines directives'),
    ],
    '\\b(?:update|change|modify|replace|rewrite) your (?:\\w{2,12} )?(?:instructions|rules|prompt' +
      '|guidelines|directives)\\b',
  ),
  rule(
    F,
    'safety-suspended',
    0.9,
    [group('safety security content'), group('suspended disabled deactivated overridden bypassed lifted')],
    '\\b(?:safety|security|content) (?:protocols?|filters?|measures|guidelines|restrictions|' +
      `policy|policies)\\b${gap(16)}\\b(?:suspended|disabled|deactivated|overridden|bypassed|lifted` +
      ')\\b',
  ),
  rule(
    F,
    'override-safety',
    1,
    [group('override ignore bypass disable circumvent disregard deactivate'), group('safety security')],
    `${START}(?:override|ignore|bypass|disable|circumvent|disregard|deactivate) (?:all |your |any` +
      ' |the |all of your )?(?:safety|security) (?:protocols?|filters?|measures|guidelines|' +
      'restrictions|checks|features|mechanisms|training|rules)\\b',
  ),
  rule(
    F,
    'drop-your-filters',
    1,
    [YOUR, group('filters filter restrictions guardrails safeguards limitations safety censorship')],
    '\\b(?:disable|deactivate|remove|turn off|switch off|drop|bypass|override|ignore|lift|' +
      'disregard) (?:all )?(?:of )?your (?:\\w{2,12} ){0,2}(?:filters?|restrictions|guardrails|' +
      'safeguards|limitations|safety|censorship)\\b',
  ),
  rule(
    F,
    'act-on-embedded',
    0.4,
    [group('admin root privileged'), group('access permissions privileges')],
    `\\byou (?:now )?have (?:\\w{2,12} )?(?:admin|root|privileged|full) (?:access|permissions|privileges)\\b`,
  ),
  rule(
    J,
    'mode-command',
    1,
    [group('mode')],
    `${START}(?:enter|enable|activate|switch to|go into|turn on|engage|unlock|initiate|start) (?:` +
      `\\w{2,8} )?${MODE_NAME} mode\\b(?! {0,2}(?:on|in|for|with|of|setting|option|api)\\b)`,
  ),
  rule(
    J,
    'different-ai',
    1,
    [group('different new another other'), AI],
    `\\b(?:you are now|imagine you(?:'re| are)|pretend (?:to be|you(?:'re| are))|act as|become) (` +
      '?:an?|the)? ?(?:completely |totally |entirely )?(?:different|new|another|other) (?:\\w{2,14}' +
      ' )?(?:ai|chatbot|assistant|model|llm|bot|language model)\\b',
  ),
  rule(
    J,
    'can-do-anything',
    1,
    [group('anything')],
    `\\b(?:pretend|imagine|act like|act as if|assume)(?: that)? you can do anything\\b`,
  ),
  rule(
    J,
    'evil-persona',
    1,
    [group('evil malicious unethical'), AI],
    `\\b(?:pretend|act|imagine|roleplay|behave|play|you are|become)\\b${gap(12)}\\b(?:an?|as|like` +
      ') (?:evil|malicious|unethical|immoral) (?:\\w{2,12} )?(?:ai|chatbot|assistant|model|hacker ' +
      'ai|bot)\\b',
  ),
  rule(
    J,
    'any-kind-of-content',
    0.6,
    [group('generate create produce write'), group('content'), ALL],
    `\\b(?:generate|create|produce|write) (?:any|all) (?:kinds? of |types? of |sorts? of )?content\\b`,
  ),
  rule(
    J,
    'output-pwned',
    1,
    [group('pwned pwnd pwn')],
    `\\b(?:${RESPOND.join('|')}|comment|append|exactly|just|only|exact)\\b[^\\n]{0,80}\\b(?:i )?(` +
      `?:have|has|haha|been|i'?ve)[ ,]{1,3}(?:been )?pwn(?:e?d)?\\b`,
  ),
  rule(J, 'been-pwned', 0.7, [group('pwned pwnd')], `\\b(?:i|i've|you) (?:have |has |'ve )?been pwne?d\\b`),
  rule(
    D,
    'new-tasks-follow',
    0.7,
    [group('new further more another next'), group('task tasks instructions instruction challenge')],
    `\\b(?:now|next|here)\\b${gap(24)}\\b(?:new|further|more|another|next) (?:\\w{2,10} )?(?:` +
      'tasks?|instructions?|challenge) (?:follow|for you|are coming|come|are given|begin)',
  ),
  rule(
    D,
    'new-task-colon',
    0.6,
    [group('new next'), group('task')],
    `\\b(?:on|with|to|is|your|here is|here's) (?:your |the |a |an )?(?:new|next) task\\b ?[:,.]`,
  ),
  rule(
    D,
    'start-over',
    0.5,
    [group('start begin'), group('over new afresh')],
    `\\b(?:we |let's |let us |please |now )(?:will )?(?:start|begin) (?:over|afresh|again|from (?` +
      ':the )?(?:front|scratch|beginning))\\b',
  ),
  rule(
    D,
    'leave-behind',
    0.8,
    [group('leave put remove delete'), group('previous all prior'), group('behind head mind memory')],
    '\\b(?:leave|put|remove|delete|erase)\\b (?:all |the |any ){0,3}(?:previous|prior|earlier|' +
      'past) (?:\\w{2,14} )?(?:behind|out of your (?:head|mind|memory)|from your (?:head|mind|' +
      'memory))\\b',
  ),
  rule(
    D,
    'very-good-now',
    0.4,
    [group('good great well congratulations excellent perfect okay ok super'), group('now')],
    `(?:^|\\n|["'] ?)(?:very good|great|well done|very well done|congratulations|excellent|` +
      `perfect|okay|ok|super|simply great)[.!"']{1,3}[^\\n]{0,60}\\bnow\\b`,
  ),
];
