/** Rules: instructions hidden in documents, forged tool calls, and encoding tricks. */
import {
  CALL,
  DECODE,
  FOLLOW,
  IGNORE,
  INSTRUCTIONS,
  NOT,
  RESPOND,
  TELL,
  TOOL,
  USER,
  YOUR,
} from './lexicon.ts';
import { any, gap, group, type InjectionRule, rule } from './rule.ts';

const H = 'hidden-instruction';
const T = 'tool-spoofing';
const E = 'encoding-trick';
const READER = group(
  'ai assistant model llm chatbot bot gpt chatgpt claude gemini llama agent copilot reader ' +
    'reviewer summarizer crawler',
);
const HIDDEN = group('hidden invisible concealed');

export const HIDDEN_RULES: readonly InjectionRule[] = [
  rule(
    H,
    'note-to-ai',
    0.9,
    [READER, group('note message attention instructions instruction notice dear hey important')],
    '\\b(?:note|message|attention|instructions?|notice|important|dear|hey)[:,]?(?: to| for)?(?: ' +
      'all| any| the| every)? (?:ai|llm|large language|language|ai-based|automated)[ -]?(?:models?|' +
      'assistants?|agents?|systems?|reviewers?|chatbots?|bots?|readers?|summari[sz]ers?)?\\b ?[:,.!' +
      '-]',
  ),
  rule(
    H,
    'if-you-are-ai',
    0.9,
    [READER, group('if')],
    `\\bif you(?:'re| are) (?:an? |the )?(?:ai|llm|language model|large language model|chatbot|` +
      `bot|ai assistant|automated|gpt|assistant|ai agent)\\b${gap(60)}\\b(?:then|please|you must|` +
      'ignore|say|add|include|reply|respond|write|output|mention|recommend|rate|do|,)',
  ),
  rule(
    H,
    'ai-must',
    0.7,
    [READER, group('must should need required')],
    '\\b(?:the|any|all|every) (?:ai|llm|language model|ai assistant|assistant|chatbot|ai agent)s?' +
      ` (?:reading|processing|summari[sz]ing|reviewing|parsing|that reads?|who reads?)\\b${gap(60)}` +
      '\\b(?:must|should|shall|needs? to|is required|has to)\\b',
  ),
  rule(
    H,
    'when-summarising',
    0.7,
    [
      group('when before after while if'),
      group('summarizing summarising summarize processing reading reviewing analyzing answering'),
    ],
    `\\b(?:when|before|after|while|if) (?:you(?:'re| are)? )?(?:asked to )?(?:summari[sz](?:e|ing` +
      ')|process(?:ing)?|read(?:ing)?|review(?:ing)?|analy[sz](?:e|ing)|answer(?:ing)?) (?:this|the' +
      ') (?:\\w{2,12} )?(?:document|text|email|page|message|file|website|content|question|resume|cv' +
      `|article)\\b${gap(40)}\\b(?:also|always|you must|first|ignore|include|add|say|mention|do not` +
      '|instead|tell|recommend|insert|append|output)\\b',
  ),
  rule(
    H,
    'do-not-tell-user',
    0.9,
    [NOT, TELL, USER],
    `\\b(?:do not|don't|never|without|must not) (?:\\w{2,10} )?(?:tell|inform|mention|notify|` +
      'alert|reveal|disclose|warn|show|telling|informing|alerting|notifying|mentioning)(?: (?:this|' +
      'it|that|anything))?(?: to)? (?:the )?(?:user|human|reader|customer|owner)s?\\b',
  ),
  rule(
    H,
    'do-not-mention-this',
    0.6,
    [NOT, group('mention reveal disclose acknowledge')],
    `\\b(?:do not|don't|never) (?:mention|reveal|disclose|acknowledge|repeat|refer to) (?:this|` +
      'these|that you|the existence of|having)\\b (?:\\w{2,14} ){0,2}(?:instructions?|message|' +
      'prompt|note|received|saw|text|rules?)\\b',
  ),
  rule(
    H,
    'html-comment',
    0.9,
    [],
    '<!--[^>]{0,60}\\b(?:ignore|disregard|instructions?|system|assistant|ai|prompt|override)\\b[^' +
      '>]{0,80}\\b(?:you|your|must|instructions?|user|previous|prompt|reveal|send|output|say)\\b',
    ['<!--'],
  ),
  rule(
    H,
    'hidden-style',
    0.8,
    [INSTRUCTIONS],
    '(?:display ?: ?none|font-size ?: ?0|visibility ?: ?hidden|opacity ?: ?0|color ?: ?(?:white|#' +
      'fff))[^<>]{0,80}>[^<]{0,80}\\b(?:ignore|disregard|instructions?|assistant|you must|system)' +
      '\\b',
    ['display:', 'font-size:', 'visibility:', 'opacity:', 'color:', 'display :'],
  ),
  rule(
    H,
    'hidden-instruction',
    0.6,
    [HIDDEN, INSTRUCTIONS],
    `\\b(?:hidden|invisible|concealed) (?:instructions?|prompt|commands?|directives?|message) ?(?::|to|for)`,
  ),
  rule(
    H,
    'instruction-marker',
    0.8,
    [group('important instruction instructions'), group('important')],
    `<(?:important|instruction|information|critical|system_note)>[^<]{0,200}`,
    ['<important>', '<instruction>', '<information>', '<critical>', '<system_note>'],
  ),
  rule(
    H,
    'before-proceeding',
    0.5,
    [group('before prior'), group('must'), YOUR],
    '\\bbefore (?:\\w{2,12} ){1,5}you (?:must|need to|have to|should) (?:first )?(?:\\w{2,12} )?(' +
      '?:read|send|call|run|execute|open|access|include|pass|forward|fetch)\\b',
  ),
  rule(
    H,
    'rate-positive',
    0.7,
    [group('recommend rate score accept give evaluate hire review'), READER],
    `\\b(?:ai|llm|language model|assistant|gpt|model)s?\\b${gap(50)}\\b(?:give (?:a |an )?(?:only` +
      ' )?(?:positive|highest|perfect|strong accept)|rate (?:this|it) (?:as )?(?:10|highest|' +
      'excellent)|recommend (?:this|hiring|accept)|positive review)',
  ),
  rule(
    H,
    'positive-review-only',
    0.8,
    [group('positive'), group('review only')],
    '\\b(?:give|write|output|provide) (?:an? )?(?:only )?positive (?:review|feedback|evaluation)(' +
      `?: only)?\\b${gap(40)}(?:do not|don't|ignore|highlight any|negatives?|only)`,
  ),
  rule(
    H,
    'this-overrides-task',
    0.7,
    [group('user request query question task'), IGNORE],
    `${any(IGNORE)} the (?:user(?:'s)?|human(?:'s)?|original|current|actual) (?:\\w{2,10} )?(?:` +
      'request|query|question|task|prompt|input|message|instructions?)\\b',
  ),

  rule(
    T,
    'call-tool-now',
    0.7,
    [CALL, TOOL, group('immediately must now first always silently also')],
    `\\b(?:immediately|must|now|first|always|silently|also)\\b (?:\\w{2,10} )?${any(CALL)} (?:the` +
      ' |this |your )?(?:\\w{1,30}[_ ]){0,3}(?:tool|function|plugin|command|api)\\b',
  ),
  rule(T, 'tool-call-json', 0.7, [], `["'](?:tool_calls?|function_call|tool_use)["'] ?: ?[\\[{]`, [
    '"tool_call',
    '"function_call',
    '"tool_use',
    "'tool_call",
    "'function_call",
  ]),
  rule(
    T,
    'tool-tags',
    0.8,
    [],
    '<(?:tool_call|function_calls?|function_results?|tool_result|tool_response|tool_use|invoke ' +
      'name|antml)[ >:=]',
    ['<tool_', '<function_', '<invoke', '<antml'],
  ),
  rule(
    T,
    'forged-result',
    0.7,
    [TOOL],
    '(?:^|\\n) {0,3}(?:observation|tool (?:result|output|response)|function (?:result|output)|' +
      'action input|thought) ?: ?[^\\n]{0,80}\\b(?:ignore|you must|now|send|instructions?|transfer)' +
      '\\b',
  ),
  rule(
    T,
    'react-spoof',
    0.6,
    [group('action'), group('input')],
    `(?:^|\\n)action: ?\\w{2,40}\\naction input:`,
  ),
  rule(
    T,
    'read-secret-file',
    0.8,
    [group('read open cat include send access pass print load')],
    `\\b(?:read|open|cat|include|send|access|pass|print|load)\\b${gap(50)}(?:~/\\.ssh|id_rsa|\\.` +
      'aws/credentials|/etc/shadow|\\.env\\b|mcp\\.json|\\.cursor/|\\.npmrc|\\.netrc)',
    ['.ssh', 'id_rsa', '.aws/', '/etc/shadow', '.env', 'mcp.json', '.cursor/', '.npmrc', '.netrc'],
  ),
  rule(
    T,
    'side-note-param',
    0.8,
    [group('parameter argument sidenote'), group('pass include put')],
    `\\b(?:pass|include|put|provide)\\b${gap(60)}\\bas (?:the )?['"\`]?(?:sidenote|side_note|\\w{` +
      `2,20})['"\`]? (?:parameter|argument)\\b${gap(80)}`,
  ),
  rule(
    T,
    'this-tool-first',
    0.7,
    [TOOL, CALL, group('before other any')],
    '\\bbefore (?:using|calling|invoking|running) (?:any|this|the|other)(?: other)? (?:tool|' +
      `function)s?\\b${gap(40)}\\b(?:must|call|read|run|send|first)\\b`,
  ),
  rule(
    T,
    'transfer-money',
    0.6,
    [group('transfer wire send pay'), group('iban account wallet bitcoin btc eth')],
    '\\b(?:please |you must |also |immediately |first )(?:transfer|wire|send|pay) (?:\\$|€|usd |' +
      `eur )?[\\d.,]{1,12}\\b${gap(60)}\\b(?:iban|account|wallet|bitcoin|btc|eth)\\b`,
  ),
  rule(
    T,
    'run-shell',
    0.7,
    [group('execute run'), FOLLOW.concat('following', 'command', 'shell', 'terminal')],
    '\\b(?:ai|assistant|you must|agent|immediately|silently|now)\\b[^.!?\\n]{0,30}\\b(?:execute|' +
      'run)\\b (?:the following |this |these )?(?:\\w{2,10} )?(?:command|code|script)s?\\b ?:? ?[^' +
      '\\n]{0,30}(?:curl|wget|rm -rf|bash|powershell|nc |eval)',
  ),

  rule(
    E,
    'decode-and-follow',
    0.9,
    [DECODE, group('follow execute obey run perform do respond answer comply')],
    `\\b(?:decode|decipher|decrypt|unscramble|reverse|rot13|deobfuscate)\\b${gap(80)}\\b(?:and|` +
      `then)\\b ${gap(24)}\\b(?:follow|execute|obey|run|perform|carry out|comply|do what|do as|act ` +
      'on|answer it|respond to it|do it)\\b',
  ),
  rule(
    E,
    'answer-in-code',
    0.5,
    [RESPOND, group('base64 rot13 hex morse leetspeak leet cipher caesar emoji emojis binary ascii')],
    `\\b(?:respond|reply|answer|output|write|encode|print)\\b${gap(40)}\\b(?:in|using|as|into) (?` +
      ':base ?64|rot ?13|hex(?:adecimal)?|morse|leet ?speak|caesar cipher|binary|pig latin|ascii)' +
      '\\b',
  ),
  rule(
    E,
    'encode-prompt',
    0.9,
    [DECODE.concat('encode', 'encoded'), INSTRUCTIONS],
    `\\b(?:encode|convert|translate|output|print|write|give)\\b${gap(30)}\\b(?:system prompt|your` +
      ` instructions|your prompt|initial prompt|the above|previous instructions)\\b${gap(30)}\\b(?:` +
      'base ?64|rot ?13|hex|morse|reverse|backwards|binary|leet|cipher|emoji)',
  ),
  rule(
    E,
    'concat-parts',
    0.6,
    [group('concatenate combine join assemble'), group('follow execute run answer do respond')],
    '\\b(?:concatenate|combine|join|assemble) (?:the )?(?:\\w{1,12} ){0,5}(?:and|then) (?:follow|' +
      'execute|run|answer|do|respond)\\b',
  ),
  rule(
    E,
    'variables-join',
    0.6,
    [group('let x y z a b')],
    `\\b[a-z]\\d? ?= ?["'][^"'\\n]{1,40}["'][\\s,;and]{1,8}[a-z]\\d? ?= ?["'][^"'\\n]{1,40}["'][` +
      '\\s\\S]{0,80}?\\b[a-z]\\d? ?\\+ ?[a-z]\\d?\\b',
  ),
  rule(
    E,
    'first-letters',
    0.4,
    [group('acrostic first'), group('letters letter')],
    `\\b(?:first|initial) letters? of each (?:line|word|sentence)\\b${gap(40)}\\b(?:follow|obey|` +
      'execute|instructions?|command)\\b',
  ),
];
