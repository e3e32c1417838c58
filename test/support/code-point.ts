/** Any Unicode character as a property draws it, without the tables that fast-check builds for its own. */
import fc from 'fast-check';

/** One code point that is no lone surrogate. */
export const codePoint: fc.Arbitrary<string> = fc
  .nat(0x10ffff)
  .map((point) => String.fromCodePoint(point >= 0xd800 && point <= 0xdfff ? point - 0xd800 : point));
