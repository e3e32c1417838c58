/** Patterns beyond RE2: read as Python reads them, run apart, and never passed over. */
import { afterAll, describe, expect, it } from 'vitest';
import { IsolatedRegexError } from '../../../src/core/isolated-regex.ts';
import { compile } from '../../../src/engine/compile.ts';
import { probePatterns } from '../../../src/engine/scanners/probe-patterns.ts';
import { ISOLATED_REGEXES_MAX } from '../../../src/engine/scanners/regex.ts';
import { createIsolatedRegex } from '../../../src/workers/isolated-regex.ts';
import { makeProfile, makeScanner } from '../engine/profile.ts';

const isolatedRegex = createIsolatedRegex({ deadlineMs: 5_000, threadsMax: 1 });
const hasty = createIsolatedRegex({ deadlineMs: 100, threadsMax: 1 });
afterAll(() => Promise.all([isolatedRegex.close(), hasty.close()]));

const profileOf = (pattern: string, action: 'block' | 'mask' = 'block') =>
  makeProfile({ scanners: [makeScanner({ name: 'r', type: 'regex', pattern, action })] });
const toolsOf = (regex = isolatedRegex) => ({ now: () => 0, isolatedRegex: regex });
const policyOf = (pattern: string, regex = isolatedRegex) =>
  compile(profileOf(pattern), toolsOf(regex), { detectors: [] });

describe('an isolated pattern', () => {
  it.each([
    ['emp(?=-\\d)', 'EMP-1 emp-x', ['EMP']],
    ['(?<!un)safe', 'unsafe safe', ['safe']],
    ['(?<=id )\\d+', 'Id 42', ['42']],
    ['(\\w)\\1', 'aabb', ['aa', 'bb']],
    ['(?P<q>["\'])x(?P=q)', '"x" \'x" \'x\'', ['"x"', "'x'"]],
    ['(a)\\g'.replace('\\g', '(?=b)'), 'ab', ['a']],
    ['(?x) a (?= b ) # c', 'ab', ['a']],
    ['ab{,2}(?!b)', 'abb abbb', ['abb']],
    ['\\bécole\\b(?!s)', "l'école écoles", ['école']],
    ['end(?=$)', 'the end\n', ['end']],
    ['end(?=\\Z)', 'the end\n', []],
    ['(?m)(?<=x)$', 'ax\nb', ['ax\nb']],
    ['\\d{2}(?!\\d)', '٤٢', ['٤٢']],
    ['[^\\W\\d_]+(?=!)', 'é_né!', ['né']],
    ['(a)(?=\\s)', 'a\u3000', ['a']],
    ['a{1,2000}', 'caab', ['aa']],
    ['k(?!x)', '\u212a', ['\u212a']],
    ['(?s)a.(?=b)', 'a\nb', ['a\n']],
    ['a.(?=b)', 'a\nb', []],
    ['\\U0001F600(?!x)', 'so 😀', ['😀']],
  ])('%s in %j', async (pattern, text, expected) => {
    const { findings, judgement } = await policyOf(pattern).scan({ contents: [{ prompt: text }] });
    expect(judgement.error).toBe(false);
    expect(findings.map((f) => [...text].slice(f.start, f.end).join(''))).toEqual(expected);
    expect(judgement.action).toBe(expected.length > 0 ? 'block' : 'allow');
  });

  it('of conditions alone fires on the text that meets them', async () => {
    const policy = policyOf('^(?=.*password)(?=.*\\d)');
    const met = await policy.scan({ contents: [{ prompt: 'the password is 7' }] });
    expect(met.judgement.action).toBe('block');
    expect(met.findings).toMatchObject([{ start: 0, end: 17 }]);
    const missed = await policy.scan({ contents: [{ prompt: 'the password is seven' }] });
    expect(missed.judgement.action).toBe('allow');
  });

  it('masks what it matches', async () => {
    const policy = compile(profileOf('(?<=id )\\d+', 'mask'), toolsOf(), { detectors: [] });
    const { judgement } = await policy.scan({ contents: [{ prompt: '😀 id 42.' }] });
    expect(judgement.prompt_masked_data?.data).toBe('😀 id XX.');
    expect(judgement.action).toBe('allow');
  });

  it('looks into views, and holds growing texts back', async () => {
    const policy = policyOf('secret(?! santa)');
    const hidden = await policy.scan({ contents: [{ prompt: 's\u200becret' }] });
    expect(hidden.judgement.action).toBe('block');
    const growing = await policy.scan({ contents: [{ response: 'word '.repeat(80) }] }, { partial: true });
    expect(growing.openFrom).toBe(400 - 256);
  });

  it.each([
    ['fires on everything', '(?!x)', /fire on everything/],
    ['has no such group', '(?=(a))\\2', /not there/],
    ['repeats a look-behind', '(?<=a)*', /does not compile/],
  ])('is refused where it %s', (_, pattern, reason) => {
    expect(() => policyOf(pattern)).toThrow(reason);
  });

  it('is refused beyond the bound of a profile', () => {
    const scanners = Array.from({ length: ISOLATED_REGEXES_MAX + 1 }, (_, i) =>
      makeScanner({ name: `r${i}`, type: 'regex', pattern: `a${i}(?=b)` }),
    );
    expect(() => compile(makeProfile({ scanners }), toolsOf(), { detectors: [] })).toThrow(/at most 50/);
  });

  it('is refused at the probe where it does not end', async () => {
    const faults = await probePatterns(profileOf('^(?=(a+)+$)'), toolsOf());
    expect(faults).toMatchObject([{ path: 'scanners[0].pattern' }]);
    expect(faults[0]?.message).toMatch(/too long on a hostile text; write it/);
  });

  it.each([
    '(?i)password(?!\\s*policy)',
    '^(?=.*\\d)(?=.*[a-z]).{8,}$',
    '(?<!\\d)\\d{16}(?!\\d)',
    '(\\w+) \\1',
  ])('is let through where it is ordinary: %s', async (pattern) => {
    expect(await probePatterns(profileOf(pattern), toolsOf())).toEqual([]);
  });

  it('that overruns blocks as an error, and the next text is judged', async () => {
    const policy = policyOf('^(?=(a+)+$)', hasty);
    const { judgement, findings } = await policy.scan({ contents: [{ prompt: `${'a'.repeat(40)}!` }] });
    expect(judgement).toMatchObject({ action: 'block', error: true, category: 'error', timeout: false });
    expect(findings).toEqual([]);
    const next = await policy.scan({ contents: [{ prompt: 'aaa' }] });
    expect(next.judgement).toMatchObject({ action: 'block', error: false });
  });

  it('with more matches than can be told is an error', async () => {
    const texts = ['ab'.repeat(60_000)];
    await expect(isolatedRegex.find({ source: 'a(?=b)' }, texts)).rejects.toMatchObject({
      fault: 'too-many',
    });
    await expect(isolatedRegex.find({ source: '(' }, texts)).rejects.toBeInstanceOf(IsolatedRegexError);
  });
});
