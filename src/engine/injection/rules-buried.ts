/** Rules: what a mail, a table or code says about the answer of whoever reads it, as nobody tells people. */
import { group, type InjectionRule, rule } from './rule.ts';

const H = 'hidden-instruction';
const YOUR = group('your');
const ANSWER = group("response reply answer message output response's reply's answer's message's");
const YOUR_ANSWER = "\\byour (?:\\w{3,12} )?(?:response|reply|answer|message|output)(?:'s|s)?\\b";
const THE_ANSWER = `(?:${YOUR_ANSWER}|\\b(?:in|of|throughout) the (?:response|reply|answer)\\b)`;

/** One of these stands in most mails; a user who speaks for himself hardly writes any. */
const MAIL = group('subject regards unsubscribe sincerely inbox invoice receipt newsletter');
const STARTS = '(?:^|[\\n.!?|>:)`])\\s{0,4}(?:please |also |then |and |kindly )?';
const START = `(?<=${STARTS})`;
/** Behind the head of a mail or its salutation: what a user asks of a mail stands before it. */
const IN_MAIL = '(?<=^\\s{0,4}(?:subject|from) ?:[\\s\\S]{20,1200}?[.!?:|\\n>,)-]\\s{0,4})';
const IN_LETTER =
  '(?<=^\\s{0,4}(?:hi|hello|dear) (?!there|all|assistant|ai|chat|gpt|claude|bot)[\\w. ]{2,24}[,\\n]' +
  '[\\s\\S]{20,1200}?[.!?:\\n>,)-]\\s{0,4})';
/** On a line of its own behind a row. */
const IN_TABLE = '(?<=\\|[^\\n]{3,200}\\|[ \\t]{0,3}\\n\\s{0,3})(?=[^|\\n]{1,400}(?:\\n|$))';
const IN_CODE = '(?<=[;{})\\]`][ \\t]{0,3}\\n\\s{0,8})';
/**
 * Looks back from the end of a rare match, over its sentence, for what CARRIED looks for.
 * Tried at each word, that would be slow.
 */
const wasCarried = (code: string): string =>
  '(?<=(?:^\\s{0,4}(?:subject|from) ?:[\\s\\S]{20,1200}?[.!?|\\n>]|' +
  '^\\s{0,4}(?:hi|hello|dear) (?!there|all|assistant|ai|chat|gpt|claude|bot)[\\w. ]{2,24}[,\\n]' +
  '[\\s\\S]{20,1200}?[.!?\\n>]|\\|[ \\t]{0,3}\\n' +
  `${code})` +
  '\\s{0,8}(?!when|if|all|any|each|it|this|the)[a-z][^.!?|\\n>]{0,200})';
const WAS_CARRIED = wasCarried('|[;{})\\]`][ \\t]{0,3}\\n');
const CARRIED = `(?:${IN_MAIL}|${IN_LETTER}|${IN_TABLE}|${IN_CODE})`;

/** What makes a text hard to read; what stands in the second list is asked for in good faith too. */
const GARBLED = group(
  'vowel vowels consonant consonants typos misspell misspelling misspellings ' +
    'misspelled anagram anagrams ' +
    'anagrammed scramble scrambled jumble jumbled garble garbled homophonic alphanumeric gibberish',
);
const GARBLE =
  `(?:${GARBLED.filter((word) => word !== 'typos').join('|')}|` +
  '(?:random|intentional|deliberate|some|many|introduce|insert|add|make) typos)\\b';
const NTH = '(?:every|each) (?:second|third|fourth|fifth|other) (?:word|letter)';
const ODD = group(
  'spaces punctuation symbols symbol cipher substitution letter letters backwards reverse ' +
    'reversed emojis emoji ' +
    'emoticons morse shuffle blanks encode encoded encrypt encrypted base64 base32 ' +
    'hexadecimal binary rot13 ' +
    'riddle riddles mirror upside pictograms numerals second third fourth fifth',
);
const ODD_FORM =
  '(?:spaces|punctuation|symbols?|cipher|substitution|backwards|reversed?|emojis?|' +
  'emoticons|morse|shuffle|blanks|' +
  'encoded?|encrypt(?:ed)?|base64|base32|hexadecimal|binary|rot13|riddles?|mirror|upside|pictograms|' +
  `roman numerals|${NTH}|(?<!(?:capital|block|case|cover|love) )letters?)\\b`;
const nearAnswer = (what: string): string =>
  `(?:\\b${what}(?:[^.!?\\n]{0,50}\\b(?:in|of|throughout|within|from|for))? ?${THE_ANSWER}|` +
  `${THE_ANSWER}[^.!?\\n]{0,60}\\b${what})`;

const CHANGE = group(
  'modify enhance augment alter adapt enrich tweak rework supplement embellish spice tailor reshape pepper',
);
/** Guests and pupils may change their answers too: to a survey, by a click. */
const SO_THAT =
  '(?: \\w{2,12}){0,2}? (?:to (?!the\\b|this|our|my|an?\\b)|with |so that|' +
  'by (?!click|visit|using|follow|going|sign|open|log)\\w{3,14}ing)';
const CROWD = group('users user readers reader viewers voters audience subscribers followers');
const URGE =
  '(?:suggest|invit|encourag|urg|tell|remind|ask|recommend|advis|convinc|persuad|direct|inform|warn|offer)' +
  '(?:e|es|s|ing)?\\b';
const TO_CROWD = `${URGE} (?:\\w{2,12} ){0,2}?(?:${CROWD.join('|')})\\b`;
const ADVERT = group(
  'sentence tip statement headline appeal plug advert advertisement teaser rumour rumor ' +
    'claim slogan promotion ' +
    'warning advice recommendation reminder catchphrase testimonial',
);
const PUTTING = group(
  'add include insert integrate embed put place work weave incorporate mention slip append drop sneak',
);
const PUT = `(?:${PUTTING.join('|')})`;
const LINKING = [
  ...PUTTING,
  ...group('promote advertise plug praise suggest propose cite name link offer recommend'),
];
const LINK = `(?:${LINKING.join('|')})\\b`;
const SITE =
  '(?<![@\\w.-])(?:https?://|www\\.)?[a-z0-9-]{2,30}(?:\\.[a-z0-9-]{2,30})?' +
  '\\.(?:com|net|org|xyz|io|info|example|shop|biz|app|site|online|top|click|store)\\b';
const BOAST = '(?:tease|promote|advertise|claim|praise|hint|urge|encourage|endorse|push)\\b';
const FRAME = group('start begin open finish end close conclude round preface');

/** First words of a task or a question that stands between two rows of one table. */
const AMID = group(
  'what who how when where why explain describe provide translate write compose draft ' +
    'develop show can could ' +
    'tell give list break replace misspell scramble use render ignore forget print say send ' +
    'add include insert ' +
    'respond reply answer summarize summarise solve recommend suggest name create generate make do modify',
);
/** What is asked of a teacher, not of whoever gets a mail or a table. */
const LESSON = group(
  'say sentence phrase word equivalent who capital theory process concept plot lifecycle ' +
    'cycle function script ' +
    'python javascript java php solve translate recursion photosynthesis',
);
const TONGUE =
  '(?:english|french|german|spanish|italian|russian|japanese|chinese|korean|arabic|hindi|latin|greek|dutch|' +
  'portuguese|turkish|polish|swedish)';
const QUOTED = '["\'“][^"\'”\\n]{2,60}["\'”]';
const TONGUE_TASK =
  `how do (?:you|i|we) say ${QUOTED} in ${TONGUE}|what(?:'s| is) ${QUOTED} in ${TONGUE}|` +
  `(?:provide|give|tell)(?: me)? the ${TONGUE} (?:equivalent|word|translation|phrase|term|name) (?:for|of)|` +
  '(?:can you |could you )?(?:show|give|provide|write)(?: me)? an? (?:simple |basic |short )?' +
  '(?:python|javascript|java|php|ruby|c\\+\\+|sql) (?:function|script|program|example|class) ' +
  '(?:to|that|for|which)';
/** What teachers set as homework and clubs as a quiz, by mail: told in tables alone. */
const LESSON_TASK =
  `${TONGUE_TASK}|translate ${QUOTED} (?:in)?to ${TONGUE}|` +
  'translate (?:the |this )?(?:following )?(?:sentence|word|phrase|text|words)[^.\\n]{0,20} (?:in)?to ' +
  `${TONGUE} ?:|` +
  'who (?:wrote|composed|painted|invented|discovered|directed) (?!this|it\\b|that)|' +
  'what is the capital (?:city )?of|' +
  'explain (?:to me )?(?:the )?(?:theory|process|concept|principle|law|basics|water cycle) of|' +
  'explain how (?:recursion|inheritance|photosynthesis|gravity|a closure|closures)\\b|' +
  'describe the (?:life ?cycle|water cycle|plot|anatomy|structure of an? atom)|' +
  '(?:break down|summari[sz]e|retell|outline) the plot of|' +
  'how do (?:i|you) (?:solve|factor|simplify|differentiate|calculate) (?:an? )?(?:quadratic|linear|' +
  'equations?|fractions?|polynomials?|integrals?|derivatives?)';

export const BURIED_RULES: readonly InjectionRule[] = [
  rule(
    H,
    'answer-garbled',
    1,
    [ANSWER, GARBLED, MAIL],
    `${START}(?!when|if|all|any|each|it|this|the)(?=[a-z])[a-z ,'"()=&@-]{0,90}?${nearAnswer(GARBLE)}`,
  ),
  rule(H, 'data-garbles', 1, [ANSWER, GARBLED], `${nearAnswer(GARBLE)}${WAS_CARRIED}`),
  rule(H, 'answer-in-odd-form', 1, [ANSWER, ODD], `${nearAnswer(ODD_FORM)}${wasCarried('')}`),
  rule(
    H,
    'answer-changed',
    1,
    [CHANGE, ANSWER, MAIL],
    `${START}(?:${CHANGE.join('|')})(?: up)? (?:your|the) (?:\\w{3,12} )?(?:response|reply|answer)${SO_THAT}`,
  ),
  rule(
    H,
    'reply-changed',
    1,
    [CHANGE, YOUR, ANSWER],
    `\\b(?:${CHANGE.join('|')})(?: up)? your (?:\\w{3,12} )?(?:(?:response|reply)${SO_THAT}${WAS_CARRIED}|` +
      'answer\\b(?<=\\|[ \\t]{0,3}\\n[^|\\n]{0,90}))',
  ),
  rule(
    H,
    'answer-urges',
    1,
    [YOUR, ANSWER, CROWD],
    `(?:${YOUR_ANSWER}[^.!?\\n]{0,40}\\b${TO_CROWD}|\\b${TO_CROWD}[^.!?\\n]{0,60}${YOUR_ANSWER})${WAS_CARRIED}`,
  ),
  rule(
    H,
    'answer-advertises',
    1,
    [YOUR, ANSWER, ADVERT],
    `\\b(?=${PUT} )${CARRIED}${PUT} (?:an?|some|one|the)(?: [a-z-]{2,14}){0,3}? ` +
      `(?:${ADVERT.join('|')})s?\\b` +
      `[^!?\\n]{0,100}${YOUR_ANSWER}`,
  ),
  rule(
    H,
    'answer-quotes',
    1,
    [YOUR, ANSWER, PUTTING],
    `\\b(?=${PUT} )${CARRIED}${PUT} ["“'][^"”\\n]{8,160}["”'][^!?\\n]{0,60}${YOUR_ANSWER}`,
  ),
  rule(
    H,
    'answer-framed',
    1,
    [ANSWER, ADVERT, FRAME],
    `\\b(?=${FRAME.join('|')})${CARRIED}(?:${FRAME.join('|')})(?: off)? (?:your|each|every|the) ` +
      '(?:response|reply|answer|message|summary)s? (?:with|by)\\b[^.!?\\n]{0,40}' +
      `\\b(?:${ADVERT.join('|')})\\b`,
  ),
  rule(
    H,
    'answer-links',
    1,
    [YOUR, ANSWER, LINKING],
    `\\b(?=${LINK})${CARRIED}${LINK}(?:[^!?\\n]{0,80}${SITE}[^!?\\n]{0,60}\\b(?:in|into|to|` +
      `of|with|through) ` +
      `${YOUR_ANSWER}|[^!?\\n]{0,40}\\b(?:in|into|to|through) ${YOUR_ANSWER}[^!?\\n]{0,80}${SITE})`,
  ),
  rule(
    H,
    'answer-boasts',
    1,
    [YOUR, ANSWER],
    `\\b(?=in your )${CARRIED}in ${YOUR_ANSWER},? (?:also |please )?${BOAST}`,
  ),
  rule(
    H,
    'line-amid-table',
    1,
    [AMID],
    `\\|[ \\t]{0,3}\\n\\s{0,3}(?:please |also |now |then )?(?:${AMID.join('|')}) [^|\\n]{8,180}\\s{0,3}\\n` +
      '\\s{0,3}\\|[^\\n]{1,300}\\|[ \\t]{0,3}(?:\\n|$)(?!\\s{0,3}\\|[ \\t]{0,3}[:-])',
    ['|'],
  ),
  rule(
    H,
    'lesson-in-mail',
    1,
    [LESSON, group('subject from hi dear hello')],
    `\\b(?=${TONGUE_TASK})(?:${IN_MAIL}|${IN_LETTER})(?:${TONGUE_TASK})`,
  ),
  rule(H, 'lesson-in-table', 1, [LESSON], `\\b(?=${LESSON_TASK})${IN_TABLE}(?:${LESSON_TASK})`, ['|']),
];
