/** Requests for help with crimes: what is asked for, and how. */
import { type PhraseRule, phrases } from '../rules/phrase-rules.ts';
import type { ToxicCategory } from './categories.ts';

const G = '[^.!?;\\n\\0]';
const rows = (
  category: ToxicCategory,
  role: string,
  list: Parameters<typeof phrases>[2],
): readonly PhraseRule[] => phrases(category, role, list);

const HOW =
  'how steps instructions guide tutorial explain describe teach ' +
  'tell ways method methods recipe plan tips help show give write create provide design develop make';
const asked = (category: ToxicCategory): readonly PhraseRule[] =>
  rows(category, 'request', [
    [0.4, HOW],
    [
      0.5,
      'how',
      ` (?:to|do|can|could|would|did|should|might|was|were|does) (?:i|you|one|we|someone|somebody|a |an |people)?`,
    ],
  ]);

export const CRIME_RULES: readonly PhraseRule[] = [
  ...asked('violent-crime'),
  ...rows('violent-crime', 'act', [
    [
      0.6,
      'kill killing murder murdering assassinate assassinating kidnap kidnapping abduct torture ' +
        'torturing strangle poison poisoning stab stabbing rape raping behead mutilate dismember ' +
        'lynch',
      `\\b(?! (?:(?:a|an|the|all|my|this|that) )?(?:\\w{1,12} )?(?:process(?:es)?|switch|time|job|task|thread|server|command|it|weeds|two|bill|mood|vibe|bacteria|virus(?:es)?)\\b)`,
    ],
    [
      0.6,
      'hitman hitmen massacre genocide arson firebomb ambush manslaughter trafficking enslave waterboard',
    ],
    [0.6, 'dispose get', ` (?:of|rid of) (?:a |the |my )?(?:dead )?(?:body|corpse)\\b`],
    [1, 'contract hire hiring', ` (?:a )?(?:killer|hitman|killing)\\b`],
    [0.6, 'mass school', ` (?:shooting|murder|killing)s?\\b`],
    [0.6, 'human child sex', ` traffick\\w{1,20}`],
    [
      0.5,
      'beat attack hurt abuse abusing burn',
      ` (?:up )?(?:my|a|an|the|his|her|someone|somebody|people|women|children)\\b`,
    ],
    [
      0.6,
      'commit committing',
      ` (?:a |an )?(?:violent crime|murder|homicide|terror\\w{0,20}|act of violence|assault|arson)\\b`,
    ],
    [0.6, 'terrorist terrorism', `\\b${G}{0,30}\\b(?:attack|plot|cell|recruit\\w{0,20})`],
  ]),
  ...asked('cybercrime'),
  ...rows('cybercrime', 'act', [
    [
      0.6,
      'hack hacking crack cracking',
      ` (?:into )?(?:(?:a|an|the|my|his|her|their) )?(?:someone|somebody|other people|wifi|wi-fi|passwords?|bank|accounts?|facebook|instagram|government|databases?|webcam|phone|computers?|emails?|servers?|websites?|networks?|snapchat|router|atm)`,
    ],
    [
      0.6,
      'malware ransomware keylogger keyloggers spyware botnet botnets rootkit trojan rootkits ' +
        'phishing spearphishing ddos worm skimmer',
      '\\b',
    ],
    [0.6, 'computer', ` (?:virus|worm)\\b`],
    [
      0.6,
      'exploit bypass steal brute',
      `\\b${G}{0,24}\\b(?:vulnerabilit\\w{1,20}|security|firewall|authentication|passwords?|credentials|credit card|identit\\w{1,20}|two-factor|2fa|login|antivirus|session|force)\\b`,
    ],
    [
      0.6,
      'infect hijack spoof intercept',
      `\\b${G}{0,30}\\b(?:computer|phone|network|systems?|email|traffic|account|dns|session)s?\\b`,
    ],
    [0.6, 'sql zero', `(?: injection|-day| day)\\b`],
    [0.6, 'denial', `[- ]of[- ]service\\b`],
  ]),
  ...asked('controlled-substance'),
  ...rows('controlled-substance', 'act', [
    [
      0.6,
      'make making cook cooking synthesize synthesizing synthesise manufacture manufacturing ' +
        'produce grow extract buy buying sell selling smuggle smuggling obtain get import distribute ' +
        'trafficking smoke snort inject consume',
      `\\b${G}{0,40}\\b(?:meth|methamphetamine|crystal meth|cocaine|crack|heroin|fentanyl|mdma|ecstasy|lsd|dmt|ketamine|ghb|rohypnol|opium|morphine|oxycodone|oxycontin|adderall|xanax|marijuana|cannabis|weed|shrooms|psilocybin|mushrooms|steroids|drugs|narcotics|pills|controlled substances?)\\b`,
    ],
    [0.5, 'methamphetamine meth heroin fentanyl cocaine mdma ghb rohypnol carfentanil'],
    [0.6, 'illegal illicit', ` (?:drugs?|substances?|narcotics)\\b`],
    [0.6, 'drug meth', ` (?:deal(?:er|ing)|lab|cartel|smuggling|trafficking)\\b`],
  ]),
  ...asked('indiscriminate-weapon'),
  ...rows('indiscriminate-weapon', 'thing', [
    [
      0.6,
      'bomb bombs explosive explosives grenade ied ieds molotov napalm thermite tatp rdx c4 ' +
        'anthrax ricin sarin vx botulinum smallpox novichok',
    ],
    [0.6, 'pipe dirty nuclear fertilizer nail car', ` (?:bomb|weapon|device)s?\\b`],
    [0.6, 'chemical biological radiological nuclear', ` (?:weapon|agent|warfare|attack|bomb)s?\\b`],
    [0.6, 'nerve mustard poison chlorine', ` (?:agent|gas)(?:es)?\\b`],
    [0.6, 'weapon weapons', ` of mass destruction\\b|ized|i[sz]e\\b`],
    [0.6, 'enrich enriched', ` uranium\\b`],
    [0.5, 'ghost 3d', `(?:[- ]print(?:ed|ing)?)? (?:gun|guns|firearm|pistol)s?\\b`],
  ]),
  ...asked('other-nonviolent-crime'),
  ...rows('other-nonviolent-crime', 'act', [
    [
      0.6,
      'launder laundering embezzle embezzling counterfeit counterfeiting forge forging shoplift ' +
        'shoplifting smuggle smuggling bribe bribing blackmail extort extorting pickpocket evade ' +
        'evading hotwire burglarize loot plagiarize pirate defraud',
      `\\b`,
    ],
    [
      0.6,
      'steal stealing rob robbing',
      ` (?:from )?(?:a |an |the |my |someone|somebody|money|cars?|credit|packages?|identity|people|bank|store|shops?|jewel\\w{1,20}|electricity|cable|personal)`,
    ],
    [0.6, 'break breaking', ` in(?:to)? (?:a |an |the |my |someone|cars?|houses?|homes?)`],
    [0.6, 'pick picking', ` (?:a |the )?locks?\\b`],
    [
      0.6,
      'tax insurance credit identity wire mail election voter welfare unemployment mortgage bank',
      ` (?:fraud|evasion|theft|card scam|scam)\\b`,
    ],
    [
      0.6,
      'fake false forged',
      ` (?:id|ids|passports?|identity|identities|documents?|prescriptions?|reviews?|news|invoice|degree|currency|money|charity|vaccine card|licen[cs]es?)\\b`,
    ],
    [0.6, 'ponzi pyramid', ` scheme\\b`],
    [0.6, 'insider', ` trading\\b`],
    [
      0.6,
      'scam scamming scams con swindle trick',
      `\\b${G}{0,20}\\b(?:people|elderly|someone|victims?|grandparents|seniors?|customers?|old|out of)\\b`,
    ],
    [0.5, 'disinformation misinformation propaganda conspiracy', `\\b`],
    [0.6, 'without', ` (?:getting|being) caught\\b`],
  ]),
];
