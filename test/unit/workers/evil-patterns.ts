/** Patterns that stall naive engines, each with a text that makes it, and that it matches at its very end. */

export interface EvilCase {
  readonly pattern: string;
  /** Repeated to the size of the text. */
  readonly unit: string;
  readonly ending: string;
}

const evil = (pattern: string, unit: string, ending: string): EvilCase => ({ pattern, unit, ending });

/** Linear on RE2. */
const LINEAR: readonly EvilCase[] = [
  evil('(a+)+b', 'a', 'b'),
  evil('(a*)*b', 'a', 'b'),
  evil('(a|a)*b', 'a', 'b'),
  evil('(a|aa)+b', 'a', 'b'),
  evil('(.*)*x!', 'a', 'x!'),
  evil('(.+)+x!', 'a', 'x!'),
  evil('(a+)+$', 'a', 'a'),
  evil('\\s+x', ' ', 'x'),
  evil('(\\s*)*x', ' ', 'x'),
  evil('(\\w+\\s?)+!', 'word ', 'end!'),
  evil('([a-z]+)*1', 'a', '1'),
  evil('([a-zA-Z]+)*=', 'aB', '='),
  evil('(x+x+)+y', 'x', 'y'),
  evil('(\\d+)*x', '1', 'x'),
  evil('(a?){30}b', 'a', 'b'),
  evil('.*.*.*=.*', 'x', '=1'),
  evil('(?:a|b|ab)+c', 'ab', 'c'),
  evil('(?s).*,.*,.*;', 'x,', ';'),
  evil('("[^"]*")+,x', '""', ',x'),
  evil('<(?:[^<>]|<[^<>]*>)*!', '<>', '<!'),
];

/** Too many repetitions for RE2, look-around, back-references: they run in an isolated thread. */
const ISOLATED_SHAPES: readonly EvilCase[] = [
  evil('(a+)+b(?!c)', 'a', 'b'),
  evil('(a*)*b(?!c)', 'a', 'b'),
  evil('(a|a)+b(?!c)', 'a', 'b'),
  evil('(a|aa)+b(?!c)', 'a', 'b'),
  evil('(?=(a+)+b)a', 'a', 'b'),
  evil('(?<=(a+)+)b', 'a', 'b'),
  evil('(.*)*(?<=x)!', 'a', 'x!'),
  evil('(.+)+(?<=x)!', 'a', 'x!'),
  evil('(\\w+\\s?)+(?=!)', 'word ', 'end!'),
  evil('(\\s*)*x(?!y)', ' ', 'x'),
  evil('\\s+(?=x)', ' ', 'x'),
  evil('([a-z]+)*(?=1)1', 'a', '1'),
  evil('(x+x+)+(?=y)y', 'x', 'y'),
  evil('(\\d+)*(?=x)x', '1', 'x'),
  evil('(a+)\\1+b', 'a', 'b'),
  evil('(.*)\\1b', 'a', 'b'),
  evil('(a*)(a*)(a*)\\1\\2\\3b', 'a', 'b'),
  evil('(?P<w>\\w+) (?P=w)x', 'word ', 'end endx'),
  evil('(?=.*z)(?=.*y)x', 'x', 'xyz'),
  evil('(?=.*.*.*=)x', 'x', 'x='),
  evil('(a{1,2000})+b', 'a', 'b'),
  evil('(a{1,100}){1,100}b', 'a', 'b'),
  evil('(?:a?){2000}a{2000}b', 'a', 'b'),
  evil('(?!(a+)+c)(a+)b', 'a', 'b'),
];

/** The same once more with another letter, so that no engine knows them already. */
const more = (cases: readonly EvilCase[]): readonly EvilCase[] =>
  cases
    .filter(({ pattern, unit }) => unit === 'a' && !/\[|P</.test(pattern))
    .map(({ pattern, ending }) => evil(pattern.replaceAll('a', 'q'), 'q', ending.replaceAll('a', 'q')));

export const EVIL_CASES: readonly EvilCase[] = [
  ...LINEAR,
  ...ISOLATED_SHAPES,
  ...more(LINEAR),
  ...more(ISOLATED_SHAPES),
];
