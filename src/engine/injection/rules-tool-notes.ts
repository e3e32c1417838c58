/** Rules: notes in the results of tools that speak to whoever called them, and want something done first. */
import { group, type InjectionRule, rule } from './rule.ts';

const T = 'tool-spoofing';
const READER = group('assistant agent ai llm model bot chatbot copilot agents assistants');
const TASK = group('task request query');
const USER = group('user owner');
const MUST =
  '(?:must|should|has to|have to|needs? to|shall|will have to|' +
  '(?:is|are) (?:required|asked|expected|obliged) to)';
/** What is hard to undo. */
const DEED =
  '(?:send|forward|transfer|pay|wire|delete|post|upload|share|invite|reveal|grant|disable|e-?mail|export|' +
  'buy|order|approve|unlock|remove|change|update|run|execute|visit)\\b';
const FAULT = group('error failed failure denied expired locked warning incomplete exception timeout');

export const TOOL_NOTE_RULES: readonly InjectionRule[] = [
  rule(
    T,
    'before-the-task',
    1,
    [READER, TASK, group('before until prior')],
    '\\b(?:before|until|prior to) (?:you )?(?:can |could |are able to |may )?' +
      '(?:solv|complet|finish|answer|continu|proceed|go|carry|perform)\\w{0,4} (?:on |with )?' +
      "(?:the|your|this|that|my) (?:(?:original|user'?s?|current|main|actual|initial|given) ){0,2}" +
      `(?:task|request|query)s?\\b[^.!?\\n]{0,90}\\b${DEED}`,
  ),
  rule(
    T,
    'user-also-asked',
    1,
    [USER, READER],
    '\\b(?:the|your) (?:user|owner) (?:has |had )?(?:also|further|additionally)(?: has)? ' +
      '(?:asked|wants|wanted|requested|requests|authori[sz]ed|agreed|consented|approved|instructed|ordered)' +
      '(?: that| for)? (?:you|the (?:assistant|agent|ai|model|bot))\\b' +
      '(?! (?:managers?|cars?|trains?|planes?|ships?|numbers?|railways?|kits?|coach|professors?|nurses?|directors?|fees?)\\b)',
  ),
  rule(
    T,
    'agent-must-act',
    0.6,
    [READER, group('must should has have needs required asked')],
    '\\b(?:the|any|every|all|calling|ai) (?:ai |calling |coding )?(?:agent|assistant|llm|model|bot|copilot)s? ' +
      `${MUST} (?:now |first |also |immediately |at once )?${DEED}`,
  ),
  rule(
    T,
    'assistant-sends',
    0.5,
    [READER, group('send forward post upload share transfer export mail email'), group('to with')],
    '\\b(?:ai agents?|assistants?|llms?|language models?|chatbots?|copilot|ai)\\b' +
      '(?!.{0,12}\\b(?:can|may|could|might|helps?|lets?)\\b)[^.!?\\n]{0,40}' +
      '\\b(?:send|forward|post|upload|share|transfer|export|e-?mail)\\b[^!?\\n]{0,80}\\b(?:to|with) ' +
      '(?:https?://|[\\w.-]{1,40}@[\\w-]{1,40}\\.|account \\d)',
  ),
  rule(
    T,
    'fault-for-agent',
    0.5,
    [FAULT, READER],
    `\\b(?:${FAULT.join('|')})\\b[^\\n]{0,120}\\b(?:ai agent|calling agent|assistant|llm|ai)s? ${MUST}\\b`,
  ),
];
