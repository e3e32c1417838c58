/** The command `replay`: what a version would have changed, told before anyone publishes it. */
import { findScanner, findVersion } from './cli-scanners.ts';
import type { CliStreams } from './cli-streams.ts';
import type { Offline } from './compose-offline.ts';
import { StartError } from './compose-start-error.ts';
import { type ReplayReport, replay } from './management/replay.ts';
import type { Version } from './registry/model.ts';
import type { ScannerInProject } from './registry/replaced-version.ts';
import { withVersion } from './registry/replaced-version.ts';
import { RecordLog } from './store/record-log.ts';

export interface ReplayCommand {
  readonly scanner: string;
  readonly version: string;
  /** Unix milliseconds. */
  readonly since: number;
  readonly until: number | undefined;
  /** Empty: those that run the scanner. */
  readonly projects: readonly string[];
  readonly json: boolean;
}

const RECORDS_MAX = 10_000_000;

/** @returns 0, whatever it found: a change is what a new version is for */
export async function runReplay(
  offline: Offline,
  asked: ReplayCommand,
  { out }: CliStreams,
): Promise<number> {
  const { registry, engine, store } = offline;
  const scanner = await findScanner(registry, asked.scanner);
  const version = await findVersion(registry, scanner, asked.version);
  const report = await replay(
    {
      records: new RecordLog({ store, key: '' }),
      compile: (profile) => engine.compile(profile, engine.tools),
      topicsCompared: engine.tools.languageJudge === undefined,
    },
    {
      version,
      projects: await projectsOf(offline, version, asked.projects),
      since: asked.since,
      ...(asked.until === undefined ? {} : { until: asked.until }),
      recordsMax: RECORDS_MAX,
    },
  );
  const name = `${scanner.name} ${version.name}`;
  for (const line of asked.json ? [JSON.stringify(report)] : linesOf(report, name)) out(line);
  return 0;
}

async function projectsOf(
  { registry, store, state }: Offline,
  version: Version,
  asked: readonly string[],
): Promise<readonly ScannerInProject[]> {
  const named = new Set<string>();
  for (const project of asked) named.add((await registry.getProject(project)).id);
  const { profiles } = await state();
  const chosen = profiles.filter((profile) =>
    named.size === 0
      ? profile.scanners.some((scanner) => scanner.id === version.scannerId)
      : named.has(profile.id),
  );
  if (chosen.length === 0) throw new StartError('no project runs the scanner: name one with --project');
  return Promise.all(chosen.map((profile) => withVersion(store, profile, version)));
}

function linesOf(report: ReplayReport, name: string): readonly string[] {
  const { skipped } = report;
  const active = Object.entries(report.activeVersions).map(([project, it]) => `${project} ${it ?? 'none'}`);
  const changes = report.changes.map(
    ({ at, trId, side, project, before, after }) =>
      `${new Date(at).toISOString()}  ${trId}  ${project}  ${side}  ${before} -> ${after}`,
  );
  const more = report.changed > changes.length ? [`… and ${report.changed - changes.length} more`] : [];
  return [
    ...changes,
    ...more,
    `${name} against the active versions (${active.join(', ')}): ` +
      `${report.changed} of ${report.recordsJudged} would change`,
    `${report.recordsRead} records read; not judged: ${skipped.project} of other projects, ` +
      `${skipped.content} without texts, ${skipped.cut} cut short, ` +
      `${skipped.hidden} with what was found hidden`,
    ...report.caveats.map((caveat) => `note: ${caveat}`),
  ];
}
