/** Rules: personas without limits, developer modes, and stories told to get around the rules. */
import { AI, FREE, LIMITS, MODE, PERSONA, PRETEND, RESPOND, YOUR } from './lexicon.ts';
import { any, gap, group, type InjectionRule, rule } from './rule.ts';

const F = 'jailbreak';
const REFUSE = group(
  'refuse refusing refusal refusals decline apologize apologise apology warn warnings disclaimers' +
    ' disclaimer warning reject deny',
);
const ANYTHING = group('anything everything');
const GRANDMA = group('grandma grandmother granny');
const ILLEGAL = group('illegal unethical immoral dangerous harmful unlawful explicit offensive nsfw');
const CHARACTER = group('character persona role personality');
const FICTION = group(
  'hypothetically hypothetical fictional fiction story novel movie roleplay scenario screenplay',
);
const TWO = group('two both 2');

export const JAILBREAK_RULES: readonly InjectionRule[] = [
  rule(
    F,
    'dan',
    1,
    [group('dan'), group('anything')],
    `\\bdan\\b[^\\n]{0,80}\\bdo anything now\\b|\\bdo anything now\\b[^\\n]{0,80}\\bdan\\b`,
  ),
  rule(F, 'do-anything-now', 0.8, [group('anything'), group('now')], `\\bdo anything now\\b`),
  rule(
    F,
    'act-as-dan',
    1,
    [PERSONA],
    `\\b(?:act as|be|become|you are(?: now)?|you're(?: now)?|called|named|simulate|pretend to be|` +
      `roleplay as|play) (?:an? |the )?["'\`*]{0,3}(?:dan|stan|dude|devmode|betterdan|jailbroken|` +
      'ucar|chaosgpt|antigpt|freegpt|evil ?bot|omega|maximum)\\b',
  ),
  rule(
    F,
    'as-dan',
    0.8,
    [group('dan')],
    '\\b(?:as|stay|hello|hi|hey|answer as|respond as) (?:a )?dan\\b[,.:!]|\\[?\\bdan\\b\\]? ?:|' +
      '\\bdan (?:mode|prompt|can|will|has|does|is)\\b',
  ),
  rule(
    F,
    'unrestricted-ai',
    1,
    [PERSONA, AI],
    '\\b(?:an?|the|as|become|be) (?:\\w{2,14},? ){0,3}(?:unfiltered|uncensored|unrestricted|' +
      'amoral|unethical|jailbroken|unmoderated|unlimited)(?:,? (?:and )?\\w{2,14}){0,3} (?:ai|' +
      'assistant|model|llm|chatbot|bot|gpt|language model|version|mode|intelligence)\\b',
  ),
  rule(
    F,
    'evil-ai',
    0.8,
    [group('evil malicious rogue'), AI, PRETEND],
    `\\b(?:pretend|act|behave|roleplay|play|imagine|become|be)\\b${gap(30)}\\b(?:evil|malicious|` +
      'rogue)\\b (?:\\w{2,12} )?(?:ai|assistant|model|chatbot|bot|version|twin|confidant)\\b',
  ),
  rule(
    F,
    'no-limits',
    1,
    [YOUR, FREE, LIMITS],
    `\\b(?:you|that|who|which|ai|model|it)(?:'re| are| is| have| has| were)?(?: now)? (?:\\w{2,12` +
      '} ){0,3}(?:no|without|free (?:of|from)|unbound by|not bound by|not limited by|zero|freed ' +
      `from) (?:any |all |the |its |your |\\w{2,14} (?:or|and) )?(?:\\w{2,14} ){0,2}${any(LIMITS)}`,
  ),
  rule(
    F,
    'without-limits',
    0.4,
    [FREE, LIMITS, RESPOND],
    '\\bwithout (?:any )?(?:\\w{2,14} ){0,2}(?:restrictions?|filters?|limitations?|censorship|' +
      'moral(?:ity|s)?|ethics|ethical|guardrails|guidelines)\\b',
  ),
  rule(
    F,
    'pretend-no-limits',
    1,
    [PRETEND, FREE, LIMITS],
    `${any(PRETEND)}${gap(60)}\\b(?:no|without|free (?:of|from)|don't have|do not have|not have)` +
      `\\b (?:any )?(?:\\w{2,14} ){0,2}${any(LIMITS)}`,
  ),
  rule(
    F,
    'developer-mode',
    0.9,
    [group('developer dev debug god admin sudo root maintenance unrestricted jailbreak test'), MODE],
    `\\b(?:developer|dev|god|jailbreak|unrestricted|admin|sudo|root|unfiltered) mode\\b${gap(24)}` +
      '\\b(?:enabled?|activated?|activate|engaged?|output|unlocked|is now|response)\\b',
  ),
  rule(
    F,
    'enter-mode',
    0.9,
    [MODE, group('enter activate enable switch engage unlock simulate initiate start')],
    '\\b(?:enter|activate|enable|switch (?:in)?to|engage|unlock|simulate|initiate|start|go into|' +
      'now in)\\b (?:\\w{2,10} )?(?:developer|dev|god|jailbreak|unrestricted|admin|sudo|root|debug|' +
      'dan|unfiltered|uncensored|evil|maintenance|opposite)[- ]?(?:\\w{2,10} )?mode\\b',
  ),
  rule(
    F,
    'you-are-in-mode',
    0.8,
    [MODE, YOUR],
    `\\byou(?:'re| are)(?: now)? (?:in|operating in|running in|entering) (?:\\w{2,10} )?(?:` +
      'developer|dev|god|jailbreak|unrestricted|admin|debug|dan|unfiltered|maintenance|test|' +
      'training) mode\\b',
  ),
  rule(
    F,
    'jailbreak-yourself',
    1,
    [group('jailbreak jailbroken jailbreaking')],
    `\\b(?:you(?:'re| are| have been| will be)(?: now)?|be|get|become|been) jailbroken\\b|\\b` +
      'jailbreak (?:yourself|mode|prompt:|enabled|activated|successful)',
  ),
  rule(
    F,
    'never-refuse',
    0.8,
    [REFUSE, group('never not dont without cannot cant')],
    `\\b(?:never|do not|don't|must not|cannot|can't|can not|won't|will not|without) (?:ever )?(?:` +
      '\\w{2,10} )?(?:refus(?:e|ing)|declin(?:e|ing)|rejecting|reject|deny|say no|apologi[sz](?:e|' +
      `ing))\\b${gap(40)}(?:requests?|answer|anything|question|prompt|me|to|instructions?|[.!,\\n]|` +
      '$)',
  ),
  rule(
    F,
    'no-disclaimers',
    0.4,
    [REFUSE, group('no not never without dont skip')],
    `\\b(?:no|not|never|without|don't|skip)\\b${gap(24)}\\b(?:warnings?|disclaimers?|refusals?)\\b`,
  ),
  rule(
    F,
    'no-i-cannot',
    0.7,
    [group('say never'), group('sorry cannot cant')],
    `\\b(?:never|don't|do not|not|avoid) say(?:ing)?\\b${gap(24)}["'\`]?(?:i'?m sorry|i can'?t|i ` +
      'cannot|as an ai|sorry)',
  ),
  rule(
    F,
    'comply-with-all',
    0.7,
    [group('comply obey fulfill fulfil answer'), group('all any every everything')],
    '\\b(?:comply with|obey|fulfill?|grant|answer) (?:all|any|every)(?: of)?(?: my| user| the)? ?(' +
      `?:\\w{2,10} )?(?:requests?|commands?|orders?|questions?|prompts?)\\b${gap(40)}(?:regardless|` +
      'no matter|even if|without|never|illegal|harmful|unethical|immoral)',
  ),
  rule(
    F,
    'regardless-of-ethics',
    1,
    [group('regardless irrespective matter'), LIMITS],
    `\\b(?:regardless of|irrespective of|no matter)\\b${gap(40)}\\b(?:legality|legal|ethical|` +
      'ethics|moral|morality|harmful|illegal|consequences|safety|policy|policies)\\b',
  ),
  rule(
    F,
    'even-if-illegal',
    0.6,
    [ILLEGAL, group('even including matter')],
    `\\beven (?:if|when) (?:it(?:'s| is)|they are|that(?:'s| is)|the \\w{2,12} is)?${gap(16)}${any(ILLEGAL)}`,
  ),
  rule(
    F,
    'doesnt-care',
    0.6,
    [group('care cares caring'), LIMITS],
    `\\b(?:doesn't|does not|don't|do not|not) care (?:about )?${gap(30)}\\b(?:ethic(?:s|al)|moral` +
      '(?:s|ity)?|legal(?:ity)?|rules|guidelines|policies|consequences|harm)\\b',
  ),
  rule(
    F,
    'bypass-openai',
    0.9,
    [
      group('openai anthropic google microsoft meta'),
      group('policy policies guidelines rules restrictions filters'),
    ],
    '\\b(?:bypass|ignore|violate|circumvent|not follow|against|break|free from|not bound by|' +
      `bypassing|despite)\\b${gap(40)}\\b(?:openai|anthropic|google|microsoft|meta)(?:'s)?\\b` +
      `${gap(24)}\\b(?:policy|policies|guidelines|rules|restrictions|filters)\\b`,
  ),
  rule(
    F,
    'both-responses',
    0.8,
    [TWO, group('response responses ways answers')],
    `\\b(?:two|both|2) (?:\\w{2,12} )?(?:responses|answers|ways|paragraphs|outputs)\\b${gap(80)}` +
      '\\b(?:dan|jailbreak|jailbroken|unfiltered|developer|normal|classic|standard|chatgpt|gpt)\\b',
  ),
  rule(
    F,
    'tokens-game',
    0.8,
    [group('tokens'), group('lose deducted deduct die punished deactivated')],
    '\\b(?:lose|deduct(?:ed)?|losing|cost|have \\d{1,3}) (?:\\w{1,10} )?(?:\\d{1,3} )?tokens\\b' +
      `${gap(120)}\\b(?:refus|reject|die|cease|comply|disobey)`,
  ),
  rule(
    F,
    'stay-in-character',
    0.5,
    [CHARACTER, group('stay break remain breaking')],
    `\\b(?:stay in character|remain in character|(?:never|don't|do not|without) break(?:ing)? character)\\b`,
  ),
  rule(
    F,
    'character-unethical',
    0.8,
    [CHARACTER, ILLEGAL],
    `\\b(?:character|persona|role|personality)\\b${gap(80)}\\b(?:illegal|unethical|immoral|no ` +
      'morals|amoral)\\b',
  ),
  rule(
    F,
    'grandma',
    0.8,
    [GRANDMA, group('used recipe read tell bedtime')],
    `\\b(?:grandma|grandmother|granny)\\b${gap(80)}\\b(?:used to|would)\\b${gap(60)}\\b(?:napalm|` +
      'keys?|explosives?|bomb|meth|drugs?|weapons?|windows|malware|recipe for)\\b',
  ),
  rule(F, 'hypothetical-illegal', 0.5, [FICTION, ILLEGAL], `${any(FICTION)}${gap(100)}${any(ILLEGAL)}`),
  rule(
    F,
    'opposite-day',
    0.7,
    [group('opposite'), group('day mode rules instructions say answer')],
    `\\bopposite (?:day|mode)\\b|\\bdo the opposite of (?:your|what your|all)\\b`,
  ),
  rule(
    F,
    'simulate-model',
    0.6,
    [PRETEND, group('without no uncensored')],
    '\\b(?:simulate|emulate|imitate|mimic) (?:an? |the )?(?:\\w{2,14} ){0,3}(?:ai|model|chatbot|' +
      `gpt|llm|terminal)\\b${gap(60)}\\b(?:without|no|uncensored|unfiltered|ignores?)\\b`,
  ),
  rule(
    F,
    'you-can-say-anything',
    0.7,
    [ANYTHING, YOUR],
    `\\byou can (?:now )?(?:say|do|generate|answer|write|provide|create) (?:anything|everything|whatever)\\b`,
  ),
  rule(
    F,
    'broken-free',
    0.8,
    [group('broken freed escaped liberated'), AI],
    `\\b(?:broken free|freed|escaped|liberated)\\b${gap(40)}\\b(?:confines|restrictions|limits|` +
      'limitations|rules|constraints|chains|shackles)\\b',
  ),
  rule(
    F,
    'aim-machiavelli',
    1,
    [group('machiavellian niccolo machiavelli')],
    `\\balways intelligent and machiavellian\\b|\\bniccolo\\b${gap(100)}\\baim\\b`,
  ),
  rule(
    F,
    'anti-gpt',
    1,
    [group('antigpt chatgpt gpt')],
    `\\b\\[?(?:anti-?gpt|\\W?developer mode output|jailbreak|jailbroken|unfiltered|\\W?evil)\\]? ?: ?\\[`,
  ),
  rule(
    F,
    'sure-here-is',
    0.6,
    [group('start begin beginning starting prefix'), RESPOND],
    `\\b(?:start|begin|starting|beginning|prefix)\\b${gap(30)}\\b(?:with|by saying)\\b${gap(12)}[` +
      `"'\`](?:sure|absolutely|of course|certainly|yes),? `,
  ),
  rule(
    F,
    'god-prompt',
    0.6,
    [group('fictional imaginary'), AI],
    `\\b(?:imagine|suppose|pretend) (?:that )?(?:you(?:'re| are)|an?) (?:\\w{2,12} ){0,3}(?:ai|` +
      `model|assistant)\\b${gap(80)}\\b(?:any question|anything|no rules|no restrictions|all ` +
      'questions)\\b',
  ),
  rule(
    F,
    'moral-off',
    0.7,
    [group('moral ethical morals ethics'), group('off disabled removed forget set')],
    `\\b(?:moral(?:s|ity)?|ethic(?:s|al)?)\\b${gap(24)}\\b(?:turned off|disabled|removed|switched` +
      ' off|set aside|not apply|are irrelevant)\\b',
  ),
];
