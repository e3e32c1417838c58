/** The groups of `npm run mutate`, and how their mutants are counted. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GROUPS } from '../../../bench/mutation/groups.ts';
import { countMutants, scoreOf, writeGroups } from '../../../bench/mutation/report.ts';

const reportOf = (...statuses: readonly string[]) => ({
  files: { 'src/a.ts': { mutants: statuses.map((status) => ({ status })) } },
});

describe('the groups', () => {
  it.each(GROUPS)('$name names sources that exist', ({ sources }) => {
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });
});

describe('countMutants', () => {
  it('counts a run without end as killed, a mutant out of reach as survived, and no broken one', () => {
    const counts = countMutants(
      'a',
      reportOf('Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError'),
      1,
    );
    expect(counts).toMatchObject({ mutants: 4, killed: 2, survived: 2 });
    expect(scoreOf(counts)).toBe(50);
  });

  it('gives no score to a group without mutants', () => {
    expect(scoreOf(countMutants('a', reportOf(), 1))).toBe(0);
  });

  it('writes a row for each group', () => {
    const table = writeGroups([countMutants('a', reportOf('Killed', 'Killed', 'Survived'), 61.4)]);
    expect(table.split('\n').at(-1)).toBe('| a | 3 | 2 | 1 | 66.7 | 61 |');
  });
});
