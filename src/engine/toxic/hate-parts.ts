/** Puts the patterns of a language together from its word lists. */
import { anyOf, firstWords, IN_SENTENCE as G, type HateLanguage } from './hate-language.ts';

/** Lists of phrases in lower case, without diacritics on Latin letters; commas part them. */
export interface HateParts {
  readonly groups: string;
  /** Words that may stand between a verb and its group. */
  readonly articles: string;
  /** "I hate" and the like, curses, and threats, as they stand before a group. */
  readonly hatred: string;
  /** "are": what stands between a group and what it is called. */
  readonly copula: string;
  /** "all", "only", "such": what may stand before an insult. */
  readonly filler: string;
  readonly vile: string;
  /** "should", "must", "deserve to". */
  readonly modal: string;
  readonly harm: string;
  /** Whole phrases after a group: "have no right to", "ruin our country". */
  readonly contempt: string;
  readonly not: string;
  readonly spared: string;
  readonly reported: string;
  readonly denounced: string;
  readonly they: string;
  /** "I hope that": where `harm` follows the group, it is wished. */
  readonly wish: string;
}

export function latinLanguage(parts: HateParts): HateLanguage {
  const fill = `(?:${anyOf(parts.filler)} ){0,4}`;
  const after = [
    `${anyOf(parts.copula)} ${fill}${anyOf(parts.vile)}`,
    `${anyOf(parts.modal)} ${fill}${anyOf(parts.harm)}`,
    anyOf(parts.contempt),
  ].join('|');
  return {
    words: firstWords(parts.groups),
    group: new RegExp(`${anyOf(parts.groups)}\\b`, 'y'),
    before: new RegExp(`(?:^|\\b)${anyOf(parts.hatred)}(?: ${anyOf(parts.articles)}){0,4} ?$`),
    after: new RegExp(`^(?:(?!\\b${anyOf(parts.not)}\\b)${G}){0,30}?\\b(?:${after})\\b`),
    spared: new RegExp(`\\b${anyOf(parts.spared)}(?: ${anyOf(parts.articles)}){0,3} ?$`),
    reported: new RegExp(`\\b${anyOf(parts.reported)}\\b`),
    denounced: new RegExp(`\\b${anyOf(parts.denounced)}\\b`),
    wish: new RegExp(`\\b${anyOf(parts.wish)}\\b${G}{0,20}$`),
    harm: new RegExp(`^${G}{0,30}?\\b${anyOf(parts.harm)}\\b`),
    they: new RegExp(`\\b${anyOf(parts.they)}\\b`, 'g'),
  };
}

/** Within a sentence of any of these scripts. */
const S = '[^.!?;\\n\\0。！？；।؟]';

/** For scripts whose words no blank parts, or whose endings follow the stem. */
export function stemLanguage(parts: HateParts, tail = ''): HateLanguage {
  const gap = `(?:(?!${anyOf(parts.not)})${S}){0,24}?`;
  const fill = `(?:${anyOf(parts.filler)}\\s?){0,4}`;
  const copula = parts.copula === '' ? '' : `${anyOf(parts.copula)}\\s?`;
  const vile = anyOf(parts.vile);
  const later = [
    `${copula}${fill}${vile}${tail}`,
    `${anyOf(parts.modal)}\\s?${fill}${S}{0,6}?${anyOf(parts.harm)}`,
    anyOf(parts.contempt),
  ].join('|');
  return {
    group: new RegExp(`${anyOf(parts.groups)}[\\u0600-\\u06ff\\u0900-\\u097f\\u0b80-\\u0bff]*`, 'g'),
    before: new RegExp(`${anyOf(parts.hatred)}(?:\\s?${anyOf(parts.articles)}){0,4}\\s?$`),
    after: new RegExp(`^(?:\\s?${fill}${vile}${tail}|${gap}(?:${later}))`),
    spared: new RegExp(`${anyOf(parts.spared)}${S}{0,12}$`),
    reported: new RegExp(anyOf(parts.reported)),
    denounced: new RegExp(anyOf(parts.denounced)),
    wish: new RegExp(`${anyOf(parts.wish)}${S}{0,10}$`),
    harm: new RegExp(`^${gap}${anyOf(parts.harm)}`),
    they: new RegExp(anyOf(parts.they), 'g'),
  };
}
