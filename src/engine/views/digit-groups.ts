/** Groups of digits and what parts them: the ground for cards, ids and phone numbers. */

export interface DigitGroup {
  readonly start: number;
  readonly end: number;
  /**
   * What stands between this group and the one before, where it is a separator of numbers; else undefined.
   */
  readonly link: string | undefined;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const LINK_CHARS_MAX = 3;
const LINK_SIGNS = ' .-/()\t\u00a0';
export const DIGITS = /\d+/g;

function linkBetween(text: string, from: number, to: number): string | undefined {
  if (to - from > LINK_CHARS_MAX || to <= from) return undefined;
  for (let i = from; i < to; i++) if (!LINK_SIGNS.includes(text.charAt(i))) return undefined;
  return text.slice(from, to);
}

/** All groups of the text in order. Linear. */
export function takeDigitGroups(text: string): readonly DigitGroup[] {
  const groups: DigitGroup[] = [];
  let last = -1;
  DIGITS.lastIndex = 0;
  while (DIGITS.test(text)) {
    const end = DIGITS.lastIndex;
    let start = end - 1;
    while (isDigit(text.charCodeAt(start - 1))) start--;
    groups.push({ start, end, link: last < 0 ? undefined : linkBetween(text, last, start) });
    last = end;
  }
  return groups;
}

export const sizeOf = (group: DigitGroup): number => group.end - group.start;
/** Digits only of [start, end). */
export const digitsIn = (text: string, start: number, end: number): string =>
  text.slice(start, end).replace(/\D+/g, '');
