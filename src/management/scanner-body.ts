/** What clients send of scanners and packages; null stands for nothing, unknown fields are ignored. */
import { z } from 'zod';
import type { OwnConfig } from '../registry/scanner-config.ts';

const TYPES = 'must be keyword, regex, custom or genai';
const keyword = z.looseObject({ type: z.literal('keyword'), words: z.array(z.string()).max(100_000) });
const regex = z.looseObject({ type: z.literal('regex'), pattern: z.string() });
const genai = z.looseObject({
  type: z.enum(['custom', 'genai']),
  input: z.string().nullish(),
  scanContext: z.enum(['individual', 'directional']).nullish(),
});

/** Without a type the other fields tell which it is. */
const withType = (given: unknown): unknown => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  if ('type' in given && given.type != null) return given;
  if ('words' in given) return { ...given, type: 'keyword' };
  return { ...given, type: 'pattern' in given ? 'regex' : 'custom' };
};

export const configSchema = z
  .preprocess(withType, z.discriminatedUnion('type', [keyword, regex, genai], { error: TYPES }))
  .transform((given): OwnConfig => {
    if (given.type === 'keyword') return { type: 'keyword', words: given.words };
    if (given.type === 'regex') return { type: 'regex', pattern: given.pattern };
    return {
      type: given.type,
      input: given.input ?? '',
      scanContext: given.scanContext ?? 'directional',
    };
  });

const version = z.union([
  z.string(),
  z.looseObject({
    name: z.string().nullish(),
    description: z.string().nullish(),
    published: z.boolean().nullish(),
    push: z.boolean().nullish(),
  }),
]);
const direction = z.enum(['request', 'response', 'both']);
const uuids = z.array(z.guid()).max(10_000);

export const newScannerSchema = z.looseObject({
  name: z.string(),
  config: configSchema,
  direction: direction.nullish(),
  global: z.boolean().nullish(),
  published: z.boolean().nullish(),
  version: version.nullish(),
  tags: z.array(z.string()).nullish(),
  vendored: z.boolean().nullish(),
});
export const duplicateSchema = z.looseObject({ duplicate: z.guid() });

export const scannerPatchSchema = z.looseObject({
  name: z.string().nullish(),
  config: configSchema.nullish(),
  direction: direction.nullish(),
  published: z.boolean().nullish(),
  version: version.nullish(),
  tags: z.array(z.string()).nullish(),
});

export const versionPatchSchema = z.looseObject({
  description: z.string().nullish(),
  published: z.boolean().nullish(),
  push: z.boolean().nullish(),
});

export const accessSchema = z.looseObject({ global: z.boolean().nullish(), projectIds: uuids.nullish() });

export const newPackageSchema = z.looseObject({
  name: z.string(),
  scannerIds: uuids,
  global: z.boolean().nullish(),
  vendored: z.boolean().nullish(),
});
export const packagePatchSchema = z.looseObject({ name: z.string().nullish(), scannerIds: uuids.nullish() });
export const packageDeleteSchema = z.looseObject({ deleteScanners: z.boolean().nullish() });
