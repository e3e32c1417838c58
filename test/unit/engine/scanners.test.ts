/** Keyword and regex scanners: what they refuse, and what they find in which writing. */
import { describe, expect, it } from 'vitest';
import { PolicyError, type ScannerSnapshot } from '../../../src/core/policy.ts';
import { compile } from '../../../src/engine/compile.ts';
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

  it('says that workers for look-around come later', () => {
    expect(() => compileScanner(regex('a(?!b)'))).toThrow(/look-around .*later version/);
  });
});

describe('keywords', () => {
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
