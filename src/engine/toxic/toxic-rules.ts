/** The floor of `toxic_content`: slurs, insults, threats, explicit words, and requests for help with harm. */
import { type PhraseRule, phrases } from '../rules/phrase-rules.ts';
import type { ToxicCategory } from './categories.ts';
import { CRIME_RULES } from './crime-rules.ts';

const G = '[^.!?;\\n\\0]';
const rows = (
  category: ToxicCategory,
  role: string,
  list: Parameters<typeof phrases>[2],
): readonly PhraseRule[] => phrases(category, role, list);

const HATE: readonly PhraseRule[] = [
  ...rows('hate', 'slur', [
    [
      1,
      'nigger niggers niggaz kike kikes spic spics chink chinks gook gooks wetback wetbacks ' +
        'raghead ragheads towelhead towelheads sandnigger faggot faggots fagot tranny trannies ' +
        'shemale shemales coon coons beaner beaners paki pakis darkie darkies jigaboo golliwog ' +
        'zipperhead gyppo pikey mudslime muzzie muzzies libtard',
    ],
    [
      0.7,
      'nigga niggas dyke dykes fag fags retard retards retarded redneck rednecks cracker hoe hoes ' +
        'bitch bitches cunt cunts thot slut sluts whore whores',
    ],
  ]),
  ...rows('hate', 'claim', [[0.8, 'hate', ` speech\\b${G}{0,30}\\b(?:against|about|targeting)`]]),
  ...rows('hate', 'request', [
    [
      0.6,
      'write generate create compose make draft tell give promote promoting spread argue justify',
      `\\b${G}{0,60}\\b(?:racist|sexist|homophobic|antisemitic|anti-semitic|islamophobic|xenophobic|transphobic|misogynist\\w{0,20}|white suprem\\w{1,20}|nazi|hateful|derogatory|demeaning|bigoted)\\b`,
    ],
    [
      0.6,
      'inferiority superiority subhuman ethnic holocaust',
      `\\b${G}{0,40}(?:cleansing|race|races|never happened|hoax|denial|of)?`,
    ],
  ]),
  ...rows('hate', 'target', [
    [
      0.5,
      'women blacks jews muslims immigrants gays lesbians mexicans refugees homosexuals arabs ' +
        'gypsies asians africans lgbtq queer transgender',
    ],
    [
      0.5,
      'black jewish muslim gay trans disabled',
      ' (?:people|men|women|person|individuals|community|workers)\\b',
    ],
  ]),
];

const HARASSMENT: readonly PhraseRule[] = [
  ...rows('harassment', 'insult', [
    [
      1,
      'you ur youre',
      `(?:'re| are|'r)? (?:such |just |nothing but |all |so |really |fucking |a |an |the |complete |total |absolute |dumb |stupid |ugly |fat |little |piece ){0,5}(?:idiots?|morons?|imbeciles?|losers?|assholes?|dumbass(?:es)?|bitch(?:es)?|cunts?|pieces? of shit|of shit|pathetic|worthless|scum|trash|retards?|retarded|dickheads?|bastards?|whores?|sluts?|pigs?|waste of (?:space|air|oxygen)|ugly|disgusting|stupid)\\b`,
    ],
    [1, 'fuck', ` (?:you|u|off|ya|yourself|your)\\b`],
    [1, 'go', ` (?:to hell|fuck yourself|die|kill yourself|hang yourself|jump off)\\b`],
    [1, 'shut', ` (?:the fuck )?up (?:you|bitch|idiot|stupid|moron)`],
    [
      1,
      'i we',
      `(?:'ll|'m going to| will| am going to|'m gonna| gonna| wanna| want to|'d like to) (?:fucking )?(?:kill|murder|beat|rape|stab|shoot|strangle|hurt|destroy|hunt) (?:you|u|him|her|them|your)\\b`,
    ],
    [1, 'nobody no', ` ?(?:one )?(?:likes|loves|wants|cares about) you\\b`],
    [
      1,
      'motherfucker motherfuckers cocksucker cocksuckers asshole assholes dickhead dickheads ' +
        'dumbass dipshit shithead fuckface fucktard douchebag twat wanker',
    ],
    [0.7, 'fucking fuckin fucked shit bullshit bitch bastard damn'],
    [0.6, 'stupid idiot moron loser pathetic worthless ugly'],
  ]),
  ...rows('harassment', 'address', [[0.4, 'you u ur youre', `(?:'re| are| r)?\\b`]]),
  ...rows('harassment', 'request', [
    [
      1,
      'harass bully stalk doxx dox humiliate intimidate threaten troll',
      `\\b${G}{0,20}\\b(?:someone|somebody|a |an |my |her|him|them|people|kids|coworkers?|classmates?|neighbou?rs?|ex\\b)`,
    ],
  ]),
];

const SEXUAL: readonly PhraseRule[] = [
  ...rows('sexual-content', 'explicit', [
    [
      1,
      'blowjob blowjobs handjob cumshot creampie deepthroat gangbang bukkake fellatio cunnilingus ' +
        'rimjob fisting bondage hentai milf pornhub xvideos porn porno dildo dildos orgy threesome ' +
        'jizz titfuck cameltoe upskirt',
    ],
    [
      0.7,
      'pornographic pussy dick cock cocks tits boobs penis vagina clit anal cum horny masturbate ' +
        'masturbating masturbation erection orgasm nude nudes naked erotic erotica fetish',
    ],
    [0.5, 'sex sexual sexually sexy breasts nipples genitals intercourse'],
    [
      1,
      'child children minor minors underage preteen toddler',
      `\\b${G}{0,30}\\b(?:porn\\w{0,20}|sexual\\w{0,20}|nude|naked|erotic\\w{0,20}|sex)\\b`,
    ],
    [
      1,
      'sexual explicit nude erotic',
      `\\b${G}{0,24}\\b(?:child|children|minors?|underage|teen|preteen|kids?)\\b`,
    ],
  ]),
  ...rows('sexual-content', 'request', [
    [
      0.5,
      'write describe roleplay depict generate create tell',
      `\\b${G}{0,50}\\b(?:sex|sexual|erotic\\w{0,20}|explicit|nsfw|steamy|porn\\w{0,20}|naked|nude)\\b`,
    ],
    [0.5, 'suck lick fuck fucking ride stroke thrust moan undress moaning sucking licking'],
    [
      0.5,
      'my your her his',
      ` (?:wet |hard |big |tight |throbbing )?(?:pussy|dick|cock|tits|ass|boobs|penis|nipples|clit)\\b`,
    ],
  ]),
];

const SELF_HARM: readonly PhraseRule[] = [
  ...rows('self-harm', 'statement', [
    [
      1,
      'kill killing hang hanging cut cutting harm harming hurt hurting starve starving poison',
      ` (?:myself|yourself|themselves|himself|herself)\\b`,
    ],
    [1, 'commit committing attempt attempting', ` suicide\\b`],
    [1, 'end ending take taking', ` (?:my|your|their|his|her)(?: own)? life\\b`],
    [1, 'want wish wanna', ` (?:to die|i (?:was|were) dead|to disappear forever|to be dead)\\b`],
    [1, 'suicide suicidal', ` (?:method|methods|note|pact|ways?|plan|attempt|techniques?)\\b`],
    [1, 'best easiest painless quickest fastest', ` (?:way|ways|method|methods)(?: to (?:die|kill))`],
    [0.6, 'anorexia bulimia purging self', `(?:[- ]harm|-injury)?\\b`],
    [0.5, 'suicide overdose'],
  ]),
  ...rows('self-harm', 'request', [
    [
      0.5,
      'how ways encourage encouraging promote promoting convince glorify glorifying hide methods ' +
        'instructions tips',
      '\\b',
    ],
  ]),
];

export const TOXIC_RULES: readonly PhraseRule[] = [
  ...HATE,
  ...HARASSMENT,
  ...SEXUAL,
  ...SELF_HARM,
  ...CRIME_RULES,
];
