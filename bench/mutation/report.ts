/** Reads Stryker's report of one group and writes the table of all groups. */

/** What became of a group's mutants. */
export interface Counts {
  readonly group: string;
  readonly mutants: number;
  /** Noticed by a test: it failed, or ran without end. */
  readonly killed: number;
  /** No test noticed; with those that no test reaches. */
  readonly survived: number;
  readonly seconds: number;
}

/** The part of the mutation report schema, version 2, that counts. */
export interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

const KILLED = ['Killed', 'Timeout'];
const SURVIVED = ['Survived', 'NoCoverage'];

/** Mutants that are no program (the tests could not even be collected) count on neither side. */
export function countMutants(group: string, report: StrykerReport, seconds: number): Counts {
  const statuses = Object.values(report.files).flatMap((file) => file.mutants.map((mutant) => mutant.status));
  const killed = statuses.filter((status) => KILLED.includes(status)).length;
  const survived = statuses.filter((status) => SURVIVED.includes(status)).length;
  return { group, mutants: killed + survived, killed, survived, seconds };
}

/** Share of mutants that were killed, in percent. */
export const scoreOf = ({ mutants, killed }: Counts): number =>
  mutants === 0 ? 0 : (100 * killed) / mutants;

/** A Markdown table of the groups. */
export function writeGroups(rows: readonly Counts[]): string {
  const lines = rows.map((row) => [
    row.group,
    `${row.mutants}`,
    `${row.killed}`,
    `${row.survived}`,
    scoreOf(row).toFixed(1),
    `${Math.round(row.seconds)}`,
  ]);
  const heads = ['group', 'mutants', 'killed', 'survived', '%', 'seconds'];
  const all = [heads, heads.map(() => '---'), ...lines];
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
