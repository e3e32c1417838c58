/** The `profiles:` of the configuration: their schema, and the shipped default. */
import { z } from 'zod';
import {
  listing,
  named,
  oneOf,
  optionalSection,
  section,
  text,
  textLike,
  truth,
  wholeNumber,
} from './config-fields.ts';

const PROFILES_MAX = 200;
const SCANNERS_MAX = 500;
const WORDS_MAX = 10_000;

const simple = (otherwise: 'block' | 'alert' | 'off') => oneOf('block', 'alert', 'off').default(otherwise);
const maskable = (otherwise: 'block' | 'mask') => oneOf('block', 'mask', 'alert', 'off').default(otherwise);
const dlp = () => optionalSection({ secrets: maskable('block'), personal: maskable('mask') });

/** A detector that is not named keeps the action of the shipped default. */
const promptActions = () =>
  optionalSection({
    injection: simple('block'),
    agent: simple('alert'),
    url_cats: simple('block'),
    dlp: dlp(),
    toxic_content: simple('alert'),
    malicious_code: simple('alert'),
    topic_violation: simple('off'),
    source_code: simple('off'),
  });

const responseActions = () =>
  optionalSection({
    url_cats: simple('block'),
    dlp: dlp(),
    db_security: simple('alert'),
    toxic_content: simple('alert'),
    malicious_code: simple('alert'),
    topic_violation: simple('off'),
    ungrounded: simple('off'),
    source_code: simple('off'),
  });

const topic = section({
  name: named(),
  description: text(2_000),
  examples: listing(text(2_000), 100).default([]),
  action: oneOf('block', 'allow').default('block'),
});

const scanner = section({
  name: named(),
  type: oneOf('keyword', 'regex'),
  words: listing(text(1_000), WORDS_MAX).optional(),
  pattern: text(10_000).optional(),
  side: oneOf('prompt', 'response', 'both').default('both'),
  action: oneOf('block', 'mask', 'alert').default('block'),
  tags: listing(
    textLike(/^[a-z0-9][a-z0-9-]{0,49}$/, 'a tag of lower-case letters, digits and -'),
    20,
  ).default([]),
}).superRefine((entry, context) => {
  const [needed, other] =
    entry.type === 'keyword' ? (['words', 'pattern'] as const) : (['pattern', 'words'] as const);
  if (entry[needed] === undefined || entry[needed].length === 0) {
    context.addIssue({ code: 'custom', path: [needed], message: `must be given for the type ${entry.type}` });
  }
  if (entry[other] !== undefined) {
    context.addIssue({ code: 'custom', path: [other], message: `does not belong to the type ${entry.type}` });
  }
});

export const profileSchema = section({
  name: named(),
  prompt: promptActions(),
  response: responseActions(),
  latency: optionalSection({
    maxInlineMs: wholeNumber(10, 60_000).default(3_000),
    onTimeout: oneOf('block', 'allow').default('block'),
  }),
  trustedRoles: listing(
    oneOf('system', 'developer', 'user', 'assistant', 'tool-call', 'tool-result', 'tool-definition', 'other'),
    8,
  ).default(['system', 'developer', 'tool-definition']),
  maskOnBlock: truth().default(false),
  topics: listing(topic, 20).default([]),
  scanners: listing(scanner, SCANNERS_MAX).default([]),
  urlFeed: text(4_096).optional(),
});

/** The profile that stands where the file names none. */
const SHIPPED = [{ name: 'default', latency: { maxInlineMs: 5_000 } }];

export const profilesSchema = z.preprocess(
  (value) => (value === undefined ? SHIPPED : value),
  listing(profileSchema, PROFILES_MAX).min(1, { error: 'must hold at least one profile' }),
);

export type ProfileConfig = z.infer<typeof profileSchema>;
