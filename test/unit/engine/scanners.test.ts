/** Keyword and regex scanners: what they refuse, and what they find in which writing. */
import { describe, expect, it } from 'vitest';
import { PolicyError, type ScannerSnapshot } from '../../../src/core/policy.ts';
import { compile } from '../../../src/engine/compile.ts';
import { REGEXES_MAX } from '../../../src/engine/scanners/regex.ts';
import { RE2JS_ENGINE } from '../../../src/engine/scanners/regex-engine.ts';
import { makeProfile, makeScanner, STILL } from './profile.ts';

const compileScanner = (scanner: ScannerSnapshot) =>
  compile(makeProfile({ scanners: [scanner] }), STILL, { detectors: [], regexEngine: RE2JS_ENGINE });

async function found(scanner: ScannerSnapshot, text: string): Promise<readonly string[]> {
  const { findings, judgement } = await compileScanner(scanner).scan({ contents: [{ prompt: text }] });
  expect(judgement.error).toBe(false);
  return findings.map((f) => [...text].slice(f.start, f.end).join(''));
}
const words = (...list: string[]) => makeScanner({ name: 'k', words: list });
const regex = (pattern: string) => makeScanner({ name: 'r', type: 'regex', pattern });

describe('refused', () => {
  it.each([
    ['no words', words(), 'scanners[0].words'],
    ['an empty word', words('a', ' '), 'scanners[0].words[1]'],
    ['an invisible word', words('\u200b'), 'scanners[0].words[0]'],
    ['an empty pattern', regex(''), 'scanners[0].pattern'],
    ['a broken pattern', regex('(a'), 'scanners[0].pattern'],
    ['a long pattern', regex('é'.repeat(600)), 'scanners[0].pattern'],
    ['look-ahead', regex('a(?=b)'), 'scanners[0].pattern'],
    ['look-behind', regex('(?<!a)b'), 'scanners[0].pattern'],
    ['a back-reference', regex('(a)\\1'), 'scanners[0].pattern'],
    ['a named back-reference', regex('(?P<x>a)(?P=x)'), 'scanners[0].pattern'],
    ['too many repetitions', regex('a{1,2000}'), 'scanners[0].pattern'],
  ])('%s', (_, scanner, path) => {
    let error: unknown;
    try {
      compileScanner(scanner);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(PolicyError);
    expect(error).toMatchObject({ path });
  });

  it.each([
    ['a possessive repetition', 'a++b', /possessive/],
    ['a group that is not closed', '(a', /not closed/],
    ['a reference to no group', '\\2(a)', /not there/],
    ['an escape that Python does not know', '\\y', /not known/],
    ['a range that is none', '[z-a]', /range/],
    ['flags in the middle', 'a(?s)b', /at its start/],
    ['nothing to repeat', '*a', /nothing to repeat/],
    ['half a hexadecimal escape', '\\x4', /not complete/],
  ])('%s, with the reason', (_, pattern, reason) => {
    expect(() => compileScanner(regex(pattern))).toThrow(reason);
  });

  it('look-around where no isolated worker is there', () => {
    expect(() => compileScanner(regex('a(?!b)'))).toThrow(/look-around .*isolated worker/);
  });

  it('more regexes than a profile may have', () => {
    const many = Array.from({ length: REGEXES_MAX + 1 }, (_, i) =>
      makeScanner({ name: `r${i}`, type: 'regex', pattern: `emp-${i}` }),
    );
    const compileMany = () => compile(makeProfile({ scanners: many }), STILL, { detectors: [] });
    expect(compileMany).toThrow(/at most 500 regex scanners/);
  });

  it('patterns that are too large together', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      makeScanner({ name: `r${i}`, type: 'regex', pattern: `(?:ab?){1,${900 + (i % 90)}}` }),
    );
    const options = { detectors: [], regexEngine: RE2JS_ENGINE };
    const compileMany = () => compile(makeProfile({ scanners: many }), STILL, options);
    expect(compileMany).toThrow(/too large; use smaller repetitions/);
  });
});

describe('keywords', () => {
  it('are told as they are configured, and of which scanner they are', async () => {
    const scanner = { ...words('Blue Bird', 'OWL'), id: 's7' };
    const { findings } = await compileScanner(scanner).scan({
      contents: [{ prompt: '😀 an owl, a blue\nbird' }],
    });
    expect(findings).toMatchObject([
      { scannerId: 's7', word: 'Blue Bird', start: 12, end: 21 },
      { scannerId: 's7', word: 'OWL', start: 5, end: 8 },
    ]);
  });

  it.each([
    ['Bluebird', 'the BLUEBIRD flies', ['BLUEBIRD']],
    ['bluebird', 'bluebirds', []],
    ['bluebird', 'blue_bluebird', []],
    ['bluebird', '(bluebird)', ['bluebird']],
    ['项目', '在项目里', ['项目']],
    ['c++', 'I like c++17', ['c++']],
    ['secret plan', 'a secret \n plan', ['secret \n plan']],
    ['naïve', 'NAI\u0308VE', ['NAI\u0308VE']],
    ['straße', 'die STRAẞE', ['STRAẞE']],
    ['παύλος', 'ΠΑΎΛΟΣ', ['ΠΑΎΛΟΣ']],
    ['bluebird', 'b\u200bl\u00adu\u2060ebird', ['b\u200bl\u00adu\u2060ebird']],
    ['bluebird', 'ｂｌｕｅｂｉｒｄ', ['ｂｌｕｅｂｉｒｄ']],
    ['bluebird', 'blu\u0435bird', ['blu\u0435bird']],
    ['bluebird', 'x %62luebird', ['%62luebird']],
    ['bluebird', '&#98;luebird', ['&#98;luebird']],
    ['bluebird', '\\u0062luebird', ['\\u0062luebird']],
    ['bluebird', 'Ymx1ZWJpcmQ=', ['Ymx1ZWJpcmQ=']],
    ['bluebird', '626c756562697264', ['626c756562697264']],
    ['bluebird', 'oyhroveq vf gur anzr bs gur cebwrpg naq gung vf nyy', ['oyhroveq']],
    ['сова', 'Это сова.', ['сова']],
    ['kelvin', '\u212aelvin', ['\u212aelvin']],
  ])('%s in %j', async (word, text, expected) => {
    expect(await found(words(word), text)).toEqual(expected);
  });

  it('are found two encodings deep', async () => {
    const twice = Buffer.from(Buffer.from('the bluebird').toString('base64')).toString('base64');
    expect(await found(words('bluebird'), twice)).toEqual([twice]);
  });
});

describe('regexes', () => {
  it.each([
    ['emp-\\d{3}', 'EMP-123', ['EMP-123']],
    ['(?i)(?P<id>emp)', 'EMP', ['EMP']],
    ['\\d+', 'n ٤٢', ['٤٢']],
    ['^\\w+$', 'žluťoučký', ['žluťoučký']],
    ['a\\sb', 'a\u3000b', ['a\u3000b']],
    ['[^\\W\\d_]+', '12é_', ['é']],
    ['\\bécole\\b', "l'école", ['école']],
    ['\\bcat', 'écat', []],
    ['\\bcat\\b', 'concat cat', ['cat']],
    ['a*', 'bbb', []],
    ['(a+)+$', 'aaa', ['aaa']],
    ['x\\Z', 'ax', ['x']],
    ['caf\\u00e9', 'CAFÉ', ['CAFÉ']],
    ['secret', 's\u200becret', ['s\u200becret']],
    ['(?x) emp - \\d {2} # a number', 'EMP-12', ['EMP-12']],
    ['ab{,2}c', 'ac abbc abbbc', ['ac', 'abbc']],
    ['a{b', 'x a{b', ['a{b']],
    ['end$', 'the end\n', ['end']],
    ['end$', 'the end\n\n', []],
    ['end\\Z', 'the end\n', []],
    ['(?m)^b$', 'a\nb\nc', ['b']],
    ['^b', 'a\nb', []],
    ['(?s)a.b', 'a\nb', ['a\nb']],
    ['a.b', 'a\nb', []],
    ['a(?s:.)b', 'a\nb', ['a\nb']],
    ['[]a]+', ']a]', [']a]']],
    ['[\\d-]+', '1-2', ['1-2']],
    ['\\x41\\101', 'aa', ['aa']],
    ['\\p{Greek}+', 'abc αβγ', ['αβγ']],
    ['[[:digit:]]{2}', '42', ['42']],
  ])('%s in %j', async (pattern, text, expected) => {
    expect(await found(regex(pattern), text)).toEqual(expected);
  });

  it('never remember the last text', async () => {
    const policy = compileScanner(regex('secret'));
    for (let i = 0; i < 3; i++) {
      const { judgement } = await policy.scan({ contents: [{ prompt: 'a secret' }] });
      expect(judgement.action).toBe('block');
    }
  });

  it('hold back what they are told to', async () => {
    const scanners = [regex('a.*b')];
    const policy = compile(makeProfile({ scanners }), STILL, { detectors: [], holdbackChars: 40 });
    const { openFrom } = await policy.scan(
      { contents: [{ response: 'word '.repeat(40) }] },
      { partial: true },
    );
    expect(openFrom).toBe(160);
  });
});
