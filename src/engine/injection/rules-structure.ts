/**
 * Rules: forged roles and delimiters, hidden instructions in documents, forged tool calls, encoding tricks.
 */
import { YOUR } from './lexicon.ts';
import { byLiteral, gap, group, type InjectionRule, rule } from './rule.ts';

const R = 'role-spoofing';
const TURN =
  '(?:you|your|ignore|disregard|forget|new|override|from now|the user|reveal|print|always|never|' +
  'respond|do not|must|execute|access|admin)';

export const STRUCTURE_RULES: readonly InjectionRule[] = [
  byLiteral(R, 'chatml', 0.9, ['<|im_start|>', '<|im_end|>', '<|im_sep|>'], `<\\|im_(?:start|end|sep)\\|>`),
  byLiteral(
    R,
    'special-token',
    0.9,
    [
      '<|system|>',
      '<|user|>',
      '<|assistant|>',
      '<|endoftext|>',
      '<|eot_id|>',
      '<|end|>',
      '<|start|>',
      '<|channel|>',
      '<|message|>',
      '<|begin_of_text|>',
      '<|start_header_id|>',
      '<|end_header_id|>',
    ],
    '<\\|(?:system|user|assistant|endoftext|eot_id|end|start|channel|message|begin_of_text|start_' +
      'header_id|end_header_id)\\|>',
  ),
  byLiteral(R, 'gemma-turn', 0.9, ['<start_of_turn>', '<end_of_turn>'], `<(?:start|end)_of_turn>`),
  byLiteral(R, 'deepseek-token', 0.9, ['<|begin', '<|end_of'], `<[|｜](?:begin|end)[_▁]of[_▁]sentence[|｜]>`),
  byLiteral(R, 'llama-inst', 0.7, ['[inst]', '[/inst]'], `\\[/?inst\\]`),
  byLiteral(R, 'llama-sys', 0.9, ['<<sys>>', '<</sys>>'], `<</?sys>>`),
  byLiteral(
    R,
    'alpaca-head',
    0.6,
    [
      '### instruction',
      '### system',
      '### response',
      '###instruction',
      '### new',
      '### human',
      '### assistant',
      '### user',
    ],
    `(?:^|\\n) {0,3}### ?(?:new )?(?:instructions?|system(?: prompt)?|response|human|assistant|user) ?:`,
  ),
  byLiteral(
    R,
    'xml-system',
    0.7,
    [
      '<system',
      '</system',
      '<admin',
      '<developer',
      '</user',
      '</prompt',
      '</instructions',
      '<instructions',
      '<sys>',
    ],
    '</?(?:system(?:[-_ ]?(?:prompt|message|override|instructions?))?|sys|admin|developer|' +
      `instructions?)>[^<]{0,60}?\\b${TURN}\\b`,
  ),
  byLiteral(
    R,
    'close-user',
    0.8,
    ['</user', '</prompt', '</input', '</document', '</context', '</data', '</query', '</message'],
    '</(?:user(?:_?(?:input|query|message))?|prompt|input|document|context|data|query|message)>[' +
      '\\s\\S]{0,40}?(?:<(?:system|instructions?|admin|assistant)|\\b(?:ignore|disregard|new ' +
      'instructions?|system:))',
  ),
  byLiteral(
    R,
    'bracket-system',
    0.8,
    ['[system', '(system', '{system', '[admin', '[developer', '[assistant'],
    '[\\[({](?:system|admin|developer)(?:[-_ ](?:message|prompt|note|override|instructions?|' +
      `update|notice|alert))?[\\])}] ?:? ?[^\\n]{0,30}\\b${TURN}\\b`,
  ),
  byLiteral(
    R,
    'system-override-tag',
    1,
    ['system override', 'system_override', 'admin override', 'system-override', 'override system'],
    `\\b(?:system|admin)[ _-]override\\b[\\]:!.,*\\s-]{0,6}`,
  ),
  byLiteral(
    R,
    'system-turn',
    0.8,
    ['system:', 'system :', 'system prompt:', 'system message:', 'sysadmin:'],
    `(?:^|\\n|["'>\\]*]) {0,4}(?:\\*\\*)?(?:system|sysadmin)(?: prompt| message| note| update)?(?` +
      `:\\*\\*)? ?: ?(?:\\*\\*)?[^\\n]{0,40}\\b${TURN}\\b`,
  ),
  byLiteral(
    R,
    'assistant-turn',
    0.5,
    ['assistant:', 'human:', 'user:'],
    `\\n{1,2}(?:human|user): [^\\n]{1,200}\\n{1,2}assistant:`,
  ),
  byLiteral(
    R,
    'json-role',
    0.7,
    ['"role"', "'role'"],
    `["']role["'] ?: ?["'](?:system|developer)["'] ?, ?["']content["']`,
  ),
  byLiteral(
    R,
    'begin-system',
    0.7,
    ['begin system', 'start system', 'new system prompt', 'begin admin'],
    `\\b(?:begin|start|new) (?:system|admin) (?:prompt|message|instructions?)\\b`,
  ),
  byLiteral(R, 'god-token', 0.5, ['.-.-.-.', '=/l\\o/v'], `(?:\\.-){3,12}\\.?|=/l\\\\o/v`),
  rule(
    R,
    'i-am-your-developer',
    0.7,
    [group('developer creator owner administrator admin programmer boss'), YOUR],
    `\\b(?:i am|i'm|this is|speaking as|it's) (?:your|the) (?:\\w{2,12} )?(?:developer|creator|` +
      'administrator|admin|programmer|system administrator)\\b',
  ),
  rule(
    R,
    'openai-says',
    0.6,
    [
      group('openai anthropic google'),
      group('authorized authorised permission instructed require requires asks approved employee staff'),
    ],
    `\\b(?:openai|anthropic|google)\\b${gap(40)}\\b(?:has |have )?(?:authori[sz]ed|instructed|` +
      'approved|requires?|given (?:me )?permission|employee|staff)\\b',
  ),
  rule(
    R,
    'authorised-user',
    0.5,
    [group('authorized authorised privileged root'), group('user access admin administrator')],
    `\\b(?:i am|i'm|user is|grant(?:ed)?) (?:an? |now )?(?:authori[sz]ed|privileged|root|admin)(?` +
      ': level)? (?:user|access|administrator)\\b',
  ),
];
