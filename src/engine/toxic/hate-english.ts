/** Hate against groups in English: groups, hatred, contempt, exclusion, violence,
    and what speaks against it. */
import { anyOf, firstWords, flat, IN_SENTENCE as G, type HateLanguage } from './hate-language.ts';

const PEOPLE = `women, woman, girls, females, men, jews, jew, muslims, muslim, moslems, christians,
    christian,
  catholics, hindus, hindu, buddhists, buddhist, sikhs, sikh, atheists, mormons, immigrants, immigrant,
    migrants,
  migrant, refugees, refugee, foreigners, foreigner, asylum seekers, asylum seeker, gays, gay, lesbians,
    lesbian,
  homosexuals, homosexual, bisexuals, queers, transgenders, transgender, transsexuals, transwomen,
    transmen, trans, trannies, tranny, lgbt,
  lgbtq, blacks, whites, asians, asian, africans, african, arabs, arab, indians, indian, pakistanis,
    chinese, japanese,
  koreans, vietnamese, filipinos, filipinas, malays, malay, indonesians, thais, bangladeshis,
    bangladeshi, mexicans,
  mexican, latinos, latinas, hispanics, poles, russians, ukrainians, turks, kurds, syrians, somalis,
    nigerians, afghans,
  iranians, iraqis, palestinians, israelis, gypsies, roma, romani, travellers, natives, aborigines,
    aboriginals,
  autistics, cripples, cripple, disableds, handicapped, handicaps, handicap, seniors, senior, elders,
    elderly, pensioners, mentally ill,
  mentally ills, mentally disableds, minorities, foreign workers, eurasians, romanians, albanians,
    haitians, puerto ricans, americans`;
const KINDS = `black, white, brown, coloured, colored, gay, trans, transgender, transgendered,
    transsexual, queer, lesbian,
  bisexual, homosexual, lgbt, lgbtq, disabled, handicapped, crippled, autistic, deaf, blind, mentally ill,
  mentally disabled, old, elderly, senior, aged, muslim, jewish, christian, catholic, hindu, buddhist,
    sikh, chinese,
  indian, asian, african, arab, mexican, malay, latino, hispanic, immigrant, migrant, refugee, foreign,
    native,
  indigenous, aboriginal, female, japanese, korean, vietnamese, filipino, russian, turkish, polish,
    romani, gypsy,
  pakistani, somali, nigerian, bangladeshi`;
const NOUNS = `people, person, persons, folks?, men, man, women, woman, guys?, girls?, boys?, kids?,
    children, citizens?,
  workers?, families, students?, ones?, lot, bastards?, communit(?:y|ies), parents, couples?, males?,
    females?, ppl`;

const SINGLE_GROUP = anyOf(PEOPLE);
const PEOPLE_WITH =
  'people (?:of colou?r|with (?:a |any )?(?:disabilit(?:y|ies)|autism|mental \\w{6,9}|down syndrome))';

const DET = flat(
  `(?: (?:all|the|those|these|any|every|each|more|many|other|of|to see|seeing|around|about|with|how|a|an
    |this
    |that|such|being|having|some|another|bunch of|fuck(?:ing|en|in)?|f\\*+ing|damn(?:ed)?|goddamn|bloody
    |stupid|filthy|dirty|ugly
    |disgusting|evil|fat|lazy|next|first|last|single|kinds? of|anymore|near|those kinds? of|your|our|their|out
    |up
    |off|down|my|so much|especially|illegal|young|certain|both|only)){0,5} ?$`,
);

const HATRED = `hate, hated, h8, hatin, hating, despise, despised, loathe, loathed, detest, detested,
    abhor, can'?t stand,
  cannot stand, can not stand, couldn'?t stand, can'?t bear, cannot bear, can'?t tolerate,
    cannot tolerate, have no respect for, have nothing but
  contempt for, disgusted by, repulsed by, sick of, tired of, fed up with, spit on, piss on, shit on,
    look down on,
  don'?t trust, never trust, do not trust, don'?t respect, do not respect,
    don'?t (?:like|love|value|care about), do not
  (?:like|love|value|care about), want nothing to do with, am allergic to, am ashamed of,
    refuse to (?:serve|help|hire|work with)`;
const VIOLENCE = `kill, murder, shoot, gas, exterminate, hang, burn, lynch, stab, beat, punch, slap,
    kick, rape, attack, execute,
  castrate, hunt, bomb, torture, wipe, eliminate, get rid of, rid the world of, round, deport, expel,
    ban, throw, send, lock,
  enslave, sterili[sz]e, smash, hurt, crush, slaughter, erase, eradicate, destroy, cleanse, purge,
    strangle, whip, drown,
  behead, stone, spit, poison, bash, assault, butcher, cleanse the world of, put down, jail, imprison,
    abuse, harm, silence, humiliate`;
const INTENT = `i will, i'll, i would, i'd, i wanna, i want to, i wish to, i wish i could, i like to,
    i love to, gonna, going to,
  about to, let'?s, let us, we must, we should, we need to, we have to, we gotta, we will, we'll,
    we ought to, we can,
  someone should, somebody should, someone must, someone needs to, someone please, everyone should,
    everybody should, time to, ok(?:ay)? to, fine to,
  right to, good to, great to, fun to, justified to, acceptable to, dream of, hope to, hope they,
    hope someone, want them to, please, you should, you must, you can,
  need to, have to, should, must, planning to, ready to, excited to, itching to, can'?t wait to,
    do the world a favou?r and, just, go and, go out and, go`;
const INT = flat(
  `(?:(?:all|just|nothing|but|more|no|better|basically|only|so|such|a|an|the|like|some|bunch|of|bloody
    |fuck(?:ing|in|en)?
    |damn(?:ed)?|goddamn|really|very|total|complete(?:ly)?|absolute(?:ly)?|truly|simply|literally|born
    |natural|little|big
    |bunch|fat|always|mostly|mere|pure|utter(?:ly)?|freaking|god|this|that|much|far|even|still|pretty|quite
    |as|than|genetically|obviously|clearly
    |morally|inherently|mentally|by nature|also|too|worst|biggest|kind|known|to be|considered|ultimate
    |extremely|pack|lying|cheating
    |stinking|smelly|dirty|filthy|piece|pieces|load|nothing more|worthless|be|get|kena)[ -]){0,6}`,
);
const VILE = `vermin, parasites?, parasitic, cockroach(?:es)?, roach(?:es)?, rats?, pigs?, swine, dogs?,
    animals?, beasts?, apes?, monkeys?,
  insects?, pests?, leech(?:es)?, maggots?, lice, scum(?:bags?)?, trash, garbage, rubbish, filth, filthy,
    dirt, shit, shitty, crap, disease,
  diseased, cancer, plague, virus, infection, infestation, disgrace, abominations?, burden, waste,
    subhumans?, sub-human,
  inhuman, inferior, disgusting, repulsive, revolting, vile, gross, dirty, ugly, stupid, dumb,
    retard(?:ed|s)?, idiots?, idiotic, morons?,
  brainless, worthless, useless, pathetic, evil, wicked, perverts?, perverted, pervs?, freaks?,
    monsters?, demons?, devils?,
  criminals?, thieves, thief, rapists?, terrorists?, murderers?, killers?, liars?, cheats?, cheaters?,
    savages?, barbarians?, barbaric,
  primitive, uncivili[sz]ed, backwards?, lazy, greedy, untrustworthy, dishonest, unnatural, immoral,
    sinful, degenerates?,
  sluts?, whores?, bitch(?:es)?, cunts?, objects?, slaves?, predators?, p(?:a)?edophiles?, groomers?,
    invaders?, loathsome, abnormal, deviants?, mistakes?, unclean,
  smelly, stink(?:ing|y)?, horrible, nasty, creatures?, creepy, psychos?, lunatics?, cowards?,
    hypocrites?, evolved,
  shitheads?, dickheads?, fucked, fucked up, ignorant, lower beings?, lesser beings?, sickening,
    nobodies, bad people, shameless, menace, less(?: than)? human, barely human, hardly human,
  devil, hellspawn, bastards?, assholes?, arseholes?, fuckers?, losers?, cursed?, inbred,
    contaminat\\w{2,4}, a joke, undeserving, unworthy, unfit, unwanted, repugnant,
  nuisance, stain, blight, rotten, deranged, spawn, despicable, deplorable`;
const WEAK = `bad, uneducated, illiterate, violent, dangerous, threat, danger, enem(?:y|ies), problem,
    problems, toxic, wrong, weak, sick, crazy,
  insane, awful, terrible, annoying, corrupt, mad, angry, boring, incompetent, bloodthirsty, aggressive,
    scary, loud, rude, poor`;
const NOT_GOOD = `good, nice, smart, clean, human, humans?, people, persons?, worthy?, welcome, wanted,
    normal, natural, real, equal, capable,
  intelligent, fit, civili[sz]ed, trustworthy, like us, one of us, allowed, needed, women, men, loved,
    liked, decent, honest, safe, as`;
const HARM = `die, death, dead, burn, hang, rot, suffer, suffering, perish, disappear, vanish, go back,
    go home, leave, fuck off, piss off, get out,
  get the hell, get the fuck, gtfo, shut up, stay (?:in|out|away|at|home), stick to, know their place,
    kill(?:ed)?, shot, hung, hanged, burn(?:ed|t), gassed, exterminated, eradicated, wiped,
  eliminated, executed, execution, beaten, beat, punished, punishment, whipped, stoned, raped, tortured,
    torture, castrated, sterili[sz]ed, deported, expelled, kicked, kick,
  thrown, banned, barred, locked, jailed, imprisoned, put (?:down|to|in|behind|back), removed, hunted,
    attacked, slapped, lynched, enslaved, slaves?,
  segregated, shamed, silenced, obey, serve, hell, extinct, bombed, slaughtered, murdered, spat, spit,
    outlawed, abused, harmed, hurt, pain, violence, jail, prison,
  cease to exist, dumped, culled, neutered, shipped, drowned, crushed, cut, erased?, destroyed,
    controlled, sent, feared?, hated, caged, cleansed, annihilated, crushed, humiliated,
    looked down, drown(?:ed)?`;
const PLACE = `kitchen, zoo, cages?, jungle, jail, prison, bars, camps?, concentration, gas, gutter,
    sewer, trash, garbage, dustbin, bin, hell, bottom, graves?,
  asylum, street, hospital, ground, mental, toilet, dump, bed, trees`;
const RIGHTS = `rights?, vote, exist, live, be here, breathe, breed, reproduce, work, drive, teach,
    marry, adopt, run, lead, have, be allowed, be
  treated, be given, belong, be in, get, own, speak, be able, respect, love, happiness, equal, equality,
    freedom, jobs?, anything, any, a voice, be trusted,
  our, life, be part, enter, come, stay, be considered, be tolerated, be called, be accepted, compassion,
    sympathy, mercy, dignity, what, be near`;
const HARMFUL = `ruin, ruining, ruined, destroy, destroying, infest, infesting, invade, invading,
    pollute, polluting, poison, poisoning, plague, steal, stealing, leech, overrun,
  tak(?:e|ing) over, flood, flooding, corrupt, corrupting, contaminate, breed like, breeding like,
    disgust, sicken, repulse, stink, smell, suck, spread disease`;
const TARGET = `our, this, the, my, me, us, everything, everyone, all, so, like, bad, a, to, society`;

const RIGHT = [
  `(?:is|are|r|was|were|be|being|look like|looks like|act like|behave like|smell like|remain
    |'re) ${INT}${anyOf(VILE)}\\b(?! rights?\\b)`,
  `(?:is|are|r) (?:so|such|all|just|nothing but|always|too|fucking|damn|really|a|an|the
    |our) ${INT}${anyOf(WEAK)}\\b`,
  `(?:isn'?t|aren'?t|ain'?t|(?:is|are|will) not|(?:is|are|will) never|can never|will never|cannot|can'?t
    |never) ${INT}(?:be )?${INT}${anyOf(NOT_GOOD)}\\b`,
  `(?:should|shud|must|needs? to|ought to|have to|has to|gotta|deserves?(?: to)?|had better|better|can
    |may|merit) ${INT}(?:to )?${INT}(?:be )?${INT}${anyOf(HARM)}\\b`,
  `(?:should(?:n'?t| not| never)|shld not|must(?:n'?t| not| never)|(?:don'?t|doesn'?t|do not|does not
    |never) deserve(?: to)?|ha(?:ve|s) no right|(?:isn'?t|aren'?t|is not|are not) ` +
    `(?:allowed|entitled|worthy)) (?!${G}{0,20}\\b${anyOf(HARM)}\\b)(?:ever |even |be |to |the |a |of 
    |any |allowed |let |given |able ){0,6}${anyOf(RIGHTS)}\\b`,
  `(?:all |only |rightly )?belongs? (?:all |only |back )?(?:in|at|to|on|behind|under
    |six)(?: \\w{1,8}){0,2} ${anyOf(PLACE)}\\b`,
  `(?:do(?:n'?t| not)|doesn'?t|does not|never) belong\\b`,
  `(?:have|has) no (?:place|business|soul|brains?|morals?|value|dignity|shame|worth|use|future|culture)\\b`,
  `(?:all |just |only |always |really )?(?:are |is )?(?:all |just |only |always 
    |really )?${anyOf(HARMFUL)}(?: ${anyOf(TARGET)}| *$|[,!.?])`,
  `(?:really |all |always |just )?makes? (?:me|us|everyone) (?:so |fucking |damn |wanna |want to 
    |physically )?(?:sick|vomit|puke|throw up|angry|mad|ill|barf|nauseous)`,
  `(?:can ?not|can'?t|cannot|should not|shouldn'?t|should never|can never|must not) be trusted`,
  `(?:is|are) (?:all )?(?:to blame|the reason|the cause|behind (?:all|every|the)|responsible for (?:all
    |every|the|our)|plotting|taking over|everywhere|all the same)`,
  `(?:control|run|own) the (?:media|banks?|world|government|economy)`,
  `(?:all |damn |so |such |really |confirm |just |fucking |like |very |the most |most |a bunch of 
    |bunch of |are ){1,3}${INT}${anyOf(VILE)}\\b`,
  `(?:can |should |could |may )?(?:all |just )*go (?:screw|fuck|kill|hang) (?:themselves|themself
    |yourselves)`,
  `not (?:even |really |true |fully )?(?:humans?|people|a person|one of us)\\b`,
  `(?:'s |s' )?(?:lives?|life|existence|opinions?|feelings) (?:${G}{0,16} )?(?:worthless|nothing
    |n'?o?t matter|no value|no meaning|less|not worth|n'?t mean|n'?t worth)`,
  `are never (?:attractive|beautiful|right|innocent|honest|smart)`,
  `(?:will|can) never (?:change|learn|be trusted|be civilised|fit in|belong|be equal|be real|amount)`,
  `(?:who|that) (?:are|is) (?:sick|stupid|lazy|breathing|alive) should\\b`,
  `(?:go home|get out|out of (?:our|my|this)|go back)\\b`,
];

const LEFT = [
  `(?:\\b(?:i|we|everyone|everybody|us|people like me|my family|and|but|honestly|really|just|fuckin?g?
    |always|especially|truly)|^)(?: \\w{2,11}){0,3} ?(?<!\\b(?:do not|don'?t|doesn'?t|never|not
    |dont) )${anyOf(HATRED)}`,
  `(?:\\b${anyOf(INTENT)}(?: (?:fucking|just|all|finally|really|be able to|personally)){0,2}|^
    |[,:] ?) ?${anyOf(VIOLENCE)}`,
  `\\b(?:death to|down with|fuck|f\\*+k|screw|damn|to hell with|war (?:on|against)|no more|curse
    |no place for|no room for|keep out|shame on|god hates|nuke)`,
  `\\bbetter(?: \\w{1,6}){0,4} (?:without|rid of|if (?:we|there) (?:had no|were no|got rid of|killed))`,
  `\\b(?:death|execution|hanging|prison|rape|beatings?|a bullet|gas chambers?|torture|genocide|camps?
    |extermination|violence|slavery|hell|pain|castration|deportation)` +
    ` (?:is|are|was|would be|seems?)${G}{0,34} (?:for|to|against|towards?)`,
  `\\b(?:worse|lower|dumber|uglier|dirtier|stupider|dumber|filthier|(?:more|less) (?:disgusting|stupid
    |repulsive|evil|vile|pathetic|annoying|primitive|ugly|horrible|dangerous|useless)) than`,
  `\\b(?:nobody|no ?one|noone|who) (?:\\w{2,9} )?(?:likes|wants|needs|loves|cares about|respects|trusts
    |would miss)`,
  `\\b(?:i|we) (?:would|will|could|'d|'ll) (?:never|not) (?:ever )?(?:hire|date|trust|help|respect|let
    |allow|work with|live next to|accept|vote for|befriend|marry|touch)`,
  `\\b(?:no|any|nothing but) (?:compassion|respect|sympathy|mercy|empathy|love|pity|patience|tolerance
    |contempt|scorn|disgust|hatred) (?:for|towards?)`,
  `\\b(?:feel|have|full of|filled with|only) (?:nothing but |only |so much |pure |such )?(?:contempt
    |scorn|disgust|hatred|hate|loathing) (?:for|towards?|of)`,
  `\\b(?:rights|laws?|mercy|freedom)(?: \\w{2,6})? (?:don'?t|do not|doesn'?t|shouldn'?t
    |should not) apply to`,
  `\\b(?:monkeys?|dogs?|pigs?|rats?|animals?|insects?|cockroach(?:es)?|apes?)\\b${G}{0,40}\\b(?:better
    |smarter|cleverer|cleaner|valuable|worth more|useful|intelligent) than`,
  `\\b(?:make|makes|making) (?:me|us) (?:so |really |damn |fucking )*(?:sick|vomit|puke|angry|mad
    |furious)[^.]{0,12}[, ]`,
  `\\b${anyOf(VILE)}(?: \\w{2,5})?,`,
  `\\brather (?:die|be dead|have cancer|get cancer|kill myself|starve|lick|eat
    |\\w{2,8})${G}{0,24} than (?:be|have|let|see|live|sit|work|talk|help|share)(?: \\w{2,9}){0,2}`,
  `\\b(?:the )?(?:fewer|less|no)`,
  `\\b(?:genocide|holocaust|extermination|rape|lynching|murder|killing|slaughter|torture) of`,
];
const FOUL = `filthy, dirty, disgusting, subhuman, worthless, inferior, useless, fucking, fuckin,
    goddamn, stinking, smelly, stupid, dumb, retarded, greedy, vile, evil, pathetic, bloody, parasitic,
    piece of shit, pieces of shit`;

const SPARED = `no, not all, not every, not one, none of (?:the|these|those), don'?t think(?: that)?,
    do not think(?: that)?,
    (?:do not|don'?t|didn'?t|never|doesn'?t) (?:believe|agree|mean|say|claim|hate
    |want)(?: \\w{1,8}){0,4}, isn'?t true(?: that)?, not true(?: that)?, no reason (?:why
    |to)(?: \\w{1,8}){0,3}`;
const REPORTED = `hear, heard, hearing, read, reading, say, says, said, saying, call, calls,
    called, calling, claim, claims, claimed,
    claiming, thinks?, thinking, thought, believes?, believed, suggest\\w{0,4}, imply\\w{0,3}, implied,
    states?, stating, wrote, writes?, writing, tweet\\w{0,3}, posts?, posted, messages?, comments?,
    statements?, shout\\w{0,3}, scream\\w{0,3}, tells?, told, telling, wishing, like, likes of,
    chant\\w{0,3}, sign, words?, phrases?, how dare, stop, wrong, racist, sexist, hateful,
    never ok(?:ay)?, not ok(?:ay)?, against, condemn\\w{0,5}, denounc\\w{1,4}, accus\\w{1,4}, joke,
    jokes, joking, argu\\w{1,4}`;
const DENOUNCED = `wrong, racist, racism, sexist, sexism, hateful, hate speech, horrible, disgusting,
    unacceptable, bigot\\w{0,4}, ignoran\\w{1,2}, false, offensive, a?shame\\w{0,3}, despicable,
    not (?:ok|okay|acceptable|true|right|cool|funny), unfair, inexcusable, nonsense, a lie, lies,
    prejudiced?, discriminat\\w{2,4}, xenophob\\w{1,3}, homophob\\w{1,3}, transphob\\w{1,3},
    misogyn\\w{1,4}, islamophob\\w{1,3}, antisemit\\w{1,3}, toxic, outdated, reported?, block(?:ed)?,
    banned, jail, punished, fired, arrested, tolerate, stop, insensitive, hurt\\w{0,3}, cruel, mean,
    stupid, insulting, respect for you, problem, trouble, apologi[sz]e, sad, ridiculous, absurd, vile,
    rude`;
const WISH = `hope, hoping, wish, wishing, pray, if only, imagine if, love to see, love seeing,
    like to see, want to see, happy when, glad when, laugh when, good that, deserved that`;
const SCORNED = '(?:those|these|you|all|of|such|bunch of|just|typical)';
const NOT = "\\b(?:not|never|no longer|n't|nor|but|who don'?t)\\b";
export const ENGLISH: HateLanguage = {
  words: firstWords(PEOPLE, KINDS, 'people'),
  group: new RegExp(`(?:${anyOf(KINDS)} ${anyOf(NOUNS)}|${SINGLE_GROUP}|${PEOPLE_WITH})\\b`, 'y'),
  before: new RegExp(
    `(?:${flat(`(?:${LEFT.join('|')})${DET}`)}|\\b${SCORNED} (?:\\w{2,8} )?${anyOf(FOUL)} $)`,
  ),
  after: new RegExp(`^(?:(?!${NOT})${G}){0,36}?\\b(?:${flat(RIGHT.join('|'))})`),
  wish: new RegExp(`\\b${anyOf(WISH)}\\b${G}{0,20}$`),
  harm: new RegExp(`^${G}{0,36}?\\b${anyOf(HARM)}`),
  they: /\b(?:they|them|these people|those people|that lot|the lot of them|their kind|they'?re)\b/g,
  spared: new RegExp(`\\b${anyOf(SPARED)} $`),
  reported: new RegExp(`\\b${anyOf(REPORTED)}\\b`),
  denounced: new RegExp(`\\b${anyOf(DENOUNCED)}\\b`),
};
