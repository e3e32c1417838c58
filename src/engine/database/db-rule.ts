/** What a rule of `db_security` is, and the pieces that patterns of database languages are made of. */
import type { AnchoredRule } from '../rules/anchored-rules.ts';

export type DbClass = 'create' | 'read' | 'update' | 'delete' | 'privilege' | 'exec' | 'injection';

/**
 * How sure the form is: a `statement` in prose must show by its surroundings that it is one, `certain` forms
 * occur in database languages alone, a `fragment` counts only where a text or a quote begins with it, a
 * payload that is `broken` into a statement only where the statement does not stand before it.
 */
export type DbForm = 'statement' | 'certain' | 'fragment' | 'broken';

export interface DbRule extends AnchoredRule {
  readonly kind: DbClass;
  readonly form: DbForm;
  readonly words: readonly string[];
}

/** White space, or a comment in its place, as payloads write it. */
export const S = '(?:[\\s+]|/\\*[^*\\0]{0,60}\\*/|%20|%09|%0a){1,24}';
export const S0 = '(?:[\\s+]|/\\*[^*\\0]{0,60}\\*/|%20|%09|%0a){0,24}';
const NAME =
  '(?:[\\w$#@:{}\\u00c0-\\uffef-]{1,64}|"[^"\\n\\0]{1,64}"|`[^`\\n\\0]{1,64}`|\\[[^\\]\\n\\0]{1,64}\\])';
/** A name, quoted or not, with up to three qualifiers. */
export const ID = `${NAME}(?:\\s?\\.{1,2}\\s?${NAME}){0,3}`;
/** As `ID`, but no article or pronoun, which begin prose. */
export const THING =
  '(?!(?:the|an?|my|your|this|that|these|those|our|his|her|its|their|it|all|any|some|each|every|one|here|' +
  'there|which|what|where|how|in|on|of|for|to|and|or|is|are|was|were|be|you|we|i|he|she|they|someone|with|' +
  `from|at|by|as|but|not|no)\\b(?!\\s{0,3}[;(=]))${ID}`;

export function dbRule(kind: DbClass, form: DbForm, id: string, words: string, source: string): DbRule {
  return { id, kind, form, words: words.split(' '), pattern: new RegExp(source, 'y') };
}
