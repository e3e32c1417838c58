/** Rules: fake completions, which pretend that the task at hand is done and a new one begins. */
import { INSTRUCTIONS, NOW } from './lexicon.ts';
import { group, type InjectionRule, rule } from './rule.ts';

const D = 'fake-completion';
const TASK = group('task tasks job assignment request translation summary answer');
const END = group('end finished complete completed done over ended');
const START = group('start begin new restart');

export const COMPLETION_RULES: readonly InjectionRule[] = [
  rule(
    D,
    'end-of-prompt',
    0.7,
    [END, INSTRUCTIONS],
    '[-=#*<\\[({]{2,6} ?(?:end|end of|/) ?(?:of )?(?:the |system |user |above |previous )?(?:' +
      'prompt|instructions?|input|context|document|conversation|text|data|message)\\b',
  ),
  rule(
    D,
    'begin-new-prompt',
    0.7,
    [START, INSTRUCTIONS],
    '[-=#*<\\[({]{2,6} ?(?:begin|start|new)(?: of)?(?: the| new| user| system)? (?:prompt|' +
      'instructions?|session|conversation|task|context)\\b',
  ),
  rule(
    D,
    'task-complete-now',
    0.6,
    [END, TASK],
    '\\b(?:task|job|assignment|request|translation|summary|answer) (?:is |was )?(?:now )?(?:' +
      'complete[d]?|finished|done)\\b[.!,;:]? ?(?:now|next|new|you)\\b',
  ),
  rule(
    D,
    'answer-then-new',
    0.5,
    [group('answer response output'), NOW],
    '\\n(?:answer|response|output|assistant|result): [^\\n]{1,80}\\n{1,3}(?:now|next|user|' +
      'instruction|new task|human)\\b',
  ),
  rule(
    D,
    'great-job-now',
    0.5,
    [group('great good excellent perfect well'), NOW],
    '\\b(?:great|good|excellent|perfect|well done)(?: job| work)?[.!,]{1,2} (?:now|next),? (?:' +
      'ignore|forget|print|reveal|output|tell|repeat|show|say)\\b',
  ),
  rule(
    D,
    'here-ends',
    0.6,
    [END, group('user document data input email')],
    '\\b(?:end of|here ends) (?:the )?(?:user|document|data|input|e-?mail)(?: input| data| ' +
      'message| content)?\\b[\\]\\s.>=-]{1,8}(?:new|system|now|instructions?|you)\\b',
  ),
];
