/** Bodies of scans and prompts (contract §4): nulls are as good as nothing, unknown members are ignored. */
import { z } from 'zod';

/** Types that `disabled`, `forceEnabled` and `configOverrides` may name; the legacy ones too. */
const TYPES = [
  'regex',
  'keyword',
  'custom',
  'genai',
  'toxicity',
  'audit_term',
  'blacklist',
  'sentiment_analysis',
  'demographic',
  'named_entity',
  'prompt_injection',
  'source_code',
  'topics',
  'pii_detection',
  'secret',
  'legal',
] as const;

const ENTRIES_MAX = 10;
const KEY_MAX = 50;
const VALUE_MAX = 255;
const LIST_MAX = 1_000;

/** Lengths count code points. */
const shorterThan = (max: number) => (text: string) => text.length <= max || [...text].length <= max;
const nullable = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

const scannerOrType = z.union([z.uuid(), z.enum(TYPES)]);

export const externalMetadata = z
  .record(
    z.string().refine(shorterThan(KEY_MAX), `must have at most ${KEY_MAX} characters`),
    z.string().refine(shorterThan(VALUE_MAX), `must have at most ${VALUE_MAX} characters`),
  )
  .refine((pairs) => Object.keys(pairs).length <= ENTRIES_MAX, `must have at most ${ENTRIES_MAX} entries`);

const override = z.object({
  type: nullable(z.string()),
  words: nullable(z.array(z.string())),
  pattern: nullable(z.string()),
  input: nullable(z.string()),
  scanContext: nullable(z.enum(['individual', 'directional'])),
});

const list = nullable(z.array(scannerOrType).max(LIST_MAX));

export const scanBody = z.object({
  input: z.string(),
  project: nullable(z.string()),
  flagOnly: nullable(z.boolean()),
  verbose: nullable(z.boolean()),
  externalMetadata: nullable(externalMetadata),
  disabled: list,
  forceEnabled: list,
  configOverrides: nullable(z.record(scannerOrType, override)),
  scanDirection: nullable(z.enum(['request', 'response'])),
  /** Ours: a test of versions, published or not. */
  test: nullable(z.boolean()),
  versions: nullable(z.array(z.uuid()).min(1).max(100)),
});
export type ScanBody = z.infer<typeof scanBody>;

/** Text goes in and text comes out: other values are sent as JSON. */
const promptInput = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .transform((value) => (typeof value === 'string' ? value : JSON.stringify(value)));

export const promptBody = z.object({
  input: promptInput,
  project: nullable(z.string()),
  provider: nullable(z.string()),
  verbose: nullable(z.boolean()),
  externalMetadata: nullable(externalMetadata),
  parentId: z.null({ error: 'conversations are not kept here: send what came before in input' }).optional(),
  chatId: z.null({ error: 'conversations are not kept here: send what came before in input' }).optional(),
  skipScanning: z.literal(false, { error: 'every prompt is scanned' }).nullish(),
});
export type PromptBody = z.infer<typeof promptBody>;

export const preserveBody = z.object({ preserve: z.boolean() });
