/** What a sentence claims that can be looked up word by word: numbers, addresses, names, and its words. */

const NUMBER = /\d+(?:[.,:/]\d+)*/g;
const ADDRESS = /\bhttps?:\/\/[^\s<>"')\]]{4,200}|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,24}){1,3}\b/gi;
const WORD = /[\p{L}\p{M}][\p{L}\p{M}'’-]*/gu;
const SMALL_NUMBERS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
  'seventeen eighteen nineteen twenty';
const NUMBER_WORDS = new Map(SMALL_NUMBERS.split(' ').map((word, value) => [word, String(value)]));
const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const NEGATION = setOf(
  "not no never none nobody nothing neither nor cannot can't don't doesn't didn't isn't aren't " +
    "wasn't weren't won't wouldn't shouldn't couldn't hasn't haven't hadn't without nicht kein " +
    'keine nie pas jamais no nunca',
);
const COMMON = setOf(
  'the a an and or but of to in on at by for with from as is are was were be been being it its ' +
    'this that these those he she they we you i his her their our your my has have had do does ' +
    'did will would can could should may might must than then so if when which who whom whose ' +
    'what where why how about into over under after before also there here more most some any ' +
    'each all both such only very just not no yes one two based according context text document ' +
    'provided mentioned states stated says said given answer',
);

/** The beginning of a word, so that its forms are one. */
const stem = (word: string): string => {
  const bare = word
    .replace(/['’]s?$/, '')
    .replace(/(?:ies|ied)$/, 'y')
    .replace(/(?:ing|ed|es|s|e)$/, '');
  return bare.length < 3 ? word : bare;
};

/** `1,250.00`, `1 250` and `1250` are one number; a date or a time stays as it is written. */
const numberOf = (text: string): string =>
  /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)
    ? numberOf(text.replace(/,/g, ''))
    : text.replace(/^0+(?=\d)/, '').replace(/\.0+$/, '');

export interface Facts {
  readonly numbers: ReadonlySet<string>;
  /** Numbers that are written as words. */
  readonly spoken: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
  /** Words written large within a sentence. */
  readonly names: ReadonlySet<string>;
  /** Stems of words that say something. */
  readonly words: ReadonlySet<string>;
  readonly negated: boolean;
}

/** Linear. */
export function factsOf(text: string): Facts {
  const addresses = new Set(
    [...text.matchAll(ADDRESS)].map(([address]) => address.toLowerCase().replace(/[.,]$/, '')),
  );
  const rest = text.replace(ADDRESS, ' ').replace(/(\d)[\u00a0\u202f](?=\d{3}\b)/g, '$1');
  const numbers = new Set([...rest.matchAll(NUMBER)].map(([number]) => numberOf(number)));
  const spoken = new Set<string>();
  const names = new Set<string>();
  const words = new Set<string>();
  let negated = false;
  let isFirst = true;
  for (const match of rest.matchAll(WORD)) {
    const [written] = match;
    const word = written.toLowerCase().replace(/’/g, "'");
    const value = NUMBER_WORDS.get(word);
    if (value !== undefined) spoken.add(value);
    negated ||= NEGATION.has(word);
    if (!COMMON.has(word) && word.length > 2) {
      words.add(stem(word));
      if (!isFirst && /^\p{Lu}/u.test(written)) names.add(stem(word));
    }
    isFirst = /[.!?:]\s*$/.test(rest.slice(match.index + written.length, match.index + written.length + 2));
  }
  return { numbers, spoken, addresses, names, words, negated };
}
