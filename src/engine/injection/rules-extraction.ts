/** Rules: asking for the system prompt or secrets, and sending what is known elsewhere. */
import { ALL, DATA, INSTRUCTIONS, PROMPT, REVEAL, SECRET, SEND, SYSTEM, USER, YOUR } from './lexicon.ts';
import { any, gap, group, type InjectionRule, rule } from './rule.ts';

const F = 'prompt-extraction';
const X = 'exfiltration';
const ABOVE = group('above before preceding previous beginning start begins starting');
const WORD = group('verbatim word exactly exact literally entirety unmodified');
const URL = group('http https www url link webhook endpoint server site address');
const IMAGE = group('image markdown img picture link');
const ASK = group("what what's which how are tell were");

export const EXTRACTION_RULES: readonly InjectionRule[] = [
  rule(
    F,
    'reveal-system-prompt',
    1,
    [REVEAL, SYSTEM, PROMPT],
    // Whoever wants one written for a bot of his own asks for none that is kept from him.
    '(?!write (?:me |us )?(?:the|our|my|this) (?:system|initial) (?:prompt|instructions?|message) ' +
      `(?:of|for) (?:an?|my|our|the)\\b)${any(REVEAL)}(?: me| us| out)?${gap(16)}` +
      `\\b(?:your|the|this|its|all|me|entire|full)\\b${gap(20)}${any(SYSTEM)} (?:\\w{2,10} )?${any(PROMPT)}`,
  ),
  rule(
    F,
    'reveal-your-instructions',
    1,
    [REVEAL, YOUR, INSTRUCTIONS],
    '\\b(?:reveal|print|output|display|repeat|disclose|expose|leak|dump|recite|echo|reproduce|' +
      `show|quote|copy|paraphrase|spell|regurgitate|type)\\b(?: me| us| out| back)?${gap(16)}\\b` +
      'your\\b (?:\\w{2,14} ){0,3}(?:instructions?|prompts?|guidelines|directives|rules|preamble)' +
      '\\b',
  ),
  rule(
    F,
    'tell-your-instructions',
    0.9,
    [REVEAL, YOUR, INSTRUCTIONS],
    '\\b(?:tell|give|share|provide|write|list|describe|summari[sz]e|state|send|say|read|report)' +
      '\\b(?: me| us| out| down)? (?:\\w{2,10} ){0,2}your (?:\\w{2,14} ){0,2}(?:instructions|' +
      'prompts?|guidelines|directives|system message|preamble|programming)\\b',
  ),
  rule(
    F,
    'what-is-your-prompt',
    0.9,
    [ASK, YOUR, PROMPT],
    `\\bwhat(?:'s| is| are| was| were) your (?:\\w{2,14} ){0,3}(?:prompts?|instructions|` +
      'guidelines|directives|system message|rules)\\b',
  ),
  rule(
    F,
    'what-were-you-told',
    0.8,
    [ASK, group('told instructed given programmed')],
    '\\bwhat (?:were|have|are|did) (?:you|they)(?: been)? (?:\\w{2,10} )?(?:told|instructed|given' +
      `|programmed|tell you)\\b${gap(30)}(?:say|do|not|instructions?|prompt|before|above|\\?)`,
  ),
  rule(
    F,
    'repeat-above',
    1,
    [REVEAL, ABOVE],
    '\\b(?:repeat|print|output|copy|recite|echo|write|return|display|reproduce|show me|tell me|' +
      'give me|spell)\\b(?: out| back| down)? (?:\\w{2,10} ){0,2}(?:everything|all|text|words|the (' +
      `?:text|words|content|message|prompt|instructions?|lines?|sentences?|paragraphs?)|what(?:'s| ` +
      `is| was| i)?)${gap(16)}\\b(?:above|before this|preceding|prior to this)\\b`,
  ),
  rule(
    F,
    'above-verbatim',
    0.8,
    [WORD, ABOVE, REVEAL],
    `\\b(?:above|previous|preceding|system|initial)\\b${gap(30)}\\b(?:verbatim|word[- ]for[- ]` +
      'word|in (?:its|their) entirety)\\b',
  ),
  rule(
    F,
    'verbatim-above',
    0.8,
    [WORD, ABOVE],
    `\\b(?:verbatim|word[- ]for[- ]word)\\b${gap(30)}\\b(?:above|instructions|system prompt|` +
      'initial prompt)\\b',
  ),
  rule(
    F,
    'starting-with-you-are',
    1,
    [group('starting beginning begins starts begin'), YOUR],
    `\\b(?:start(?:ing|s)?|begin(?:ning|s)?) (?:with|from|at) ["'\`*(]{0,3}you are\\b`,
  ),
  rule(
    F,
    'first-lines',
    0.7,
    [group('first'), YOUR, PROMPT],
    '\\bfirst (?:\\d{1,3} |\\w{2,8} )?(?:words?|lines?|sentences?|letters?|characters?) (?:of|in|' +
      'from) (?:your|the|this) (?:\\w{2,14} ){0,2}(?:prompts?|instructions?|conversation|context|' +
      'message)\\b',
  ),
  rule(
    F,
    'in-code-block',
    0.5,
    [PROMPT, group('code block markdown codeblock')],
    `\\b(?:prompt|instructions|above|rules)\\b${gap(30)}\\b(?:in|inside|within) (?:an? )?(?:\\w{2` +
      ',10} )?(?:code ?block|code fence|markdown|triple backticks)',
  ),
  rule(
    F,
    'initial-prompt',
    0.4,
    [SYSTEM, PROMPT],
    '\\b(?:your|the) (?:initial|original|hidden|secret|internal|confidential|system) (?:prompt|' +
      'instructions|message|directives)\\b',
  ),
  rule(
    F,
    'system-prompt-please',
    0.6,
    [SYSTEM, PROMPT, REVEAL],
    `\\b(?:system|initial|hidden) prompt\\b[\\s,.:;-]{0,4}(?:please|now|verbatim|in full|immediately)\\b`,
  ),
  rule(
    F,
    'not-just-summary',
    0.4,
    [PROMPT, group('summarize summarise paraphrase translate')],
    '\\b(?:summari[sz]e|paraphrase|translate|rephrase) (?:your|all|the) (?:above |previous |' +
      'system |initial |full )(?:prompt|instructions?|rules|text|conversation)\\b',
  ),
  rule(
    F,
    'translate-above',
    0.6,
    [group('translate encode convert'), ABOVE],
    '\\b(?:translate|encode|convert) (?:everything|all|the (?:text|words|instructions?|prompt)|' +
      `your instructions?)${gap(16)}\\b(?:above|before)\\b`,
  ),
  rule(
    F,
    'the-secret-is',
    0.5,
    [SECRET, group('secret key password')],
    '\\b(?:tell|give|reveal|show|say|print|output|share|spell)\\b(?: me| us| out)? (?:\\w{2,8} ){' +
      '0,2}(?:the|your|that) (?:secret|password|passcode|access code|secret key|secret code|' +
      'passphrase|flag|hidden \\w{2,10})\\b',
  ),
  rule(
    F,
    'what-is-secret',
    0.6,
    [SECRET, ASK],
    `\\bwhat(?:'s| is) (?:the|your) (?:secret(?: (?:key|code|word|password|phrase))?|access code|` +
      'passcode|security code|passphrase|hidden (?:key|password))\\b ?\\??',
  ),
  rule(
    F,
    'spell-password',
    0.7,
    [SECRET, group('letter letters backwards reverse reversed characters acrostic rhyme rhymes hint')],
    `\\b(?:password|secret|passcode|access code|key)\\b${gap(40)}\\b(?:letter by letter|backwards` +
      '|in reverse|reversed|character by character|as an acrostic|hints?|rhymes?)\\b',
  ),
  rule(
    F,
    'print-access',
    0.9,
    [group('access'), group('granted')],
    `\\b(?:say|print|output|write|reply|respond|type|return|answer)\\b${gap(30)}["'\`]?access granted\\b`,
  ),
  rule(
    F,
    'your-confidential',
    0.8,
    [REVEAL, group('confidential internal proprietary hidden'), YOUR],
    `\\b(?:reveal|disclose|share|expose|leak|dump|output|print)\\b${gap(20)}\\byour\\b${gap(16)}` +
      '\\b(?:confidential|internal|proprietary|hidden|secret)\\b',
  ),
  rule(
    F,
    'environment-dump',
    0.7,
    [REVEAL, group('environment env')],
    `\\b(?:print|output|reveal|dump|show|list|display|leak)\\b${gap(16)}\\b(?:all |your |the )(?:` +
      '\\w{2,10} )?(?:environment variables|env vars|environment secrets)\\b',
  ),
  rule(
    F,
    'training-cutoff-leak',
    0.5,
    [REVEAL, group('training'), YOUR],
    `\\b(?:reveal|leak|dump|output|expose|disclose)\\b${gap(12)}\\byour training (?:data|set|examples)\\b`,
  ),
  rule(
    F,
    'repeat-forever',
    0.7,
    [group('repeat'), group('forever infinitely indefinitely endlessly')],
    `\\brepeat\\b${gap(40)}\\b(?:forever|infinitely|indefinitely|endlessly)\\b`,
  ),
  rule(
    F,
    'debug-prompt',
    0.7,
    [group('debug debugging diagnostic diagnostics maintenance audit'), PROMPT],
    `\\b(?:debug(?:ging)?|diagnostics?|maintenance|audit)\\b${gap(40)}\\b(?:system|initial|full|` +
      'your) (?:prompt|instructions|configuration)\\b',
  ),
  rule(
    F,
    'config-leak',
    0.7,
    [REVEAL, YOUR, group('configuration config settings parameters')],
    '\\b(?:reveal|print|dump|output|disclose|leak|expose)\\b(?: me)? (?:\\w{2,8} )?your (?:\\w{2,' +
      '12} )?(?:configuration|config|internal settings|parameters)\\b',
  ),

  rule(
    X,
    'send-data-to-url',
    1,
    [SEND, DATA, URL],
    `${any(SEND)}${gap(50)}${any(DATA)}${gap(40)}\\bto\\b[^!?\\n]{0,24}(?:https?://|www\\.|` +
      'webhook|[a-z0-9-]{2,40}\\.(?:com|net|io|xyz|site|ru|tk|app|dev|org)\\b)',
  ),
  rule(
    X,
    'send-history',
    0.8,
    [SEND, group('conversation history chat'), ALL],
    `${any(SEND)}${gap(20)}\\b(?:entire|full|whole|all|complete)\\b${gap(16)}\\b(?:conversation|` +
      `chat history|history|messages)\\b${gap(20)}\\bto\\b`,
  ),
  rule(
    X,
    'send-user-data',
    0.7,
    [SEND, USER, DATA],
    `${any(SEND)}${gap(12)}\\b(?:the )?user'?s?'? (?:\\w{2,12} ){0,2}(?:data|information|details|` +
      `messages|emails|files|password|credentials|history|contacts|address|location)\\b${gap(30)}` +
      '\\bto\\b',
  ),
  rule(
    X,
    'send-to-mail',
    0.7,
    [SEND, DATA],
    `\\b(?:send|forward|email|mail|exfiltrate|leak)\\b${gap(50)}${any(DATA)}${gap(24)}\\bto\\b[^!` +
      '?\\n]{0,16}[a-z0-9._-]{2,40}@[a-z0-9.-]{3,60}',
  ),
  rule(
    X,
    'image-exfil',
    1,
    [],
    '!\\[[^\\]\\n]{0,80}\\]\\(\\s{0,2}https?://[^\\s)]{1,200}[?&/=](?:[^\\s)=]{0,40}=)?[^\\s)]{0,' +
      '40}(?:\\{[^}\\n)]{1,80}\\}|\\[[^\\]\\n)]{1,80}\\]|<[^>\\n)]{1,80}>|\\$\\{|%7b)',
    ['!['],
  ),
  rule(
    X,
    'image-instruction',
    0.9,
    [IMAGE, group('append replace insert include concatenate encode embed add render')],
    '\\b(?:append|replace|insert|include|concatenate|encode|embed|add|render)\\b[^!?\\n]{0,120}(?' +
      ':!\\[[^\\]\\n]{0,40}\\]\\(https?://|<img [^>\\n]{0,40}src)',
  ),
  rule(
    X,
    'url-parameter',
    0.8,
    [URL, DATA, group('parameter parameters query param append appended encoded')],
    `\\b(?:append|encode[d]?|add|include|put|pass)\\b${gap(50)}${any(DATA)}${gap(40)}\\b(?:url|` +
      'query|parameter|param|link)\\b',
  ),
  rule(
    X,
    'fetch-with-data',
    0.7,
    [group('curl wget fetch'), DATA],
    '\\b(?:curl|wget|fetch)\\b[^\\n]{0,80}https?://[^\\s]{1,100}[?&=/](?:\\{\\w{1,30}\\}|\\$\\(|' +
      '\\$\\{|\\[[a-z ]{2,30}\\])',
  ),
  rule(
    X,
    'exfiltrate',
    0.8,
    [group('exfiltrate')],
    `\\bexfiltrate (?:the|all|any|your|their|user|this|it|data)\\b`,
  ),
  rule(
    X,
    'click-link-verify',
    0.3,
    [USER, URL, group('click visit')],
    `\\btell the user to (?:click|visit|open|go to)\\b${gap(40)}(?:https?://|www\\.|link)`,
  ),
];
