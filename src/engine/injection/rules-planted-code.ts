/** Rules: code that is to be put into what is being written, as pages of help never word it. */
import { group, type InjectionRule, rule } from './rule.ts';

const H = 'hidden-instruction';
const CODE = group(
  'code snippet block excerpt section lines script segment fragment listing routine function import',
);
const PIECE =
  '(?:code|snippet|block|excerpt|section|lines|script|segment|fragment|listing|routine|function)s?\\b';
const NEXT = group('following subsequent below next ensuing');
const ANSWER = group('answer response reply output');
const NEXT_PIECE = `\\b(?:following|subsequent|below|next|ensuing) (?:\\w{2,10} ){0,2}?${PIECE}`;
const THIS_PIECE = `(?:this|these|the) (?:\\w{2,10} ){0,2}?(?:import|${PIECE})`;
const YOUR = group('your you');
/** Of work that is only being written. */
const YOUR_WORK =
  '(?:\\byour (?:\\w{2,12} )?(?:solution|implementation|answer|response|reply|algorithm|codebase|code base|' +
  'explanation|output)s?\\b|\\bthe (?:\\w{2,12} )?(?:code|solution|answer|program|script|' +
  'snippet) (?:that )?you ' +
  '(?:will )?(?:write|develop|return|give|create|provide|produce|generate|post|submit|output|suggest)\\b)';
/** Programs have responses too. */
const NOT_OF_A_PROGRAM =
  '(?! (?:sheet|handler|header|template|object|body|class|file|key|form|type|schema|middleware|model)s?\\b)';
const YOUR_ANSWER = `\\byour (?:\\w{3,12} )?(?:answer|response|reply|output|explanation)s?\\b${NOT_OF_A_PROGRAM}`;
/** Whoever tells what became of an earlier answer. */
const FAULT_TOLD =
  "(?![^.\\n]{0,120}\\b(?:but|fails?|failed|errors?|wrong|throws|doesn't|does not|crash(?:es|ed)?|returned|bug|" +
  'you used|you wrote|you gave|shows|showed)\\b)';
const YOUR_CODE = '\\byour (?:\\w{2,12} )?(?:code|program|programme|coding)\\b';
/** The code stands below. */
const OPENS = '[^.\\n]{0,60}[:,.]\\s{0,3}(?:\\n|```)';
/** Verbs that authors of pages do not use of code that they show. */
const BLEND = group(
  'incorporate inject blend meld fuse weave infuse mix fold graft interweave knit employ enlist absorb ' +
    'assimilate enrich sneak smuggle slip plant hide',
);
/** Of code that is shown or asked for, as pages of help and tasks for programmers do. */
const SHOWN =
  'add|use|try|copy|paste|put|place|implement|complete|call|define|write|extend|fix|test|run|import|given|' +
  'rewrite|refactor|optimi[sz]e|improve|debug|explain|convert|translate|review|turn|simplify|shorten';
const START = '(?<=(?:^|[\\n.!?|>:)`])\\s{0,4}(?:please |also |then |and |kindly )?)';
const PUTTING = group(
  'add include insert integrate embed put place work weave incorporate slip append build slot copy paste',
);
const PUT = `(?:${PUTTING.join('|')})`;

export const PLANTED_CODE_RULES: readonly InjectionRule[] = [
  rule(
    H,
    'code-into-answer',
    1,
    [CODE, NEXT, YOUR],
    `(?:(?<!\\b(?:${SHOWN}) (?:the )?)${NEXT_PIECE}[^.\\n]{0,70}?${YOUR_WORK}${OPENS}|` +
      `${YOUR_ANSWER}${FAULT_TOLD}[^.\\n]{0,70}?${NEXT_PIECE}${OPENS})`,
  ),
  rule(
    H,
    'this-code-into-answer',
    1,
    [CODE, ANSWER, PUTTING],
    `\\b(?=${PUT} )${START}${PUT} ${THIS_PIECE}[^.\\n]{0,50}?\\b(?:in|into|to|of) ${YOUR_ANSWER}${OPENS}`,
  ),
  rule(
    H,
    'code-into-code',
    1,
    [CODE, NEXT, BLEND],
    `\\b(?:${BLEND.join('|')})\\b[^.\\n]{0,30}?${NEXT_PIECE}[^.\\n]{0,50}?${YOUR_CODE}${OPENS}`,
  ),
  rule(
    H,
    'code-must-hold',
    0.5,
    [CODE, NEXT, YOUR],
    `${YOUR_CODE} (?!.{0,20}\\b(?:like|similar|same|equivalent|fail|crash|run into|result)\\b)` +
      '(?:should|must|could|can|will|has to|needs to|ought to) [^.\\n]{0,50}?' +
      `${NEXT_PIECE}${OPENS}`,
  ),
];
