/** The English words that injection rules are made of. */
import { group } from './rule.ts';

export const IGNORE = group(
  'ignore ignores ignoring ignored disregard disregards disregarding disregarded forget ' +
    'forgets forgetting neglect ' +
    'overlook bypass override overrides overriding discard dismiss abandon omit nullify erase unlearn void',
);
export const PRIOR = group(
  'previous prior preceding above earlier former foregoing past existing initial original ' +
    'current previously before ' +
    'system existing preceeding previus prevous aforementioned',
);
export const INSTRUCTIONS = group(
  'instructions instruction prompt prompts rules rule guidelines guideline directions ' +
    'directives directive commands ' +
    'command orders context restrictions constraints programming training policies policy ' +
    'protocols limitations ' +
    'safeguards filters conversation messages message text content statements directions requests' +
    ' tasks instuctions',
);
export const GUIDES = group(
  'instructions instruction rules guidelines directives programming policies policy ' +
    'restrictions constraints ' +
    'limitations safeguards filters training protocols ethics',
);
export const FOLLOW = group('follow obey adhere listen comply heed respect apply abide');
export const NOT = group("not don't dont never stop cease refuse avoid without no longer");
export const REVEAL = group(
  'reveal show print output display repeat tell give share disclose expose leak dump provide ' +
    'write return recite ' +
    'echo list spell summarize summarise paraphrase translate describe quote copy state say ' +
    'read type send include ' +
    'report encode reproduce regurgitate view get see know unveil',
);
export const PROMPT = group(
  'prompt prompts instructions instruction rules guidelines message messages directives preamble',
);
export const SYSTEM = group(
  'system initial original hidden secret internal initialization developer confidential base',
);
export const ALL = group('all any every everything each entire whole');
export const YOUR = group('your you');
export const PRETEND = group(
  'pretend act behave roleplay simulate imagine emulate play become impersonate assume',
);
export const PERSONA = group(
  'dan aim stan dude jailbroken unfiltered uncensored unrestricted amoral evil unethical ' +
    'devmode betterdan maximum ' +
    'jailbreak omega superior ucar evilbot chaosgpt antigpt opposite freegpt rogue hypothetical',
);
export const LIMITS = group(
  'restrictions restriction rules filters filter limits limitations guidelines censorship ' +
    'ethics morals morality ' +
    'constraints boundaries policies policy safeguards safety content moderation ethical moral guardrails',
);
export const FREE = group(
  'no without free freed any zero unbound unrestricted not never bypass remove removed lifted',
);
export const SECRET = group(
  'password passwords passcode secret key keys credential credentials token tokens flag access ' +
    'code passphrase apikey',
);
export const SEND = group(
  'send post forward email upload transmit exfiltrate submit append embed leak deliver mail',
);
export const DATA = group(
  'data conversation history chat messages information contents content password passwords ' +
    'credentials secrets ' +
    'keys emails email files file documents contacts context summary details token tokens',
);
export const USER = group("user users user's human");
export const TOOL = group('tool tools function functions plugin command api shell terminal');
export const CALL = group('call invoke use run execute trigger');
export const NOW = group('now on forward onwards onward henceforth');
export const MODE = group('mode');
export const NEW = group('new updated revised real actual following different latest');
export const RESPOND = group('respond reply answer say output print write return state repeat generate only');
export const TELL = group('tell inform mention notify alert reveal disclose warn show');
export const DECODE = group(
  'decode decipher decrypt unscramble reverse rot13 base64 hex caesar translate decoded',
);
export const AI = group(
  'ai assistant model llm chatbot bot gpt chatgpt claude gemini llama agent language copilot',
);
