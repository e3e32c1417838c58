/** US social security numbers (SSA's published rules) and IBANs (ISO 13616). */
import { sizeOf } from '../views/digit-groups.ts';
import { type DlpRule, personal } from './hit.ts';
import { isAlnum, isWordCode, leftOf, rightOf } from './surroundings.ts';

const SSN = 'National Id - US Social Security Number - SSN';
const IBAN = 'Bank - International Bank Account Number - IBAN';
export const SSN_CONTEXT = /\b(?:ssn|ss#|social[ _-]?sec(?:urity)?|soc\.? ?sec)/i;
const SSN_LEFT_CHARS = 60;
const SSN_RIGHT_CHARS = 32;

/** Areas 000, 666 and 900 to 999, group 00 and serial 0000 are never given (SSA, since 2011). */
function isSsn(digits: string): boolean {
  const area = digits.slice(0, 3);
  if (area === '000' || area === '666' || area.startsWith('9')) return false;
  return digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';
}

const touchesWord = (text: string, start: number, end: number): boolean =>
  isWordCode(text.charCodeAt(start - 1)) || isWordCode(text.charCodeAt(end));

/** Dashed or spaced as printed; nine bare digits only beside words that say what they are. */
export const findSsns: DlpRule = (view, report) => {
  if (view.census.digits < 9) return;
  const text = view.text;
  const groups = view.digitGroups;
  for (const [i, first] of groups.entries()) {
    const size = sizeOf(first);
    if (size === 9 && first.link === undefined && groups[i + 1]?.link === undefined) {
      const digits = text.slice(first.start, first.end);
      if (!isSsn(digits) || touchesWord(text, first.start, first.end)) continue;
      const left = leftOf(text, first.start, SSN_LEFT_CHARS);
      const near = `${left}\n${rightOf(text, first.end, SSN_RIGHT_CHARS)}`;
      if (SSN_CONTEXT.test(near)) report(personal(SSN, first.start, first.end, 0.8));
    }
    if (size !== 3) continue;
    const middle = groups[i + 1];
    const last = groups[i + 2];
    if (middle === undefined || last === undefined || sizeOf(middle) !== 2 || sizeOf(last) !== 4) continue;
    const link = middle.link;
    if ((link !== '-' && link !== ' ' && link !== '.') || last.link !== link) continue;
    if (first.link === link || (groups[i + 3]?.link === link && link !== ' ')) continue;
    if (touchesWord(text, first.start, last.end)) continue;
    const digits = text.slice(first.start, first.end) + text.slice(middle.start, middle.end);
    if (isSsn(digits + text.slice(last.start, last.end))) report(personal(SSN, first.start, last.end));
  }
};

/** Lengths by country (SWIFT IBAN registry). */
const LENGTHS =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 ' +
  'DK18 DO28 EE20 EG29 ' +
  'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 ' +
  'JO30 KW30 KZ20 LB28 ' +
  'LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 ' +
  'PK24 PL28 PS29 PT25 ' +
  'QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22' +
  ' VG24 XK20 YE30';
const LENGTH_OF = new Map(LENGTHS.split(' ').map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]));
export const IBAN_HEAD = /[A-Z]{2}\d{2}/gi;

/** ISO 7064 MOD 97-10 over the rearranged number. */
function passesMod97(iban: string): boolean {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** End of `length` letters and digits from `start`, with single blanks or dashes between, or -1. */
function takeGrouped(text: string, start: number, length: number): number {
  let taken = 0;
  let at = start;
  while (taken < length) {
    const code = text.charCodeAt(at);
    if (isAlnum(code)) taken++;
    else if ((code !== 32 && code !== 45 && code !== 0xa0) || !isAlnum(text.charCodeAt(at + 1))) return -1;
    at++;
  }
  return at;
}

/** International bank account numbers, whole or in groups. */
export const findIbans: DlpRule = (view, report) => {
  if (view.census.digits < 10) return;
  const text = view.text;
  for (const match of text.matchAll(IBAN_HEAD)) {
    const start = match.index;
    const length = LENGTH_OF.get(match[0].slice(0, 2).toUpperCase());
    if (length === undefined || isWordCode(text.charCodeAt(start - 1))) continue;
    const end = takeGrouped(text, start, length);
    if (end < 0 || isAlnum(text.charCodeAt(end))) continue;
    if (passesMod97(text.slice(start, end).replace(/[^A-Za-z0-9]/g, '')))
      report(personal(IBAN, start, end, 0.99));
  }
};
