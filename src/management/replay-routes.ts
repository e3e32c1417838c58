/** Replay over the API: what a version would change in recorded exchanges, before anyone publishes it. */
import { z } from 'zod';
import type { Version } from '../registry/model.ts';
import type { Registry } from '../registry/registry.ts';
import type { ScannerInProject } from '../registry/replaced-version.ts';
import { microsOf } from '../registry/versions.ts';
import { notFound } from './api-error.ts';
import { projectsWhere } from './caller.ts';
import { readFields } from './read-fields.ts';
import { type ReplayReport, type ReplayTools, replay } from './replay.ts';
import type { Route } from './route.ts';
import { mayRead } from './scanner-routes.ts';

export interface ReplayParts extends ReplayTools {
  readonly registry: Registry;
  /** The projects of these ids that run the scanner, or all of them where `named`. */
  readonly projectsOf: (
    version: Version,
    ids: readonly string[] | undefined,
    named: boolean,
  ) => Promise<readonly ScannerInProject[]>;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

const DAY_MS = 86_400_000;
const DAYS = 7;
/** One call keeps an engine busy: more is for the command line. */
const RECORDS_MAX = 20_000;

const time = z.iso
  .datetime({ offset: true })
  .transform((text) => (microsOf(text) ?? 0) / 1_000)
  .nullish();

const replayBody = z.object({
  since: time,
  until: time,
  /** Ids or friendlyIds; without them those that run the scanner. */
  projects: z.array(z.string()).max(100).nullish(),
  limit: z.int().min(1).max(RECORDS_MAX).nullish(),
});

/** How much there is of other projects is not told to those who may not read their logs. */
function withoutOthers(report: ReplayReport): ReplayReport {
  const { skipped, recordsRead } = report;
  return { ...report, recordsRead: recordsRead - skipped.project, skipped: { ...skipped, project: 0 } };
}

export const replayRoutes = (parts: ReplayParts): readonly Route[] => [
  {
    method: 'POST',
    path: '/scanners/{scannerId}/versions/{versionId}/replay',
    permission: 'logs:read',
    changes: false,
    async answer({ caller, params, body, signal }) {
      const { registry, nowMs } = parts;
      const { scannerId = '', versionId = '' } = params;
      const asked = readFields(replayBody, body);
      const scanner = await registry.getScanner(scannerId, { version: versionId });
      if (!mayRead(caller, scanner)) throw notFound('Scanner');
      if (scanner.version.id !== versionId.toLowerCase()) throw notFound('Version');
      const visible = projectsWhere(caller, 'logs:read');
      const named = asked.projects ?? [];
      const ids: string[] = [];
      for (const name of named) {
        const { id } = await registry.getProject(name);
        if (visible?.includes(id) === false) throw notFound('Project');
        ids.push(id);
      }
      const chosen = named.length > 0 ? ids : visible;
      const report = await replay(parts, {
        version: scanner.version,
        projects: await parts.projectsOf(scanner.version, chosen, named.length > 0),
        since: asked.since ?? nowMs() - DAYS * DAY_MS,
        ...(asked.until == null ? {} : { until: asked.until }),
        recordsMax: asked.limit ?? RECORDS_MAX,
        signal,
      });
      return { replay: visible === undefined ? report : withoutOthers(report) };
    },
  },
];
