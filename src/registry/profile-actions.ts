/** The actions of a profile's detectors as the modes of a project's built-in scanners. */
import type { Side } from '../core/part.ts';
import type { Action, DetectorActions } from '../core/policy.ts';
import type { Row } from '../store/schema.ts';
import type { Change } from './change.ts';
import type { ScanMode } from './model.ts';
import { addScanner, findProjectScanner, patchProjectScanner } from './project-scanners.ts';
import { SYSTEM_SCANNERS } from './system-scanners.ts';

export type SideActions = Readonly<Record<Side, DetectorActions>>;

export const MODES: Readonly<Record<Exclude<Action, 'off'>, ScanMode>> = {
  block: 'block',
  mask: 'redact',
  alert: 'audit',
};

/** All built-in scanners of both sides: what is off is disabled, and not added for that. */
export async function setActions(
  change: Change,
  project: Row<'projects'>,
  sides: SideActions,
): Promise<void> {
  for (const { id, detector, setting, side } of SYSTEM_SCANNERS) {
    const actions = sides[side][detector];
    const action = typeof actions === 'string' ? actions : actions[setting ?? 'personal'];
    const isThere = (await findProjectScanner(change.db, project.id, id)) !== undefined;
    if (action === 'off') {
      if (isThere) await patchProjectScanner(change, project, { id, enabled: false }, []);
      continue;
    }
    if (!isThere) await addScanner(change, project, id);
    await patchProjectScanner(change, project, { id, enabled: true, mode: MODES[action] }, []);
  }
}
