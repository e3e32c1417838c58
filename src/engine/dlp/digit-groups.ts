/** Groups of digits and what parts them: the ground for cards, ids and phone numbers. */

export interface DigitGroup {
  readonly start: number;
  readonly end: number;
  /**
   * What stands between this group and the one before, where it is a separator of numbers; else undefined.
   */
  readonly link: string | undefined;
}

const LINK_CHARS_MAX = 3;
const LINK_SIGNS = ' .-/()\t\u00a0';
export const DIGITS = /\d+/g;

function linkBetween(text: string, from: number, to: number): string | undefined {
  if (to - from > LINK_CHARS_MAX || to <= from) return undefined;
  for (let i = from; i < to; i++) if (!LINK_SIGNS.includes(text.charAt(i))) return undefined;
  return text.slice(from, to);
}

/** All groups of the text in order. Linear. */
export function digitGroups(text: string): readonly DigitGroup[] {
  const groups: DigitGroup[] = [];
  let last = -1;
  for (const match of text.matchAll(DIGITS)) {
    const start = match.index;
    const link = last < 0 ? undefined : linkBetween(text, last, start);
    last = start + match[0].length;
    groups.push({ start, end: last, link });
  }
  return groups;
}

export const sizeOf = (group: DigitGroup): number => group.end - group.start;
/** Digits only of [start, end). */
export const digitsIn = (text: string, start: number, end: number): string =>
  text.slice(start, end).replace(/\D+/g, '');
