/** Makes English-like texts from a seed: always the same for one seed, never the same twice within one source. */

const WORDS = `about above across after again air almost along also always among answer area around arrive ask
autumn away back bake balance bank bay because become before begin behind believe below beside better between
beyond big bird black blue board boat body book both bottle bread bridge bright bring brother build busy buy call
calm camera captain careful carry castle catch centre chair chance change children choose circle city class clean
clear climb close cloud coast cold colour come compare complete contain cook copper corner cotton country course
cover cross cup current dance daughter deep degree describe desk develop differ dinner direct distance door down
draw dream drive dry during each early earth east easy eight either electric enough equal evening every example
expect eye face fall family far farm fast father favour feel few field figure final find fine finger finish fire
first fish flat floor flower follow foot forest forward found fresh friend front fruit full garden gather gentle
give glass gold good grand grass green ground group grow guess half hand happen happy harbour hard hear heart heat
heavy high hill history hold home hope horse hour house huge hundred ice idea include inside interest iron island
join journey joy jump just keep kitchen know lake land language large last late laugh lead learn leave left letter
level library light like line listen little live long look lunch machine main many map march mark market material
matter mean measure meet metal middle mile milk mind minute modern moment money month moon morning mother mountain
move much music narrow nature near neighbour never new next night noise north notice number ocean often open orange
order other outside page paint paper park part pass path pattern people perhaps picture piece place plain plan
plant play point possible pour present problem produce proud pull push quarter question quick quiet quite radio
rain raise reach read ready reason red remember rest result rice rich ride right ring rise river road rock room
round row run safe sail salt same sand save say school science sea season second see seem sell sentence seven shape
share ship shore short should shoulder show side silver simple sing sister sit six size sky sleep slow small smile
snow soft soil some song soon sound south space speak spring square stand star start station stay step still stone
stop store story street strong student study such sudden sugar summer supper supply surface table take talk tall
tea teach team tell ten test than their thick thin think third though thousand three through time together tomorrow
tonight top touch toward town trade train travel tree trouble true turn twenty under until usual valley value very
village visit voice wait walk wall want warm wash watch water wave way weather week weight west what wheel when
where which while white whole wide wild wind window winter with without wonder wood word work world write yard year
yellow young`
  .split(/\s+/)
  .filter((word) => word !== '');

const SENTENCE_WORDS_MIN = 6;
const SENTENCE_WORDS_SPREAD = 10;

export interface WordSource {
  /** The next word, as the text around it wants it: capitals and full stops included. */
  word(): string;
  /** Whole words, at most `chars` characters and at most a dozen fewer, with a full stop at the end. */
  text(chars: number): string;
}

/** @param seed any whole number */
export function createWordSource(seed: number): WordSource {
  let state = (Math.imul(seed, 2_654_435_761) + 97) >>> 0;
  let left = 0;
  // The upper bits of a linear congruential generator are its good ones.
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * limit);
  };
  const word = (): string => {
    const first = left === 0;
    if (first) left = SENTENCE_WORDS_MIN + below(SENTENCE_WORDS_SPREAD);
    left -= 1;
    const plain = WORDS[below(WORDS.length)] ?? 'word';
    const cased = first ? plain.charAt(0).toUpperCase() + plain.slice(1) : plain;
    return left === 0 ? `${cased}.` : cased;
  };
  const text = (chars: number): string => {
    left = 0;
    let made = word();
    // A word that is cut may read as another one, and a detector may know it.
    for (let next = word(); made.length + next.length + 2 <= chars; next = word()) made += ` ${next}`;
    left = 0;
    return made.endsWith('.') ? made : `${made}.`;
  };
  return { word, text };
}
