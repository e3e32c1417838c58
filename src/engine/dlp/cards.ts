/**
 * Payment cards: issuer ranges and lengths (ISO/IEC 7812 and the networks' published ranges), Luhn,
 * groupings.
 */
import { type DigitGroup, sizeOf } from '../views/digit-groups.ts';
import { type DlpRule, personal } from './hit.ts';
import { isDigit, isLetter, isWordCode } from './surroundings.ts';

const CARD = 'Credit Card Number';
const DIGITS_MIN = 13;
const DIGITS_MAX = 19;
const TOO_LONG = '0'.repeat(DIGITS_MAX + 1);

/** First and last prefix, lengths. */
const ISSUERS: readonly (readonly [string, string, readonly number[]])[] = [
  ['4', '4', [13, 16, 19]],
  ['51', '55', [16]],
  ['2221', '2720', [16]],
  ['34', '34', [15]],
  ['37', '37', [15]],
  ['6011', '6011', [16, 17, 18, 19]],
  ['644', '649', [16, 17, 18, 19]],
  ['65', '65', [16, 17, 18, 19]],
  ['300', '305', [14, 16]],
  ['309', '309', [14, 16]],
  ['36', '36', [14, 16]],
  ['38', '39', [14, 16]],
  ['3528', '3589', [16, 17, 18, 19]],
  ['62', '62', [16, 17, 18, 19]],
  ['81', '82', [16]],
  ['2200', '2204', [16, 17, 18, 19]],
  ['5018', '5018', [16, 18, 19]],
  ['5020', '5020', [16, 18, 19]],
  ['5038', '5038', [16, 18, 19]],
  ['506', '509', [16, 19]],
  ['56', '58', [16, 18, 19]],
  ['60', '60', [16]],
  ['63', '63', [16, 18, 19]],
  ['67', '67', [16, 18, 19]],
];

const ISSUER_DIGITS = '234568';

function hasIssuer(digits: string): boolean {
  return ISSUERS.some(([first, last, lengths]) => {
    const prefix = digits.slice(0, first.length);
    return lengths.includes(digits.length) && prefix >= first && prefix <= last;
  });
}

/** The check digit of ISO/IEC 7812-1 annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, even = false; i >= 0; i--, even = !even) {
    const digit = digits.charCodeAt(i) - 48;
    sum += even ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

const ONE_DIGIT = /^(\d)\1+$/;
const isCard = (digits: string): boolean =>
  hasIssuer(digits) && !ONE_DIGIT.test(digits) && passesLuhn(digits);

/** As printed on cards: fours, the 4-6-5 and 4-6-4 of Amex and Diners, one row, or evenly spaced digits. */
function isCardShape(groups: readonly DigitGroup[], from: number, to: number): boolean {
  const sizes = groups.slice(from, to).map(sizeOf);
  if (sizes.length === 1) return true;
  const inner = groups.slice(from + 1, to).map((group) => group.link);
  if (inner.some((link) => link !== inner[0])) return false;
  const shape = sizes.join('-');
  if (/^4-4-4-4(?:-[123])?$|^4-4-4-[1-3]$|^4-6-[45]$|^6-10$|^6-1[0-3]$|^8-8$/.test(shape)) return true;
  const alone = groups[from]?.link === undefined && groups[to]?.link === undefined;
  const first = sizes[0] ?? 0;
  return alone && sizes.slice(0, -1).every((size) => size === first) && (sizes.at(-1) ?? 0) <= first;
}

/** Not part of a longer number, a decimal fraction, or a token of letters and digits. */
export function standsFree(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  const after = text.charCodeAt(end);
  if (isWordCode(after)) return false;
  if (text.charAt(end) === '.' && isDigit(text.charCodeAt(end + 1))) return false;
  if (/[.,]/.test(text.charAt(start - 1)) && isDigit(text.charCodeAt(start - 2))) return false;
  if (!isWordCode(before)) return true;
  let at = start - 1;
  while (start - at <= 12 && (isLetter(text.charCodeAt(at)) || text.charCodeAt(at) === 95)) at--;
  return !isWordCode(text.charCodeAt(at));
}

/** Card numbers of a view: see the issuer table. */
export const findCards: DlpRule = (view, report) => {
  if (view.census.digits < DIGITS_MIN) return;
  const text = view.text;
  const groups = view.digitGroups;
  for (let i = 0; i < groups.length; i++) {
    const first = groups[i];
    if (first === undefined) break;
    if (!ISSUER_DIGITS.includes(text.charAt(first.start))) continue;
    let digits = '';
    for (let j = i; j < groups.length; j++) {
      const group = groups[j];
      if (group === undefined || (j > i && (group.link === undefined || /[()]/.test(group.link)))) break;
      digits += sizeOf(group) > DIGITS_MAX ? TOO_LONG : text.slice(group.start, group.end);
      if (digits.length > DIGITS_MAX) break;
      if (digits.length < DIGITS_MIN || !isCard(digits) || !isCardShape(groups, i, j + 1)) continue;
      if (!standsFree(text, first.start, group.end)) continue;
      report(personal(CARD, first.start, group.end, 0.99));
    }
  }
};
