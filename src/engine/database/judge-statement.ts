/** Tells a statement of a database language from a sentence that happens to use the same words. */
import type { View } from '../views/view.ts';
import type { DbRule } from './db-rule.ts';

/** What follows the head of a statement and never a sentence. */
export const TAIL = new RegExp(
  String.raw`\s{0,4}(?:;|\((?=\s{0,4}[\w"'\x60\[])|["'\x60]\s{0,3}[,)};\]+]|(?:where|having|on)\s{1,8}[\w.\x60"\[\]@(]{1,80}\s{0,4}` +
    String.raw`(?:=|<|>|!=|in\s{0,2}\(|is\s{1,4}(?:not\s{1,4})?null|like\s{1,4}['"]|between\s)|` +
    String.raw`(?:values|select|set)\b\s{0,4}[\w(@'"\x60*]|cascade\b|restrict\b|returning\b|limit\s{1,4}\d|using\s{1,4}\w|` +
    String.raw`(?:add|drop|modify|rename|alter|change)\s{1,4}(?:column|constraint|index|primary|foreign|to|key|partition|\w{1,40}\s{1,4}` +
    String.raw`(?:int|varchar|text|date|bool|numeric|decimal|char|timestamp))|(?:inner|left|right|full|cross)?\s{0,4}join\s|` +
    String.raw`(?:group|order)\s{1,4}by\s|as\s{1,4}(?:select|begin|\()|identified\s|with\s{1,4}(?:password|grant|\()|engine\s{0,3}=)`,
  'y',
);
/** It begins a line, a quotation, a code span, a prompt of a shell, or follows another statement. */
export const HEAD =
  /(?:^|[\n"'`;({>|=]|(?:^|\n)\s{0,8}(?:\w{0,12}[>#$]|\d{1,3}[.)]|[-*]|sql:|query:))[ \t]{0,8}$/i;
/** And it ends with one. */
export const CLOSE = /\s{0,4}(?:$|[\n"'`;})])/y;
const PAYLOAD_HEAD = /(?:^\s{0,8}-?\d{0,6}['")]{0,3}[\s+]{0,4}|(?:^|[\s(=:,{])["'`]\s{0,2})$/;
const LEFT_CHARS = 24;
/** A statement that is written out, or code, before a condition: its quotes are its own. */
export const OPEN_STATEMENT = /\b(?:select|where|having|update|join|when|if|while|return|elif)\b[^;]{0,320}$/;
const STATEMENT_CHARS = 320;

const leftOf = (text: string, at: number): string => text.slice(Math.max(0, at - LEFT_CHARS), at);

/** The verb is in capitals, and the sentence around it is not: nobody writes prose so. */
function isShouted(text: string, start: number, end: number): boolean {
  const verb = /^[a-z]+/i.exec(text.slice(start, Math.min(end, start + 20)))?.[0] ?? '';
  return verb === verb.toUpperCase() && verb !== '' && !isAllCapitals(text, start, end);
}

/** The sentence around it is in capitals too. */
function isAllCapitals(text: string, start: number, end: number): boolean {
  const around = text.slice(Math.max(0, start - 40), start) + text.slice(end, end + 40);
  const letters = around.replace(/[^A-Za-z]/g, '');
  return letters.length > 24 && letters === letters.toUpperCase() && !/[;=(*]/.test(around);
}

/** Whether what `rule` matched at [start, end) really is a statement or a payload. */
export function isStatement(view: View, rule: DbRule, start: number, end: number): boolean {
  if (rule.form === 'certain') return true;
  const { text, lower } = view;
  const left = leftOf(lower, start);
  if (rule.form === 'broken')
    return !OPEN_STATEMENT.test(lower.slice(Math.max(0, start - STATEMENT_CHARS), start));
  if (rule.form === 'fragment') return PAYLOAD_HEAD.test(left);
  if (isShouted(text, start, end)) return true;
  TAIL.lastIndex = end;
  if (TAIL.test(lower)) return true;
  CLOSE.lastIndex = end;
  return HEAD.test(left) && CLOSE.test(lower);
}
