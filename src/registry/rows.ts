/** From rows of the tables to the registry's words, and back. */
import { z } from 'zod';
import type { Db, Row } from '../store/schema.ts';
import type {
  AuditEvent,
  Availability,
  DeploymentStatus,
  Direction,
  Package,
  Project,
  ProjectScanner,
  ProjectSettings,
  ProjectType,
  ScanMode,
  Scanner,
  ScannerConfig,
  Source,
  Version,
} from './model.ts';

const config = z.discriminatedUnion('type', [
  z.object({ type: z.literal('keyword'), words: z.array(z.string()) }),
  z.object({ type: z.literal('regex'), pattern: z.string() }),
  z.object({
    type: z.enum(['custom', 'genai']),
    input: z.string(),
    scanContext: z.enum(['individual', 'directional']),
  }),
  z.object({
    type: z.literal('system'),
    detector: z.enum([
      'url_cats',
      'dlp',
      'injection',
      'toxic_content',
      'malicious_code',
      'agent',
      'topic_violation',
      'db_security',
      'ungrounded',
      'source_code',
    ]),
    setting: z.enum(['secrets', 'personal']).exactOptional(),
  }),
]);
const texts = z.array(z.string());
const subjects = z.record(z.string(), z.string());
const settings = z.object({
  latency: z.object({ maxInlineMs: z.number(), onTimeout: z.enum(['block', 'allow']) }),
  trustedRoles: texts,
  maskOnBlock: z.boolean(),
  topics: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      examples: texts,
      action: z.enum(['block', 'allow']),
    }),
  ),
});

export const readConfig = (json: string): ScannerConfig => config.parse(JSON.parse(json));
export const readTexts = (json: string): readonly string[] => texts.parse(JSON.parse(json));
export const readSettings = (json: string): ProjectSettings => settings.parse(JSON.parse(json));

const availabilityOf = (row: { available_globally: number; available_to: string }): Availability => ({
  global: row.available_globally === 1,
  projectIds: readTexts(row.available_to),
});

export const versionOf = (row: Row<'scanner_versions'>): Version => ({
  id: row.id,
  scannerId: row.scanner_id,
  ordinal: row.ordinal,
  name: row.name,
  config: readConfig(row.config),
  direction: row.direction as Direction,
  description: row.description,
  published: row.published === 1,
  createdAt: row.created_at,
  createdBy: row.created_by,
});

export const scannerOf = (row: Row<'scanners'>, version: Version): Scanner => ({
  id: row.id,
  name: row.name,
  tags: readTexts(row.tags),
  source: row.source as Source,
  availability: availabilityOf(row),
  packageId: row.package_id,
  vendored: row.vendored === 1,
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
  version,
});

export const packageOf = (row: Row<'packages'>, scannerIds: readonly string[]): Package => ({
  id: row.id,
  name: row.name,
  source: row.source as Source,
  availability: availabilityOf(row),
  vendored: row.vendored === 1,
  scannerIds,
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
});

export const projectScannerOf = (row: Row<'project_scanners'>): ProjectScanner => ({
  scannerId: row.scanner_id,
  enabled: row.enabled === 1,
  mode: row.mode as ScanMode,
  versionId: row.version_id,
  flagMessage: row.flag_message,
  forced: row.forced === 1,
  addedAt: row.added_at,
});

export const projectOf = (
  row: Row<'projects'>,
  scanners: readonly ProjectScanner[],
  packageIds: readonly string[],
): Project => ({
  id: row.id,
  name: row.name,
  type: row.type as ProjectType,
  friendlyId: row.friendly_id,
  deploymentStatus: row.deployment_status as DeploymentStatus,
  settings: readSettings(row.settings),
  adminRoleId: row.admin_role_id,
  memberRoleId: row.member_role_id,
  scanners,
  packageIds,
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
});

export const auditEventOf = (row: Row<'audit_events'>): AuditEvent => ({
  id: row.id,
  at: row.at,
  type: row.type,
  userId: row.user_id,
  requestId: row.request_id,
  subjects: subjects.parse(JSON.parse(row.subjects)),
  data: row.data === null ? null : JSON.parse(row.data),
});

/** The newest state of a thing at a time; undefined where it did not exist then, or does not any more. */
export async function documentAt(
  db: Db,
  kind: string,
  id: string,
  at: number,
  parentId = '',
): Promise<unknown> {
  const row = await db
    .selectFrom('history')
    .select('document')
    .where('kind', '=', kind)
    .where('parent_id', '=', parentId)
    .where('id', '=', id)
    .where('at', '<=', at)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.document === null || row === undefined ? undefined : JSON.parse(row.document);
}
