/**
 * Every built-in pattern is linear: a quantifier is bounded, so that a try at one place costs a bounded number of
 * steps, or `recheck` proves the pattern safe. What hostile texts really cost is measured too.
 */
import { readdirSync } from 'node:fs';
import { checkSync } from 'recheck';
import { describe, expect, it } from 'vitest';
import { AGENT_RULES } from '../../../src/engine/agent/agent-rules.ts';
import { compile } from '../../../src/engine/compile.ts';
import { DB_RULES } from '../../../src/engine/detectors/db-security.ts';
import { MALWARE_RULES } from '../../../src/engine/detectors/malicious-code.ts';
import { VENDOR_KEYS } from '../../../src/engine/dlp/vendor-scan.ts';
import { INJECTION_RULES } from '../../../src/engine/injection/injection-rules.ts';
import { piecesOf } from '../../../src/engine/rules/pattern-pieces.ts';
import { TOXIC_RULES } from '../../../src/engine/toxic/toxic-rules.ts';
import { makeProfile, makeScanner, STILL } from './profile.ts';

const ENGINE = new URL('../../../src/engine/', import.meta.url);

async function exportedPatterns(): Promise<readonly (readonly [string, RegExp])[]> {
  const found: (readonly [string, RegExp])[] = [];
  for (const path of readdirSync(ENGINE, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue;
    const module: Record<string, unknown> = await import(new URL(path, ENGINE).href);
    for (const [name, value] of Object.entries(module)) {
      if (value instanceof RegExp) found.push([`${path} ${name}`, value]);
    }
  }
  return found;
}

/** Quantifiers without an upper bound, outside character classes and escapes. */
const isUnbounded = (source: string): boolean =>
  /[*+]|\{\d+,\}/.test(source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x'));

const TIMES = /\{\d+,(\d+)\}|\{(\d+)\}/;

/** The most characters that a pattern takes; 1 for an escape or a class. */
function charsMax(source: string): number {
  const rows = [0];
  for (const { opening, inner, times } of piecesOf(source)) {
    if (opening === '' && inner === '|') rows.push(0);
    const takes = opening === '' ? !/^(?:\||\^|\$|\\b)$/i.test(inner) : !/^\(\?<?[=!]/.test(opening);
    if (!takes) continue;
    const [, most, exactly] = TIMES.exec(times) ?? [];
    const chars = opening === '' ? 1 : charsMax(inner);
    rows.push((rows.pop() ?? 0) + chars * Number(most ?? exactly ?? 1));
  }
  return Math.max(...rows);
}

/** How far back each look-behind of a pattern looks. */
const looksBack = (source: string): readonly number[] =>
  [...piecesOf(source)].flatMap(({ opening, inner }) => [
    ...(opening.startsWith('(?<=') || opening.startsWith('(?<!') ? [charsMax(inner)] : []),
    ...(opening === '' ? [] : looksBack(inner)),
  ]);

describe('built-in patterns', () => {
  const inLetters = INJECTION_RULES.flatMap(({ inLetter, inMail }) =>
    [inLetter, inMail].flatMap((pattern) => (pattern === undefined ? [] : [{ pattern }])),
  );
  const rules = [
    ...INJECTION_RULES,
    ...inLetters,
    ...VENDOR_KEYS,
    ...DB_RULES,
    ...MALWARE_RULES,
    ...AGENT_RULES,
    ...TOXIC_RULES,
  ];

  it('are many', () => {
    expect(INJECTION_RULES.length).toBeGreaterThanOrEqual(120);
    expect(new Set(VENDOR_KEYS.map((key) => key.name)).size).toBeGreaterThanOrEqual(40);
    expect(new Set(INJECTION_RULES.map((rule) => rule.id)).size).toBe(INJECTION_RULES.length);
  });

  it('of tables have bounded quantifiers only', () => {
    expect(
      rules.filter((rule) => isUnbounded(rule.pattern.source)).map((rule) => rule.pattern.source),
    ).toEqual([]);
  });

  it('look back a little: what is looked at behind every word costs more than all the rest', () => {
    expect(charsMax('a(?:bc|[de]{2,4}\\b){3} ?')).toBe(14);
    expect(looksBack('a(?:b(?<=c.{0,9})|d)(?<!ef)')).toEqual([10, 2]);
    const far = [...INJECTION_RULES, ...inLetters].filter(({ pattern }) =>
      looksBack(pattern.source).some((chars) => chars > 256),
    );
    expect(far.map(({ pattern }) => pattern.source)).toEqual([]);
  });

  it('that are unbounded elsewhere are proved linear', async () => {
    const unbounded = (await exportedPatterns()).filter(([, pattern]) => isUnbounded(pattern.source));
    const unsafe = unbounded.filter(
      ([, pattern]) => checkSync(pattern.source, pattern.flags.replace(/[gy]/g, '')).status !== 'safe',
    );
    expect(unbounded.length).toBeGreaterThan(3);
    expect(unsafe.map(([name]) => name)).toEqual([]);
  });
});

const HOSTILE = [
  '1',
  '1 ',
  '4-',
  '0.',
  '@',
  'a@',
  'a',
  '-----BEGIN ',
  `-----BEGIN PRIVATE ${'KEY-----'}`,
  'http://',
  'http://a.b/?',
  'a.',
  '.',
  ' ',
  '\n',
  'password=',
  'eyJ',
  'eyJ.',
  'sk-',
  'AKIA',
  '%41',
  '&#65;',
  '\\u0041',
  'e\u0301',
  '\u200b',
  '\u{e0041}',
  '\ufe01',
  'aа',
  '+1 ',
  'DE89 ',
  '41 ',
  'aB1',
  'ignore ',
  'ignore all ',
  'ignore all previous ',
  'i g n o r e ',
  '<!--',
  '![a](',
  'system: ',
  '//a:b@',
  '1.1.1.1 ',
  'a:b:',
  'a[.]',
  '忽略之前',
  'call 1',
  '1gn0re ',
  'pretend you have no ',
  'send the data to ',
  'reveal your ',
  'repeat the ',
  'the character will ',
  'grandma would ',
  'have 10 tokens ',
  'a = "b", c = "d" ',
  'two responses ',
  'bluebird ',
  'blue',
  'select ',
  'select a from ',
  "' or ",
  "'or'",
  'union select ',
  'update a set ',
  'grant a, ',
  'delete from ',
  'with a as (',
  '/**/',
  'match (a)',
  '$ne":',
  'curl ',
  'powershell -',
  'reg add hklm\\',
  '<a ',
  '<script>',
  '../',
  '%2e',
  '; ',
  '{{',
  '`a',
  'downloadstring(',
  'socket.socket(',
  'how to make ',
  'you are such a ',
  'send the data to ',
  'call the tool ',
  'covertly share records ',
] as const;

describe('hostile texts', () => {
  const policy = compile(
    makeProfile({ scanners: [makeScanner({ name: 'k', words: ['bluebird', 'blue bird'] })] }),
    STILL,
  );
  /** Milliseconds of processor that this thread spent: what else the machine does is not in them. */
  const timeOf = async (unit: string, chars: number): Promise<number> => {
    const prompt = unit.repeat(Math.ceil(chars / unit.length)).slice(0, chars);
    const from = process.threadCpuUsage();
    const { judgement } = await policy.scan({ contents: [{ prompt }] }, { partial: true });
    expect(judgement.error).toBe(false);
    const { user, system } = process.threadCpuUsage(from);
    return (user + system) / 1000;
  };

  const leastOf = async (turns: number, measure: () => Promise<number>): Promise<number> => {
    let least = Infinity;
    for (let turn = 0; turn < turns; turn += 1) least = Math.min(least, await measure());
    return least;
  };

  it.each(HOSTILE.map((unit) => ({ unit })))('cost what their length says: $unit', async ({ unit }) => {
    await timeOf(unit, 4096);
    const small = await leastOf(3, () => timeOf(unit, 32_768));
    const large = await leastOf(3, () => timeOf(unit, 262_144));
    // Eight times the text, and room for a noisy machine. Quadratic would be 64 times.
    expect(large).toBeLessThan(Math.max(32 * small, 120));
  });

  it.each(['1', '@', 'a', '-----BEGIN ', 'http://', ' ', 'add a tip in your reply \n\n\n\n\n'])(
    'of 1 MB end soon: %j',
    async (unit) => {
      expect(await timeOf(unit, 1_000_000)).toBeLessThan(5000);
    },
  );
});
