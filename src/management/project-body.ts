/** What clients send of projects: partial configurations are merged by id (contract §4, §5.7). */
import { z } from 'zod';
import { ROLES } from '../core/part.ts';
import { invalidAt } from './api-error.ts';

const entry = z.looseObject({
  id: z.guid(),
  enabled: z.boolean().nullish(),
  mode: z.enum(['block', 'audit', 'redact']).nullish(),
  version: z.string().nullish(),
  blocking: z.boolean().nullish(),
  force: z.boolean().nullish(),
  flagMessage: z.string().nullish(),
});

/** What of an AI profile no scanner says; a field of ours. */
const settings = z.strictObject({
  latency: z.strictObject({
    maxInlineMs: z.number().int().min(1).max(300_000),
    onTimeout: z.enum(['block', 'allow']),
  }),
  trustedRoles: z.array(z.enum(ROLES)).max(20),
  maskOnBlock: z.boolean(),
  topics: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        description: z.string().max(1_000),
        examples: z.array(z.string().max(1_000)).max(100),
        action: z.enum(['block', 'allow']),
      }),
    )
    .max(100),
});

const configSchema = z.looseObject({
  scanners: z.array(entry).max(10_000).nullish(),
  packages: z.array(entry).max(1_000).nullish(),
  providers: z.array(z.unknown()).nullish(),
  providerRouting: z.array(z.unknown()).nullish(),
  settings: settings.nullish(),
});
export type ProjectConfigBody = z.infer<typeof configSchema>;

const userIds = z.array(z.string().min(1).max(200)).max(1_000);

export const newProjectSchema = z.looseObject({
  name: z.string(),
  type: z.enum(['app', 'agentic', 'chat', 'bot']),
  config: configSchema.nullish(),
  friendlyId: z.string().nullish(),
  deploymentStatus: z.enum(['live', 'draft']).nullish(),
  adminIds: userIds.nullish(),
  memberIds: userIds.nullish(),
});

export const projectPatchSchema = z.looseObject({
  name: z.string().nullish(),
  friendlyId: z.string().nullish(),
  deploymentStatus: z.enum(['live', 'draft']).nullish(),
  config: configSchema.nullish(),
});

export const newMembersSchema = z.looseObject({
  members: z.array(z.string().min(1).max(200)).min(1).max(1_000),
  admin: z.boolean().nullish(),
});
export const memberPatchSchema = z.looseObject({ admin: z.boolean() });

/** Which providers there are stands in the program's configuration; saying nothing of them is no fault. */
export function refuseProviders(config: ProjectConfigBody | null | undefined): void {
  for (const name of ['providers', 'providerRouting'] as const) {
    if ((config?.[name] ?? []).length > 0) {
      throw invalidAt(['body', 'config', name], 'Providers are the upstreams of the configuration');
    }
  }
}
