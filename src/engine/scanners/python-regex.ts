/** Translates a Python-flavoured pattern into RE2 syntax, or, where RE2 cannot, into ECMAScript's. */
import type { IsolatedPattern } from '../../core/isolated-regex.ts';
import { writeClass, writeLiteral, writeRe2Point, writeScriptPoint } from './pattern-class.ts';
import { type PatternToken, readPattern } from './python-pattern.ts';
import { type RequiredTexts, requiredTexts } from './required-texts.ts';

export interface TranslatedPattern {
  /** RE2 syntax; `\b` there knows ASCII words only. Undefined where RE2 has no word for it. */
  readonly source: string | undefined;
  /** The same without any `\b`; undefined where there is none. */
  readonly withoutEdges: string | undefined;
  /** Every match must begin, or end, at a word edge. */
  readonly edgeBefore: boolean;
  readonly edgeAfter: boolean;
  /** A `$` may stand before a final newline, which RE2 cannot say: such a text is searched without it too. */
  readonly finalNewline: boolean;
  /** See `requiredTexts`; of what RE2 can do alone. */
  readonly needs: RequiredTexts;
  /** The pattern for a backtracking engine in a thread of its own. */
  readonly isolated: IsolatedPattern;
}

type Edge = Extract<PatternToken, { kind: 'edge' }>;

const isBeyondRe2 = (token: PatternToken): boolean =>
  token.kind === 'reference' ||
  (token.kind === 'open' && token.group !== 'capture' && token.group !== 'plain');

const isWordEdge = (token: PatternToken | undefined): boolean => token?.kind === 'edge' && token.at === 'b';

const writeRepeat = ({ min, max, lazy }: Extract<PatternToken, { kind: 'repeat' }>): string => {
  const sign =
    min === 0 && max === undefined
      ? '*'
      : min === 1 && max === undefined
        ? '+'
        : min === 0 && max === 1
          ? '?'
          : `{${min}${max === min ? '' : `,${max ?? ''}`}}`;
  return lazy ? `${sign}?` : sign;
};

const re2Edge = ({ at, lines }: Edge): string => {
  if (at === 'b' || at === 'B') return `\\${at}`;
  if (lines) return at === 'start' ? '(?m:^)' : '(?m:$)';
  return at === 'start' || at === 'A' ? '\\A' : '\\z';
};

function toRe2(token: PatternToken): string {
  switch (token.kind) {
    case 'char':
      return writeLiteral(token.point, writeRe2Point);
    case 'any':
      return token.all ? '(?s:.)' : '[^\\n]';
    case 'edge':
      return re2Edge(token);
    case 'class':
      return writeClass(token.negated, token.items, writeRe2Point);
    case 'open':
      return '(?:';
    case 'close':
      return ')';
    case 'or':
      return '|';
    case 'repeat':
      return writeRepeat(token);
    case 'reference':
      return '';
  }
}

const WORD = '[\\p{L}\\p{N}\\p{M}_]';
const SCRIPT_EDGES: Readonly<Record<Edge['at'], string>> = {
  start: '^',
  A: '^',
  end: '(?=\\n?$)',
  Z: '$',
  b: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  B: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
};
const SCRIPT_GROUPS = {
  capture: '(',
  plain: '(?:',
  ahead: '(?=',
  'not-ahead': '(?!',
  behind: '(?<=',
  'not-behind': '(?<!',
} as const;

function toScript(token: PatternToken): string {
  switch (token.kind) {
    case 'char':
      return writeLiteral(token.point, writeScriptPoint);
    case 'any':
      return token.all ? '[^]' : '[^\\n]';
    case 'edge':
      if (token.lines) return token.at === 'start' ? '(?<=^|\\n)' : '(?=$|\\n)';
      return SCRIPT_EDGES[token.at];
    case 'class':
      return writeClass(token.negated, token.items, writeScriptPoint);
    case 'open':
      return SCRIPT_GROUPS[token.group];
    case 'close':
      return ')';
    case 'or':
      return '|';
    case 'repeat':
      return writeRepeat(token);
    case 'reference':
      // In a group, so that a digit after it is not read as part of the number.
      return `(?:\\${token.group})`;
  }
}

/** @throws PatternError with the reason in words. */
export function translatePattern(pattern: string): TranslatedPattern {
  const tokens = readPattern(pattern);
  const alternatives = tokens.some((token) => token.kind === 'or');
  const withEdges = tokens.some(isWordEdge);
  const source = tokens.some(isBeyondRe2) ? undefined : tokens.map(toRe2).join('');
  const bare = tokens.map((token) => (isWordEdge(token) ? '' : toRe2(token))).join('');
  return {
    source,
    withoutEdges: source !== undefined && withEdges ? bare : undefined,
    edgeBefore: !alternatives && isWordEdge(tokens[0]),
    edgeAfter: !alternatives && isWordEdge(tokens.at(-1)),
    finalNewline: tokens.some((token) => token.kind === 'edge' && token.at === 'end' && !token.lines),
    needs: source === undefined ? undefined : requiredTexts(tokens),
    isolated: { source: tokens.map(toScript).join('') },
  };
}
