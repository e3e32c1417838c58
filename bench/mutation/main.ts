/** `npm run mutate [-- GROUP | FILE]`: changes the sources one by one and tells which changes no test notices. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { GROUPS, type Group } from './groups.ts';
import { type Counts, countMutants, type StrykerReport, scoreOf, writeGroups } from './report.ts';

const SCORE_MIN = 80;
/** For all groups together; what is not measured by then fails. */
const TIMEOUT_MS = 45 * 60_000;
const REPORT = 'reports/mutation/mutation.json';
const NICE = 15;

/** The groups whose name or file is asked for, with just that file; all where nothing is. */
const groupsOf = (asked: readonly string[]): readonly Group[] =>
  GROUPS.flatMap((group) => {
    if (asked.length === 0 || asked.includes(group.name)) return [group];
    const sources = group.sources.filter((source) => asked.includes(source));
    return sources.length === 0 ? [] : [{ ...group, sources }];
  });

/** Runs Stryker on one group; undefined where it could not finish. */
function mutate(group: Group, timeoutMs: number): Counts | undefined {
  const startMs = performance.now();
  rmSync(REPORT, { force: true });
  const { signal } = spawnSync(
    process.execPath,
    ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', '--mutate', group.sources.join(',')],
    { stdio: 'inherit', timeout: timeoutMs, env: { ...process.env, MUTATION_GROUP: group.name } },
  );
  // The exit code is 1 both where it broke and where the score is too low; only then there is a report.
  if (signal !== null || !existsSync(REPORT)) return undefined;
  const report = JSON.parse(readFileSync(REPORT, 'utf8')) as StrykerReport;
  return countMutants(group.name, report, (performance.now() - startMs) / 1000);
}

function main(): number {
  const asked = process.argv.slice(2);
  const groups = groupsOf(asked);
  if (groups.length === 0) {
    const names = GROUPS.flatMap((group) => [group.name, ...group.sources]);
    console.error(`no such group or file; there are:\n  ${names.join('\n  ')}`);
    return 1;
  }
  setPriority(NICE);
  const endMs = performance.now() + TIMEOUT_MS;
  const rows: Counts[] = [];
  for (const group of groups) {
    const row = mutate(group, Math.max(1, Math.round(endMs - performance.now())));
    if (row) rows.push(row);
    else console.error(`${group.name}: not finished`);
  }
  console.log(writeGroups(rows));
  const weak = rows.filter((row) => scoreOf(row) < SCORE_MIN);
  for (const row of weak) console.log(`${row.group}: under ${SCORE_MIN} %`);
  return weak.length > 0 || rows.length < groups.length ? 1 : 0;
}

process.exitCode = main();
