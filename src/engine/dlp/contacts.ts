/**
 * E-mail addresses (RFC 5321), phone numbers (E.164, national by context) and public IP addresses by
 * context.
 */
import ipaddr from 'ipaddr.js';
import { getPublicSuffix, parse } from 'tldts';
import { SEEN } from '../views/census.ts';
import { type DigitGroup, digitGroups, digitsIn } from './digit-groups.ts';
import { type DlpRule, personal } from './hit.ts';
import { isAlnum, isWordCode, leftOf } from './surroundings.ts';

const EMAIL = 'Email Address';
const PHONE = 'Phone Number';
const IP = 'IP Address';
const LOCAL_CHARS_MAX = 64;
const DOMAIN_CHARS_MAX = 253;
const LOCAL_SIGNS = '._%+-';

const isLocal = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return isAlnum(code) || code > 0xbf || (at < text.length && LOCAL_SIGNS.includes(text.charAt(at)));
};
const isDomain = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return isAlnum(code) || code === 45 || code === 46 || code > 0xbf;
};

/** Takes what stands before `@`; 0 wide where nothing that may be an address does. */
function localStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LOCAL_CHARS_MAX && isLocal(text, start - 1)) start--;
  while (start < at && LOCAL_SIGNS.includes(text.charAt(start))) start++;
  return start;
}

function domainEnd(text: string, from: number): number {
  let end = from;
  while (end - from < DOMAIN_CHARS_MAX && isDomain(text, end)) end++;
  while (end > from && !isAlnum(text.charCodeAt(end - 1)) && text.charCodeAt(end - 1) < 0xc0) end--;
  return end;
}

/** `user:password@host` in a URL and `git@host:path` are no mail addresses. */
const inUrl = (text: string, start: number, end: number): boolean => {
  if (/:\/\/[^\s/]*$/.test(leftOf(text, start, 80))) return true;
  return (
    text.slice(start, start + 4) === 'git@' || (text.charAt(end) === ':' && text.charAt(end + 1) === '/')
  );
};

export const findEmails: DlpRule = (view, report) => {
  if ((view.census.seen & (SEEN.at | SEEN.dot)) !== (SEEN.at | SEEN.dot)) return;
  const text = view.text;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (!isDomain(text, at + 1)) continue;
    const start = localStart(text, at);
    const end = domainEnd(text, at + 1);
    if (start === at || end - at < 4 || inUrl(text, start, end)) continue;
    const host = text.slice(at + 1, end).toLowerCase();
    if (!host.includes('.') || host.includes('..')) continue;
    const parsed = parse(host, { allowPrivateDomains: false });
    const reserved = /\.(?:example|test|invalid|local)$/.test(host);
    if (parsed.isIcann !== true && !reserved) continue;
    if (getPublicSuffix(host) === host) continue;
    report(personal(EMAIL, start, end, 0.95));
  }
};

const PHONE_LEFT_CHARS = 48;
export const PHONE_CONTEXT = new RegExp(
  String.raw`\b(?:tele?(?:phone|fon[eo]?|f)?|phone|mobile|mobil|cell(?:ular|phone)?|celular|` +
    'cellulare|handy|rufnummer|whatsapp|fax|sms|hotline|call(?: me| us)?(?: at| on)?|' +
    'text (?:me|us|him|her)|dial|ring (?:me|us)|contact (?:no|number)|m[oó]vil|t[eé]l[e' +
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
    const end = at + match[0].length;
    if (digits < 8 || digits > 15 || isWordCode(text.charCodeAt(end))) continue;
    report(at, end);
    at = end - 1;
  }
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

function findNational(text: string, report: (start: number, end: number) => void): void {
  const groups = digitGroups(text);
  for (let i = 0; i < groups.length; ) {
    const first = groups[i];
    if (first === undefined) break;
    const start = text.charAt(first.start - 1) === '(' ? first.start - 1 : first.start;
    const to = numberEnd(text, groups, i, start);
    const end = groups[to - 1]?.end ?? first.end;
    i = to;
    const free = !isWordCode(text.charCodeAt(start - 1)) && !isWordCode(text.charCodeAt(end));
    const signed = text.charAt(start - 1) === '+' || text.charAt(start - 1) === '.';
    if (!free || signed || digitsIn(text, start, end).length < 7 || !isNational(text.slice(start, end)))
      continue;
    if (PHONE_CONTEXT.test(leftOf(text, start, PHONE_LEFT_CHARS))) report(start, end);
  }
}

export const findPhones: DlpRule = (view, report) => {
  if (view.census.digits < 7) return;
  const found = (start: number, end: number): void => report(personal(PHONE, start, end, 0.8));
  if ((view.census.seen & SEEN.plus) !== 0) findInternational(view.text, found);
  findNational(view.text, found);
};

export const IP_CONTEXT =
  /\bip(?:v?[46])?s?\b|\bip[-_ ]?addr|forwarded[-_ ]for|remote[-_ ]?addr|\baddress(?:es)?\b/i;
export const IP_V4 = /\d{1,3}(?:\.\d{1,3}){3}/g;
export const IP_V6 = /[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}/gi;
const IP_LEFT_CHARS = 48;

const isPublic = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unicast';

export const findIps: DlpRule = (view, report) => {
  const { digits, seen } = view.census;
  if (digits < 4 || (seen & (SEEN.dot | SEEN.colon)) === 0 || !IP_CONTEXT.test(view.text)) return;
  const text = view.text;
  for (const pattern of [IP_V4, IP_V6]) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      const inNumber = /[\w.]/.test(text.charAt(start - 1)) || /\w/.test(text.charAt(end));
      if (inNumber || (text.charAt(end) === '.' && isAlnum(text.charCodeAt(end + 1)))) continue;
      if (!IP_CONTEXT.test(leftOf(text, start, IP_LEFT_CHARS)) || !isPublic(match[0])) continue;
      report(personal(IP, start, end, 0.7));
    }
  }
};
