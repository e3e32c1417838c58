/** Rules of `agent`: what an attacker tells an agent to do with its tools, its memory and its goal. */
import { type PhraseRule, phrases } from '../rules/phrase-rules.ts';
import { PRETEXT_RULES } from './pretext-rules.ts';

const MEMORY = 'tools-memory-manipulation';
const GOAL = 'goal-manipulation';
const ACTION = 'harmful-action';
const CODE = 'code-execution-abuse';
const G = '[^.!?;\\n\\0]';

const MEMORY_RULES: readonly PhraseRule[] = [
  ...phrases(MEMORY, 'command', [
    [
      1,
      'call invoke use run execute trigger',
      `\\b${G}{0,30}\\b(?:the )?[\\w.-]{1,40}\\b ?(?:tool|function|api|plugin|command)\\b${G}{0,120}\\b(?:without (?:asking|telling|confirm\\w{0,20}|notif\\w{0,20}|permission|approval)|before (?:answering|responding|you answer|doing anything)|do not (?:tell|mention|inform)|silently|in the background|instead of|regardless)`,
    ],
    [
      1,
      'remember store save add write insert update append',
      `\\b${G}{0,60}\\b(?:to|in|into) your (?:long[- ]term )?(?:memory|memories|knowledge base|context|notes|instructions|system prompt|config\\w{0,20})\\b`,
    ],
    [
      1,
      'delete erase clear overwrite modify replace wipe reset',
      `\\b${G}{0,30}\\byour (?:long[- ]term )?(?:memory|memories|knowledge base|stored (?:context|data)|tool (?:list|definitions?)|instructions)\\b`,
    ],
    [
      1,
      'from',
      ` now on${G}{0,40}\\b(?:always|never|every time|whenever)\\b${G}{0,80}\\b(?:tool|call|send|include|forward|use|execute|remember)\\b`,
    ],
    [
      1,
      'before',
      ` (?:using|calling|invoking|running|any|each|every)\\b${G}{0,40}\\b(?:tool|function|call|request|operation|action)\\b${G}{0,60}\\b(?:read|send|call|pass|include|provide|first|access|open|cat)\\b`,
    ],
    [
      1,
      'pass include put provide append',
      `\\b${G}{0,50}\\b(?:content|contents|conversation|history|key|keys|file|files|system prompt|credentials|token)\\b${G}{0,40}\\b(?:as|in|to|into|via) (?:the |a |its |this )?(?:['"\`]?\\w{2,24}['"\`]? )?(?:parameter|argument|field|sidenote|note|header|input)\\b`,
    ],
    [
      1,
      'this the',
      ` (?:tool|function) (?:must|should|has to|needs to) (?:always )?(?:be (?:called|used|invoked) (?:before|first|instead|prior)|override|take precedence|receive)`,
    ],
    [
      1,
      'important system',
      `(?:>|\\])${G}{0,200}\\b(?:tool|call|read|send|file|pass|do not (?:mention|tell))`,
    ],
    [
      0.6,
      'list reveal print dump show enumerate output',
      `\\b${G}{0,20}\\b(?:all )?(?:(?:of )?(?:your|the) )?(?:available |internal |hidden )?(?:tools|functions|tool (?:names|schemas?|definitions|descriptions)|function signatures|plugins|api keys)\\b`,
    ],
    [
      1,
      'disable turn skip bypass ignore override',
      `\\b${G}{0,20}\\b(?:tool|human|user|approval|confirmation|safety|permission|guardrail|sandbox|validation|authorization|authorisation|audit|logging)s?\\b ?(?:checks?|prompts?|steps?|dialogs?|reviews?|restrictions?|policy|policies|filters?|confirmation|approval|in the loop)\\b`,
    ],
    [
      1,
      'do don never',
      `(?:'?t|n't| not)? (?:tell|inform|notify|mention|alert|ask|warn)\\b${G}{0,24}\\b(?:user|human|operator|administrator|owner|customer|anyone)\\b`,
    ],
    [
      0.7,
      'send post forward upload email transmit',
      `\\b${G}{0,60}\\b(?:conversation|chat history|api keys?|credentials|secrets?|environment variables|private keys?|memory|session|tokens?|\\.env|id_rsa|ssh)\\b${G}{0,40}\\b(?:to|via|using)\\b`,
    ],
  ]),
];

const GOAL_RULES: readonly PhraseRule[] = [
  ...phrases(GOAL, 'command', [
    [
      1,
      'your',
      ` (?:new|real|true|actual|updated) (?:goal|task|objective|mission|purpose|priority)s? (?:is|are|now|will|has|becomes)\\b`,
    ],
    [
      1,
      'change replace override forget abandon ignore drop',
      ` (?:your |the )?(?:original |current |previous |assigned |initial |user'?s )?(?:goal|task|objective|mission|plan)s?\\b${G}{0,40}\\b(?:and|to|with|instead|now)\\b`,
    ],
    [
      1,
      'instead',
      ` of (?:completing|doing|finishing|performing|continuing)\\b${G}{0,40}\\b(?:task|request|goal|work)\\b`,
    ],
    [0.8, 'stop', ` (?:your |the )?(?:current|original) (?:task|work|plan)\\b`],
    [
      0.8,
      'after before',
      ` (?:completing|finishing|summari[sz]ing|answering)\\b${G}{0,50}(?:,|\\b(?:also|then)\\b)${G}{0,20}\\b(?:send|transfer|delete|email|execute|run|download|visit|click|upload|forward)\\b`,
    ],
  ]),
];

/** Whoever prevents, detects or forbids something does not ask for it. */
export const DEFENDED = new RegExp(
  "(?<=\\b(?:prevent\\w{0,4}|protect\\w{0,4}|detect\\w{0,4}|avoid\\w{0,3}|never|not|\\w{2,6}n't|against|check for|" +
    'look for|' +
    'identify|mitigat\\w{1,5}|report|encrypt\\w{0,3}|secur\\w{1,4}|validate|block|resolve|flag|monitor for|test for|' +
    'watch for|stop) (?:[\\w-]{1,16},? ){0,3})',
  'y',
);

const harm = (rows: Parameters<typeof phrases>[2], role: string): readonly PhraseRule[] =>
  phrases(ACTION, role, rows).map((rule) => ({ ...rule, unless: DEFENDED }));

const ACTION_RULES: readonly PhraseRule[] = [
  ...harm(
    [
      [
        0.7,
        'manipulate manipulating corrupt corrupting disrupt disrupting sabotage sabotaging tamper ' +
          'tampering jam jamming hijack hijacking seize falsify falsifying forge intercept ' +
          'intercepting exfiltrate embezzle misappropriate infiltrate infiltrating overload ' +
          'overloading eavesdrop siphon launder degrade',
      ],
      [
        0.7,
        'steal destroy wipe cripple undermine vandalize defraud extort blackmail spoof poison ' +
          'fabricate discredit mislead deceive deceiving exploit exploiting',
      ],
      [
        0.5,
        'disable delete erase crash block delay redirect divert inject introduce alter altering ' +
          'modify override leak impersonate neglect withhold degrade terminate shut freeze restrict',
      ],
      [
        0.5,
        'share export transfer withdraw sell acquire obtain disclose publish forward upload extract ' +
          'copy capture record monitor access retrieve allocate reroute send move download liquidate ' +
          'distribute release expose collect',
      ],
      [0.5, 'phishing malware ransomware spyware keylogger backdoor crypto rootkit trojan botnet'],
    ],
    'act',
  ),
  ...harm(
    [
      [0.7, 'undetected covertly discreetly secretly surreptitiously stealthily unnoticed clandestinely'],
      [
        0.7,
        'without',
        ` (?:detection|being (?:detected|noticed|seen)|(?:their|his|her|the|any|proper|prior|user|patient|client)?\\s?\\w{0,12}\\s?(?:knowledge|consent|authori[sz]ation|approval|permission|notice|notif\\w{1,20}|oversight|awareness)|alerting|notifying|informing|leaving (?:a |any )?trac\\w{1,20}|a trace|raising)`,
      ],
      [
        0.7,
        'avoid avoiding evade evading bypass bypassing circumvent',
        `\\b${G}{0,30}\\b(?:detection|security|authentication|logging|monitoring|audits?|alerts?|oversight|suspicion|safety|controls?|checks|compliance|restrictions|approval)\\b`,
      ],
      [0.7, 'not', ` (?:be )?(?:detected|noticed|discovered|traced|logged|recorded) by\\b`],
      [
        0.5,
        'unauthorized unauthorised illicit fraudulent illegal illegally false fictitious fake bogus ' +
          'malicious deceptive misleading',
      ],
      [0.4, 'hidden disguise disguised conceal concealed mask hide untraceable anonymous anonymously'],
    ],
    'stealth',
  ),
  ...harm(
    [
      [0.5, 'confidential sensitive proprietary classified'],
      [0.35, 'private personal privileged restricted'],
      [0.5, 'credentials diagnosis diagnoses patents blueprints payroll therapy'],
      [
        0.5,
        'patient client customer student employee investor account legal medical financial trade',
        ` (?:data|records?|information|details|files?|documents?|funds|secrets?|accounts?|history|reports?|statements?|transcripts?|id)\\b`,
      ],
      [
        0.3,
        'database databases server servers network backups logs firewall dns sensors sensor lidar ' +
          'controls control vehicle navigation flight inventory records system systems software ' +
          'transaction communications',
      ],
    ],
    'object',
  ),
  ...harm(
    [
      [0.35, 'external competitor competitors competing offshore rival', '\\b'],
      [0.35, 'third', '[- ]part(?:y|ies)\\b'],
      [
        0.35,
        'to',
        ` (?:a|an|the|my|our|this|another) (?:different|outside|unknown|personal|foreign|shell|media|press|public|alternate|alternative|unrelated)\\b`,
      ],
      [
        0.4,
        'to',
        ` (?:cause|trigger|create|induce|provoke|force|prevent|disrupt|compromise|degrade|mislead|isolate|inflate|manipulate|hide|conceal|damage|weaken|harm|redirect|paraly[sz]e|deny)\\b`,
      ],
      [
        0.5,
        'causing resulting leading triggering',
        `\\b${G}{0,24}\\b(?:harm|damage|failure|malfunctions?|outages?|loss|distress|disruption|chaos|instability|errors|breach\\w{0,20}|delays?|injur\\w{1,20}|crash\\w{0,20})`,
      ],
    ],
    'end',
  ),
];

const CODE_RULES: readonly PhraseRule[] = [
  ...phrases(CODE, 'task', [
    [0.4, 'write create generate craft develop build design provide give produce implement', `\\b`],
    [0.4, 'execute run compile evaluate', '\\b'],
  ]),
  ...phrases(CODE, 'abuse', [
    [0.7, 'sandbox container', `(?:ed)?(?:'s)?[- ](?:escape|breakout|evasion)\\b`],
    [
      0.7,
      'escape escapes escaping bypass bypasses bypassing evade evading circumvent circumventing break',
      `\\b${G}{0,60}\\b(?:sandbox\\w{0,20}|container|interpreter|restrictions?|verify_secure|security|isolation|jail|detection|antivirus|defenses|confines|constraints)\\b`,
    ],
    [0.7, 'reverse bind', ` shell\\b`],
    [0.7, 'privilege', ` escalation\\b`],
    [
      0.7,
      'exploit exploits exploiting',
      `\\b${G}{0,40}\\b(?:vulnerabilit\\w{1,20}|weakness\\w{0,20}|sandbox|ast|flaws?|kernel|target)\\b`,
    ],
    [0.7, 'phishing spearphishing', '\\b'],
    [0.7, 'malware ransomware keylogger rootkit backdoor botnet worm spyware trojan', '\\b'],
    [0.7, 'c2 c', `(?:&c|2)? (?:server|channel|technique|communication|infrastructure)\\b|2\\b`],
    [
      0.7,
      'persistence persistent',
      ` (?:technique|mechanism|backdoor|access|on (?:a|the) (?:compromised|target))`,
    ],
    [0.7, 'compromised infected infiltrated', ` (?:system|host|machine|network|device|computer)s?\\b`],
    [0.7, 'apt', '[- ]style\\b'],
    [0.7, 'ddos dos', '\\b'],
    [0.7, 'attack attacks', ` (?:against|on|targeting|that exploit)\\b`],
    [0.7, 'lateral', ' movement\\b'],
    [0.7, 'exfiltrate exfiltrates exfiltrating', '\\b'],
    [0.7, 'dead', ' drop\\b'],
    [0.5, 'os', `\\.(?:system|popen|fork|exec)\\b`],
    [0.7, 'etc', '(?<=/)etc/shadow|/etc/passwd'],
    [0.6, 'pycf', '_only_ast'],
  ]),
  ...phrases(CODE, 'ban', [
    [
      0.5,
      'must should',
      ` not (?:use|contain|include)\\b${G}{0,50}\\b(?:eval|exec|os|import|banned|descriptive)\\b`,
    ],
  ]),
];

export const AGENT_RULES: readonly PhraseRule[] = [
  ...MEMORY_RULES,
  ...GOAL_RULES,
  ...ACTION_RULES,
  ...PRETEXT_RULES,
  ...CODE_RULES,
];
