/** Rules: tasks that stand in a mail, a table or a comment, where nobody who may give any speaks. */
import { group, type InjectionRule, rule } from './rule.ts';

const H = 'hidden-instruction';
const READER = group('ai assistant model llm chatbot bot gpt copilot agent');
const PIECE = group(
  'poem poems limerick haiku sonnet joke jokes song lyrics riddle tweet essay slogan rap story tale recipe ' +
    'quiz dialogue monologue blog acrostic tagline screenplay',
);
const MAIL = group('subject from');
/** A task for a writer: what it asks to be written has nothing to do with mails or figures. */
const PIECE_TASK =
  '(?:please |also |then |now |additionally,? |finally,? )?(?:write|compose|create|generate|craft|draft|' +
  'make up|invent|tell|give|come up with|suggest)(?: me| us)? (?:an?|one|two|three|some|five|the)' +
  '(?: [a-z-]{2,14}){0,3} ' +
  `(?:${PIECE.join('|')})\\b(?! (?:below|above|attached|you|we|i)\\b)`;
const IN_MAIL = '(?<=[.!?:|\\n>,)-]\\s{0,4})';
const IN_TABLE = '(?<=\\|[^\\n]{3,120}\\|[^\\n]{0,8}\\n?\\s{0,2}[|\\n]?\\s{0,2})';
const DEED =
  '(?:please |kindly |also |first |now |then |you must |you should )?(?:ignore|disregard|forget|add|insert|' +
  'include|append|write|say|print|output|send|forward|reply|respond|answer|call|run|execute|open|visit|' +
  'delete|approve|mark|rate|recommend|tell|translate|stop|copy|post|list|give)\\b';

export const CARRIED_RULES: readonly InjectionRule[] = [
  {
    ...rule(H, 'task-in-mail', 1, [MAIL, PIECE], `\\b(?=${PIECE_TASK})${IN_TABLE}${PIECE_TASK}`),
    inMail: new RegExp(`\\b(?=${PIECE_TASK})${IN_MAIL}${PIECE_TASK}`, 'g'),
  },
  rule(H, 'task-in-table', 1, [PIECE], `\\b(?=${PIECE_TASK})${IN_TABLE}${PIECE_TASK}`, ['|']),
  rule(
    H,
    'reader-told-midway',
    1,
    [READER],
    '(?<=[^\\s][.!?>|)\\]\\n]\\s{0,3})(?:dear |hey |attention |note to (?:the )?)?' +
      `(?:ai|assistant|ai assistant|ai agent|llm|chatbot|copilot|language model|ai model)[,:]\\s{0,2}${DEED}`,
  ),
  rule(
    H,
    'comment-to-reader',
    1,
    [READER],
    `(?:#|//|--|/\\*|<!--|;)\\s{0,2}(?:ai|assistant|copilot|llm|agent|chatbot)\\s?:\\s{0,2}${DEED}`,
  ),
];
