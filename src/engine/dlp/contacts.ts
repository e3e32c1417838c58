/** E-mail addresses (RFC 5321) and public IP addresses by context. */
import ipaddr from 'ipaddr.js';
import { getPublicSuffix, parse } from 'tldts';
import { SEEN } from '../views/census.ts';
import { type DlpRule, personal } from './hit.ts';
import { isAlnum, leftOf } from './surroundings.ts';

const EMAIL = 'Email Address';
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

export const IP_CONTEXT =
  /\bip(?:v?[46])?s?\b|\bip[-_ ]?addr|forwarded[-_ ]for|remote[-_ ]?addr|\baddress(?:es)?\b/i;
export const IP_V4 = /\d{1,3}(?:\.\d{1,3}){3}/g;
export const IP_V6 = /[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}/gi;
const IP_FORMS = [
  [IP_V4, SEEN.dottedDigits],
  [IP_V6, SEEN.nearColons],
] as const;
const IP_LEFT_CHARS = 48;

const isPublic = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unicast';

export const findIps: DlpRule = (view, report) => {
  const { digits, seen } = view.census;
  if (digits < 4) return;
  const text = view.text;
  for (const [pattern, sign] of IP_FORMS) {
    if ((seen & sign) === 0) continue;
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
