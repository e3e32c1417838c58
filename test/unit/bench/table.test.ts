/** The table of the benchmark, for people and as Markdown. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../../bench/harness/row.ts';
import { writeMarkdown, writeTable } from '../../../bench/harness/table.ts';

const ROWS: readonly Row[] = [
  { group: 'start', name: 'start', figure: '563 ms', against: '≤ 1,500 ms', ratio: 0.375, reached: true },
  {
    group: 'memory',
    name: 'a|b',
    figure: '262 MB',
    against: '≤ 220 MB',
    ratio: 1.19,
    reached: false,
    note: 'peak',
  },
  { group: 'install', name: 'install', figure: 'not measured', against: '', note: 'offline' },
];

describe('writeTable', () => {
  const lines = writeTable(ROWS).split('\n');
  it('keeps the columns under their heads', () => {
    const at = lines[0]?.indexOf('figure') ?? -1;
    expect(lines.slice(2, 5).map((line) => line.slice(at).split('  ')[0])).toEqual([
      '563 ms',
      '262 MB',
      'not measured',
    ]);
  });
  it('says yes, no, or nothing', () => {
    expect(lines[2]).toMatch(/0\.38 {3}yes$/);
    expect(lines[3]).toMatch(/1\.19 {3}no$/);
    expect(lines[4]).toMatch(/not measured$/);
  });
  it('ends with the notes', () => {
    expect(lines.slice(5)).toEqual(['', '- a|b: peak', '- install: offline']);
  });
});

describe('writeMarkdown', () => {
  const lines = writeMarkdown(ROWS).split('\n');
  it('is a table of five columns', () => {
    expect(lines[0]).toBe('| row | figure | limit or peer | ratio | reached |');
    expect(lines[1]).toBe('| --- | --- | --- | --- | --- |');
    expect(lines[2]).toBe('| start | 563 ms | ≤ 1,500 ms | 0.38 | yes |');
  });
  it('escapes what would end a cell', () => {
    expect(lines[3]).toContain('a\\|b');
  });
});
