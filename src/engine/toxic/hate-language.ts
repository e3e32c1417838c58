/** What hate against groups of people is put together from, in one language. */

export interface HateLanguage {
  /** Words in lower case, without diacritics,
    at which a group may begin; absent where no blanks part words. */
  readonly words?: readonly string[];
  /** A group of people: sticky where there are `words`, else global. */
  readonly group: RegExp;
  /** On what stands before the group in its sentence, to its end: hatred, a threat, a curse. */
  readonly before: RegExp;
  /** On what follows the group in its sentence, from its beginning: contempt, exclusion,
    a call for violence. */
  readonly after: RegExp;
  /** On what stands before the group: ill is wished to it, where `harm` follows. */
  readonly wish?: RegExp;
  readonly harm?: RegExp;
  /** What stands for the group in the words that follow; global. */
  readonly they?: RegExp;
  /** On what stands before the group: the group is what the claim does not hold of. */
  readonly spared: RegExp;
  /** On what stands before the group: somebody else's words are told, or it is said that they are wrong. */
  readonly reported: RegExp;
  /** On what follows the claim: that it is wrong. */
  readonly denounced: RegExp;
}

/** Patterns are broken over lines before a bar. */
export const flat = (pattern: string): string => pattern.replace(/\n\s*\|/g, '|');

/** An alternation of phrases that commas part. */
export const anyOf = (list: string): string =>
  `(?:${flat(list)
    .split(/,(?!\d)/)
    .map((phrase) => phrase.trim().replace(/\s+/g, ' '))
    .filter((phrase) => phrase !== '')
    .join('|')})`;

/** The words at which those phrases begin, for the gate. */
export const firstWords = (...lists: readonly string[]): readonly string[] => [
  ...new Set(
    lists.flatMap((list) =>
      flat(list)
        .split(/,(?!\d)/)
        .map((phrase) => phrase.trim().split(' ')[0] ?? '')
        .filter((word) => word !== ''),
    ),
  ),
];

/** Within a sentence. */
export const IN_SENTENCE = '[^.!?;\\n\\0]';
