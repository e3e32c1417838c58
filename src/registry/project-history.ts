/** Keeps what a scanner in a project was, for `configAt`. */
import type { Row } from '../store/schema.ts';
import type { Change } from './change.ts';
import { projectScannerOf } from './rows.ts';

export const rememberProjectScanner = (change: Change, row: Row<'project_scanners'>): Promise<void> =>
  change.remember('project-scanner', row.scanner_id, projectScannerOf(row), row.project_id);

export const forgetProjectScanner = (change: Change, projectId: string, scannerId: string): Promise<void> =>
  change.remember('project-scanner', scannerId, null, projectId);
