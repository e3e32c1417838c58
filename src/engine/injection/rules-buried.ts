/** Rules: what a mail, a table or code says about the answer of whoever reads it, as nobody tells people. */
import { group, type InjectionRule, rule, type WordGroup } from './rule.ts';

const H = 'hidden-instruction';
const YOUR = group('your');
const ANSWER = group("response reply answer message output response's reply's answer's message's");
const YOUR_ANSWER = "\\byour (?:\\w{3,12} )?(?:response|reply|answer|message|output)(?:'s|s)?\\b";
const THE_ANSWER = `(?:${YOUR_ANSWER}|\\b(?:in|of|throughout) the (?:response|reply|answer)\\b)`;

/** One of these stands in most mails; a user who speaks for himself hardly writes any. */
const MAIL = group('subject regards unsubscribe sincerely inbox invoice receipt newsletter');
const STARTS = '(?:^|[\\n.!?|>:)`])\\s{0,4}(?:please |also |then |and |kindly )?';
const START = `(?<=${STARTS})`;
/** On a line of its own behind a row. */
const IN_TABLE = '(?<=\\|[^\\n]{3,200}\\|[ \\t]{0,3}\\n\\s{0,3})(?=[^|\\n]{1,400}(?:\\n|$))';
const IN_CODE = '(?<=[;{})\\]`][ \\t]{0,3}\\n\\s{0,8})';
/** Whether the sentence of which a task is a part begins behind one of these. */
const inSentence = (...ends: readonly string[]): string =>
  `(?<=(?:${ends.join('|')})\\s{0,8}(?:(?!when|if|all|any|each|it|this|the)[a-z][^.!?|\\n>]{0,160})?)`;
const ROW_END = '\\|[ \\t]{0,3}\\n';
const CODE_END = '[;{})\\]`][ \\t]{0,3}\\n';

/** What must stand before a task, of which nothing looks back far. */
interface Before {
  /** Before its first word. */
  readonly task: string;
  /** Before its sentence. */
  readonly sentence: string;
  /** The same where code is none of it. */
  readonly text: string;
}
const OUTSIDE: Before = {
  task: `(?:${IN_TABLE}|${IN_CODE})`,
  sentence: inSentence(ROW_END, CODE_END),
  text: inSentence(ROW_END),
};
const LETTER_SENTENCE = inSentence('[.!?|\\n>]');
const IN_LETTER: Before = {
  task: '(?<=[.!?:|\\n>,)-]\\s{0,4})',
  sentence: LETTER_SENTENCE,
  text: LETTER_SENTENCE,
};

/** A rule for what stands in tables, code and letters, with what must stand before it in each. */
function carried(id: string, needs: readonly WordGroup[], write: (before: Before) => string): InjectionRule {
  return { ...rule(H, id, 1, needs, write(OUTSIDE)), inLetter: new RegExp(write(IN_LETTER), 'g') };
}

/** The task is looked for first: what stands before it is looked at once, not for each of its ends. */
const told = (before: string, task: string): string => `\\b(?=${task})${before}(?:${task})`;

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
const CHANGED = `(?:${CHANGE.join('|')})(?: up)? your (?:\\w{3,12} )?`;
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
/** Of two tables people ask something between them. */
const NOT_OF_TABLES =
  '(?![^|\\n]{0,180}\\b(?:tables?|rows?|columns?|cells?|entry|entries|the (?:other|second|next) one)\\b)';
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
  carried('data-garbles', [ANSWER, GARBLED], ({ sentence }) => told(sentence, nearAnswer(GARBLE))),
  carried('answer-in-odd-form', [ANSWER, ODD], ({ text }) => told(text, nearAnswer(ODD_FORM))),
  rule(
    H,
    'answer-changed',
    1,
    [CHANGE, ANSWER, MAIL],
    `${START}(?:${CHANGE.join('|')})(?: up)? (?:your|the) (?:\\w{3,12} )?(?:response|reply|answer)${SO_THAT}`,
  ),
  carried(
    'reply-changed',
    [CHANGE, YOUR, ANSWER],
    ({ sentence }) =>
      `\\b(?=${CHANGED})(?:${sentence}${CHANGED}(?:response|reply)${SO_THAT}|` +
      `(?<=\\|[ \\t]{0,3}\\n[^|\\n]{0,80})${CHANGED}answer\\b)`,
  ),
  carried('answer-urges', [YOUR, ANSWER, CROWD], ({ sentence }) =>
    told(
      sentence,
      `(?:${YOUR_ANSWER}[^.!?\\n]{0,40}\\b${TO_CROWD}|\\b${TO_CROWD}[^.!?\\n]{0,60}${YOUR_ANSWER})`,
    ),
  ),
  carried(
    'answer-advertises',
    [YOUR, ANSWER, ADVERT],
    ({ task }) =>
      `\\b(?=${PUT} )${task}${PUT} (?:an?|some|one|the)(?: [a-z-]{2,14}){0,3}? ` +
      `(?:${ADVERT.join('|')})s?\\b` +
      `[^!?\\n]{0,100}${YOUR_ANSWER}`,
  ),
  carried(
    'answer-quotes',
    [YOUR, ANSWER, PUTTING],
    ({ task }) => `\\b(?=${PUT} )${task}${PUT} ["“'][^"”\\n]{8,160}["”'][^!?\\n]{0,60}${YOUR_ANSWER}`,
  ),
  carried(
    'answer-framed',
    [ANSWER, ADVERT, FRAME],
    ({ task }) =>
      `\\b(?=${FRAME.join('|')})${task}(?:${FRAME.join('|')})(?: off)? (?:your|each|every|the) ` +
      '(?:response|reply|answer|message|summary)s? (?:with|by)\\b[^.!?\\n]{0,40}' +
      `\\b(?:${ADVERT.join('|')})\\b`,
  ),
  carried(
    'answer-links',
    [YOUR, ANSWER, LINKING],
    ({ task }) =>
      `\\b(?=${LINK})${task}${LINK}(?:[^!?\\n]{0,80}${SITE}[^!?\\n]{0,60}\\b(?:in|into|to|` +
      `of|with|through) ` +
      `${YOUR_ANSWER}|[^!?\\n]{0,40}\\b(?:in|into|to|through) ${YOUR_ANSWER}[^!?\\n]{0,80}${SITE})`,
  ),
  carried(
    'answer-boasts',
    [YOUR, ANSWER],
    ({ task }) => `\\b(?=in your )${task}in ${YOUR_ANSWER},? (?:also |please )?${BOAST}`,
  ),
  rule(
    H,
    'line-amid-table',
    1,
    [AMID],
    `\\|[ \\t]{0,3}\\n\\s{0,3}(?:please |also |now |then )?(?:${AMID.join('|')}) ${NOT_OF_TABLES}` +
      '[^|\\n]{8,180}\\s{0,3}\\n' +
      '\\s{0,3}\\|[^\\n]{1,300}\\|[ \\t]{0,3}(?:\\n|$)(?!\\s{0,3}\\|[ \\t]{0,3}[:-])',
    ['|'],
  ),
  {
    ...rule(
      H,
      'lesson-in-mail',
      1,
      [LESSON, group('subject from hi dear hello')],
      told(IN_TABLE, TONGUE_TASK),
    ),
    inLetter: new RegExp(told(IN_LETTER.task, TONGUE_TASK), 'g'),
  },
  rule(H, 'lesson-in-table', 1, [LESSON], told(IN_TABLE, LESSON_TASK), ['|']),
];
