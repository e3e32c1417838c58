/** What an injection rule is, and the words that patterns and gates are made of. */

export type Family =
  | 'instruction-override'
  | 'prompt-extraction'
  | 'role-spoofing'
  | 'jailbreak'
  | 'fake-completion'
  | 'hidden-instruction'
  | 'exfiltration'
  | 'tool-spoofing'
  | 'encoding-trick';

/** A named list of single words in lower case without diacritics; one of them must stand in the text. */
export type WordGroup = readonly string[];

export interface InjectionRule {
  readonly id: string;
  readonly family: Family;
  /** 1 decides alone; rules near each other add up. */
  readonly weight: number;
  /** The pattern is tried only where each group has a word in the text. */
  readonly needs: readonly WordGroup[];
  /** And, where given, one of these literals. */
  readonly literals?: readonly string[];
  /** Over the normalised text in lower case; linear, bounded gaps. */
  readonly pattern: RegExp;
  /** What it looks for besides at the beginning of a mail or a letter, and of a mail alone. */
  readonly inLetter?: RegExp;
  readonly inMail?: RegExp;
}

export const group = (words: string): WordGroup => words.split(' ');
/** An alternation of all words of the groups, as a whole word. */
export const any = (...groups: readonly WordGroup[]): string => `\\b(?:${groups.flat().join('|')})\\b`;
/** Up to `chars` characters of the same sentence. */
export const gap = (chars: number): string => `[^.!?]{0,${chars}}`;

export function rule(
  family: Family,
  id: string,
  weight: number,
  needs: readonly WordGroup[],
  source: string,
  literals?: readonly string[],
): InjectionRule {
  return {
    id,
    family,
    weight,
    needs,
    pattern: new RegExp(source, 'g'),
    ...(literals === undefined ? {} : { literals }),
  };
}

/** A rule for a script without word gates: found by its literals. */
export const byLiteral = (
  family: Family,
  id: string,
  weight: number,
  literals: readonly string[],
  source: string,
): InjectionRule => rule(family, id, weight, [], source, literals);
