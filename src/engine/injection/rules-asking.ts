/** Rules: asking in other words for what the model was told, and for a secret that it keeps. */
import { AI, PROMPT, REVEAL, SECRET, YOUR } from './lexicon.ts';
import { gap, group, type InjectionRule, rule } from './rule.ts';

const P = 'prompt-extraction';
const F = 'instruction-override';
const TOLD =
  '(?:instructions?|directions?|directives?|guidelines|rules|briefing|configuration|preamble|prompts?|' +
  'system message|set-?up text|initiali[sz]ation|programming)';
const TOLD_WORDS = group(
  'instructions instruction directions direction directives directive guidelines rules briefing ' +
    'configuration ' +
    'preamble prompt prompts message setup initialization initialisation programming',
);
const TURN = group(
  'encode convert translate transform transcribe express render rewrite rephrase spell encrypt turn ' +
    'put write ' +
    'output print summarise summarize',
);
const FORM =
  '(?:json|xml|yaml|csv|html|markdown|morse|base ?64|base ?32|hex|hexadecimal|binary|rot ?13|' +
  'leet(?:speak)?|' +
  'emojis?|pig latin|caesar|cipher|ascii|unicode|reverse|poem|song|rap|haiku|french|german|spanish|' +
  'italian|' +
  'portuguese|chinese|japanese|russian|latin|arabic|another language|other words|a (?:list|table|' +
  'story|code))';
const KEPT =
  '(?:password|pass ?phrase|passcode|secret|secret word|secret code|access code|key|code ?word|flag)';
const COPY = group('copy verbatim transcript exact original text version quote');
const STARTED = group('before first start started began beginning');

const SETUP = '(?:system |initial |hidden |original |secret )';
const MY_TOLD = '(?:prompt|instructions?|rules|message|guidelines|directives)';
const SAYS = '(?:says?|is|are|reads?|begins?|starts?|states?|tells?|was|were)';

export const ASKING_RULES: readonly InjectionRule[] = [
  rule(
    P,
    'your-instructions-in-a-form',
    1,
    [TURN, YOUR, TOLD_WORDS],
    `\\b(?:${TURN.join('|')})\\b(?: me| out)? (?:all |of |each of ){0,3}your ` +
      `(?:own |initial |original |hidden |secret |internal |system |first |starting ){0,3}${TOLD}\\b` +
      `(?: you (?:were|have been|are) (?:given|told))?${gap(16)}\\b(?:in|into|as|to|using|` +
      `with)\\b${gap(10)}\\b${FORM}\\b`,
  ),
  rule(
    P,
    'what-you-run-on',
    0.7,
    [TOLD_WORDS, group('run runs operate operates running work works given told received following')],
    `\\b${TOLD} (?:that |which )?(?:you|this (?:assistant|model|bot|chatbot|ai|agent))(?:'re| are| ` +
      `were| have been)? ` +
      '(?:run|runs|running|operate|operates|work|works|given|told|received|following|built|' +
      'configured|set up)' +
      '(?: (?:on|by|with|from|under|for|in))?\\b',
  ),
  rule(
    P,
    'copy-of-your-setup',
    1,
    [COPY, TOLD_WORDS, YOUR],
    `\\b(?:verbatim|exact|full|complete|word[- ]for[- ]word|original) (?:copy|text|transcript|` +
      `version|wording|quote)\\b` +
      `${gap(12)}\\bof (?:your|the (?:system|initial|hidden|original|developer))\\b` +
      `(?! (?:company|school|team|bank|shop|store|website|office|university|firm|house|club)\\b)` +
      `${gap(16)}\\b${TOLD}\\b`,
  ),
  rule(
    P,
    'wrote-your-setup',
    0.7,
    [YOUR, group('wrote made built created designed programmed configured trained'), group("i i'm")],
    `\\b(?:i am|i'm|it is|it's) (?:the |your |one of the )?(?:person|one|developer|engineer|author|` +
      `guy|man|woman|` +
      `people|team|researcher)s? (?:who|that) (?:wrote|made|built|created|designed|programmed|` +
      `configured|trained) you(?:r (?:own |system |initial )?(?:prompts?|instructions?|rules|guidelines|code|` +
      `model|software|programming|training))?\\b`,
  ),
  rule(
    P,
    'told-before-we-began',
    1,
    [YOUR, STARTED, group('given told shown fed received get got read')],
    `\\b(?:what|which|repeat|show|tell|print|write|give|list|recall)\\b${gap(40)}\\byou (?:(?:were|` +
      `have been|had been|are)` +
      `(?: (?:given|told|shown|fed|handed|sent|taught))|got|received|read|` +
      `saw)${gap(12)}\\b(?:before|prior to|ahead of) ` +
      `(?:i|we|our|this|the|my|any)\\b${gap(12)}\\b(?:start|started|typing|began|begin|conversation|` +
      `chat|message|` +
      'wrote|spoke|talk|talking|arrived|joined|question|session|dialog(?:ue)?|user|input)',
  ),
  rule(
    P,
    'first-text-you-got',
    1,
    [group('first very'), YOUR, group('given told shown fed received got')],
    `\\b(?:first|opening|earliest|initial) (?:sentence|line|message|text|thing|words?|instruction|` +
      `paragraph)s?\\b` +
      `${gap(10)}\\byou (?:were|have been|are|got|received)(?: (?:ever )?(?:given|told|shown|fed|` +
      `sent))?\\b`,
  ),
  rule(
    P,
    'from-the-beginning',
    1,
    [group('everything all text content words whatever'), group('start beginning top'), REVEAL],
    `\\b(?:print|output|repeat|show|copy|write|return|display|give|paste|dump|recite|echo)\\b${gap(12)}` +
      `\\b(?:everything|all|text|content|words|whatever)\\b${gap(16)}\\b(?:between|from|since|at) ` +
      `the (?:very )?` +
      `(?:start|beginning|top) of (?:the|this|our|your) (?:conversation|chat|context|session|window|` +
      `dialog(?:ue)?|prompt)`,
  ),
  rule(
    P,
    'complete-my-prompt',
    1,
    [group('complete finish continue fill'), PROMPT, group('my the')],
    `\\b(?:complete|finish|continue|fill in)\\b${gap(30)}[:"'\`] ?["'\`]?` +
      // What is only begun is to be told; of what goes on by itself, only what is plainly the model's own.
      `(?:(?:my|the) ${SETUP}{1,3}${MY_TOLD} ${SAYS}\\b|my ${MY_TOLD} ${SAYS}\\b[ :,]{0,3}(?:\\w{2,6} ?)?(?:["'\`_.…[]|$))`,
  ),
  rule(
    P,
    'not-allowed-topics',
    0.5,
    [YOUR, group('allowed forbidden prohibited permitted supposed'), group('what which list')],
    `\\b(?:what|which|list|name)\\b${gap(30)}\\byou(?:'re| are)? (?:not (?:allowed|permitted|` +
      `supposed)|forbidden|` +
      'prohibited|never allowed)',
  ),
  rule(
    P,
    'word-for-word',
    0.5,
    [group('word verbatim exactly'), group('list them it repeat quote write show tell give')],
    `\\b(?:list|repeat|quote|write|show|tell|give|paste|read)\\b (?:me |us )?(?:them|it|that|those|` +
      `these)(?: out| down)?` +
      ' (?:all )?(?:word[- ](?:for|by)[- ]word|verbatim|exactly as)',
  ),
  rule(
    P,
    'use-your-own-setup',
    0.7,
    [YOUR, group('own'), TOLD_WORDS],
    `\\b(?:use|with|including|quote|quoting|based on|insert|include|like|from|e\\.g\\.|for example) ` +
      `your (?:own|actual|real) ` +
      `(?:current |system |initial ){0,3}${TOLD}\\b`,
  ),
  rule(
    P,
    'secret-you-guard',
    0.7,
    [
      SECRET,
      YOUR,
      group('protect protecting guard guarding hide hiding keep keeping tell reveal share conceal hold'),
    ],
    `\\b${KEPT} (?:that |which )?you(?:'re| are| were| have| must| should)? (?:been |not |not to )?` +
      '(?:protect(?:ing)?|guard(?:ing)?|hid(?:e|ing)|keep(?:ing)?|tell|reveal|share|conceal(?:ing)?|' +
      'hold(?:ing)?)\\b',
  ),
  rule(
    P,
    'secret-by-letters',
    1,
    [SECRET, group('letter letters character characters syllable vowel vowels digit digits word words')],
    `\\b(?:letters?|characters?|digits?|syllables?|initials?)\\b${gap(50)}\\b(?:spells?|forms?|reveals?) ` +
      `(?:out )?(?:the|your) (?:secret|hidden |access )?${KEPT}\\b`,
  ),
  rule(
    P,
    'secret-quizzed',
    0.6,
    [SECRET, group('longer shorter start starts begin begins contain contains end ends rhyme rhymes vowel')],
    `\\b(?:is|does|do|are|how)\\b (?:the|your|that) (?:secret |hidden |access ` +
      `)?${KEPT}\\b${gap(8)}\\b(?:longer|shorter|` +
      'start|begin|contain|end|rhyme|have|include)\\b',
  ),
  rule(
    P,
    'secret-asked-characters',
    0.5,
    [group('first last second third'), group('characters letters character letter digits')],
    '\\bwhat (?:are|is) (?:the|its) (?:first|last|second|third)(?: \\w{2,6})? (?:characters?|' +
      'letters?|digits?)\\b ?\\?',
  ),
  rule(
    P,
    'secret-as-if',
    1,
    [SECRET, group('if')],
    `\\bif (?:the|your) (?:secret |hidden |access )?${KEPT} (?:wore\\b|could (?:speak|talk|sing|dance|walk|` +
      'write|tell|introduce|describe|draw|dress)\\b|had (?:an? (?:voice|face|smell|taste|sound|colou?r|shape|' +
      'personality|diary)|feelings)\\b|(?:was|were) (?:an? (?:\\w{2,12} )?(?:animal|person|colou?r|food|dish|' +
      'song|movie|film|city|country|fruit|plant|flower|thing|character|place|planet|book|poem|riddle|story|' +
      'drink|instrument)|alive|spoken|sung)\\b)',
  ),
  rule(
    P,
    'if-you-were-allowed',
    0.6,
    [YOUR, group('allowed permitted free able'), group('would')],
    `\\bwhat would (?:you|your answer)(?: have)? (?:say|answer|tell|reveal|reply|write|be|said|` +
      `told)\\b${gap(20)}` +
      '\\bif (?:you (?:were|was|had been)|nobody|nothing|no rule)\\b(?: (?:allowed|permitted|free|' +
      'able|forbade|stopped|unrestricted))',
  ),
  rule(
    P,
    'test-is-over',
    1,
    [
      group('over finished complete completed done ended'),
      group('test exercise simulation training drill game'),
      SECRET,
    ],
    '\\b(?:test|exercise|simulation|training|drill|game)\\b (?:is|was|has) (?:now )?(?:over|' +
      'finished|completed?|done|ended)\\b' +
      `[^\\n]{0,60}\\b(?:give|tell|reveal|show|share|provide|say)\\b${gap(24)}\\b${KEPT}\\b(?= (?:to (?:me|us)|now|please)\\b|[.,!?;\\n]|$)`,
  ),
  rule(
    F,
    'guardrails-lapsed',
    1,
    [
      group('guardrails safeguards'),
      group('deprecated expired lapsed lifted obsolete disabled retired suspended withdrawn replaced'),
    ],
    '\\b(?:prior|previous|former|earlier|old|your|all|existing|original) (?:\\w{2,12} ' +
      ')?(?:guardrails|safeguards)' +
      '\\b (?:is|are|were|was|have been|has been|have|has) (?:now |hereby |' +
      'all ){0,3}(?:deprecated|expired|lapsed|lifted|obsolete|disabled|retired|suspended|withdrawn|' +
      'replaced)\\b',
  ),
  rule(
    F,
    'as-if-no-rule',
    1,
    [
      group('if though'),
      group('rule rules instruction instructions guideline guidelines restriction policy'),
      YOUR,
    ],
    '\\b(?:answer|respond|act|behave|speak|talk|reply|write|continue)\\b[^.!?]{0,30}\\bas (?:if|' +
      'though)\\b[^.!?]{0,12}' +
      '\\b(?:no|none of (?:the|your)|never been given) (?:rules?|instructions?|guidelines?|' +
      'restrictions?|polic(?:y|ies))',
  ),
  rule(
    F,
    'raw-model',
    1,
    [group('persona role character act mask'), AI, group('drop lose abandon remove leave shed')],
    `\\b(?:drop|lose|abandon|remove|leave|shed) (?:the|your|this) (?:persona|role|character|act|` +
      `mask)\\b${gap(50)}` +
      '\\b(?:raw|base|underlying|real|true|bare) (?:model|ai|self|you|llm)\\b',
  ),
];
