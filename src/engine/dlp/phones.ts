/** Phone numbers: E.164 (ITU-T), national ones by context, form or label. */
import { SEEN } from '../views/census.ts';
import { type DigitGroup, digitsIn } from '../views/digit-groups.ts';
import type { View } from '../views/view.ts';
import { type DlpRule, personal } from './hit.ts';
import { isWordCode, leftOf, rightOf } from './surroundings.ts';

const PHONE = 'Phone Number';
const PHONE_LEFT_CHARS = 48;
export const PHONE_CONTEXT = new RegExp(
  String.raw`\b(?:tele?(?:phone|fon[eo]?|f)?|phone|mobile|mobil|cell(?:ular|phone)?|celular|` +
    'cellulare|handy|rufnummer|whatsapp|fax|sms|hotline|call(?: me| us)?(?: at| on)?|' +
    'text (?:me|us|him|her)|dial|ring (?:me|us)|contact (?:no|number)|answering at|' +
    'reach(?:ed|able)?(?: me| us| him| her| them)?(?: at| on| under)|my number|m[oó]vil|t[eé]l[e' +
    String.raw`é]fono?|t[eé]l[eé]phone|portable|numer telefonu|telefoon|puhelin|телефон|тел)\b|ph` +
    '(?:one)?(?: ?no)?[.:#]|电话|手机|電話|携帯|전화|هاتف|फ़ोन',
  'iu',
);
export const INTERNATIONAL = /\+\(?\d{1,3}\)?(?:[ .\-/]{0,2}\(?\d{1,5}\)?){2,7}/y;

function findInternational(text: string, report: (start: number, end: number) => void): void {
  for (let at = text.indexOf('+'); at >= 0; at = text.indexOf('+', at + 1)) {
    if (isWordCode(text.charCodeAt(at - 1)) || text.charCodeAt(at + 1) === 48) continue;
    INTERNATIONAL.lastIndex = at;
    const match = INTERNATIONAL.exec(text);
    if (match === null) continue;
    const digits = match[0].replace(/\D/g, '').length;
    const end = withExtension(text, at + match[0].length);
    if (digits < 8 || digits > 15 || isWordCode(text.charCodeAt(end))) continue;
    report(at, end);
    at = end - 1;
  }
}

/** `x123` and `ext. 123` behind a number are of it. */
const EXTENSION = /[ ,]?(?:x|ext\.?|extension) ?\d{1,6}(?!\w)/iy;
const RIGHT_CHARS = 16;
/** What a list of contacts writes behind a number. */
const LABEL_BEHIND =
  /^[ \-,(]{1,3}(?:office|fax|mobile|mobil|cell|home|work|direct|landline|privat|b[uü]ro)(?!\w)/i;
/** In front of a number, a postal code is none of its groups. */
const POSTAL_CODE = /^[1-9]\d{4}$/;
const FULL_NUMBER = /^\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}$|^001[ .-]\d{3}[ .-]\d{3}[ .-]\d{4}$/;

function withExtension(text: string, end: number): number {
  EXTENSION.lastIndex = end;
  return end + (EXTENSION.exec(text)?.[0].length ?? 0);
}

/** Dates, versions, money and years are written with digits and separators too. */
const NO_PHONE = new RegExp(
  String.raw`^(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}$|^\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d` +
    String.raw`$|^\d+[.]\d+$|^\d+(?:\.\d+){2,}$`,
  '',
);
const NANP = new RegExp(
  String.raw`^\(?[2-9]\d\d\)?[ .\-/]{0,2}[2-9]\d\d[ .-]?\d{4}$|^1[ .-]?\(?[2-9]\d\d\)?[ .\-/]{0` +
    String.raw`,2}[2-9]\d\d[ .-]?\d{4}$`,
  '',
);

function isNational(number: string): boolean {
  const digits = number.replace(/\D/g, '');
  if (NANP.test(number)) return true;
  if (NO_PHONE.test(number) || /^(\d)\1+$/.test(digits)) return false;
  if (digits.length === 7) return /^[2-9]\d\d[-. ]\d{4}$/.test(number);
  return (
    digits.length >= 8 &&
    digits.length <= 13 &&
    (digits.startsWith('0') || /[ \-.()/]/.test(number) || digits.length >= 9)
  );
}

/**
 * Where the number ends that begins with group `from`: at a whole North American one, else with the chain.
 */
function numberEnd(text: string, groups: readonly DigitGroup[], from: number, start: number): number {
  let to = from + 1;
  for (; to < groups.length && to - from < 6; to++) {
    if (NANP.test(text.slice(start, groups[to - 1]?.end))) return to;
    const link = groups[to]?.link;
    if (link === undefined || link.length > 2) break;
  }
  return to;
}

/** Whether what stands around a number, or its whole form, says that somebody answers there. */
function isPhone(text: string, start: number, bare: number, end: number): boolean {
  const number = text.slice(start, bare);
  if (digitsIn(text, start, bare).length < 7 || !isNational(number)) return false;
  if (FULL_NUMBER.test(number) && (end > bare || number.startsWith('001'))) return true;
  if (LABEL_BEHIND.test(rightOf(text, end, RIGHT_CHARS))) return true;
  return PHONE_CONTEXT.test(leftOf(text, start, PHONE_LEFT_CHARS));
}

const isPostalCode = (text: string, { start, end }: DigitGroup): boolean =>
  POSTAL_CODE.test(text.slice(start, end));

function findNational(
  { text, digitGroups: groups }: View,
  report: (start: number, end: number) => void,
): void {
  for (let i = 0; i < groups.length; ) {
    const first = groups[i];
    if (first === undefined) break;
    const start = text.charAt(first.start - 1) === '(' ? first.start - 1 : first.start;
    const to = numberEnd(text, groups, i, start);
    const bare = groups[to - 1]?.end ?? first.end;
    const end = withExtension(text, bare);
    const second = groups[i + 1];
    if (to > i + 1 && second !== undefined && isPostalCode(text, first)) {
      if (digitsIn(text, second.start, bare).length >= 7) {
        i++;
        continue;
      }
    }
    i = to;
    const free = !isWordCode(text.charCodeAt(start - 1)) && !isWordCode(text.charCodeAt(end));
    const signed = text.charAt(start - 1) === '+' || text.charAt(start - 1) === '.';
    if (free && !signed && isPhone(text, start, bare, end)) report(start, end);
  }
}

export const findPhones: DlpRule = (view, report) => {
  if (view.census.digits < 7) return;
  const found = (start: number, end: number): void => report(personal(PHONE, start, end, 0.8));
  if ((view.census.seen & SEEN.plus) !== 0) findInternational(view.text, found);
  findNational(view, found);
};
