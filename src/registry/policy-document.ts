/** The registry as plain documents, for files under version control: scanners, packages, projects. */
import { z } from 'zod';

const id = z.uuid().transform((text) => text.toLowerCase());
const names = z.array(z.string());

const config = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('keyword'), words: names }),
  z.strictObject({ type: z.literal('regex'), pattern: z.string() }),
  z.strictObject({
    type: z.enum(['genai', 'custom']),
    input: z.string(),
    scanContext: z.enum(['individual', 'directional']).default('directional'),
  }),
]);

const version = z.strictObject({
  name: z.string(),
  published: z.boolean().default(false),
  description: z.string().default(''),
  direction: z.enum(['request', 'response', 'both']).default('request'),
  config,
});

/** Whom it is there for: every project, or those of these friendlyIds. */
const access = {
  global: z.boolean().default(true),
  projects: names.default([]),
};

export const scannerDocument = z.strictObject({
  /** Without one the scanner of this name is meant, or a new one. */
  id: id.optional(),
  name: z.string(),
  tags: names.default([]),
  ...access,
  /** Oldest first. */
  versions: z.array(version).min(1),
});

export const packageDocument = z.strictObject({
  id: id.optional(),
  name: z.string(),
  ...access,
  /** Names, or ids where several have the name. */
  scanners: names,
});

export const projectDocument = z.strictObject({
  id: id.optional(),
  friendlyId: z.string(),
  name: z.string(),
  type: z.enum(['app', 'bot', 'chat', 'agentic', 'global']).default('app'),
  deploymentStatus: z.enum(['live', 'draft']).default('draft'),
  settings: z.strictObject({
    latency: z.strictObject({
      maxInlineMs: z.int().min(1).max(600_000),
      onTimeout: z.enum(['block', 'allow']),
    }),
    trustedRoles: names,
    maskOnBlock: z.boolean(),
    topics: z.array(
      z.strictObject({
        name: z.string(),
        description: z.string(),
        examples: names,
        action: z.enum(['block', 'allow']),
      }),
    ),
  }),
  packages: names.default([]),
  scanners: z
    .array(
      z.strictObject({
        /** A name, or an id where several have the name. */
        scanner: z.string(),
        enabled: z.boolean().default(true),
        mode: z.enum(['block', 'audit', 'redact']).default('block'),
        /** Name of the active version; without one the latest published, when it is enabled. */
        version: z.string().nullable().default(null),
        flagMessage: z.string().nullable().default(null),
        force: z.boolean().default(false),
      }),
    )
    .default([]),
});

export type ScannerDocument = z.infer<typeof scannerDocument>;
export type VersionDocument = ScannerDocument['versions'][number];
export type PackageDocument = z.infer<typeof packageDocument>;
export type ProjectDocument = z.infer<typeof projectDocument>;

export interface PolicyDocuments {
  readonly scanners: readonly ScannerDocument[];
  readonly packages: readonly PackageDocument[];
  readonly projects: readonly ProjectDocument[];
}
