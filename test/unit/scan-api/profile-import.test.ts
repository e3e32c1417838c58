/** What an AIRS profile becomes here, what is told of it that cannot be held, and the way back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../../src/core/policy.ts';
import { findProfiles } from '../../../src/scan-api/profile-documents.ts';
import { writeAirsProfile, writeDetectors } from '../../../src/scan-api/profile-export.ts';
import { ProfileError, readAirsProfile } from '../../../src/scan-api/profile-import.ts';
import { Reading } from '../../../src/scan-api/profile-reading.ts';
import { type DetectorSettings, readDetectors } from '../../../src/scan-api/profile-settings.ts';
import { profileDocument, TOPICS } from '../../support/airs-profile.ts';
import { DEFAULT_PROFILE, profileWith } from '../../support/profiles.ts';

type Document = ReturnType<typeof profileDocument>;
// biome-ignore lint/suspicious/noExplicitAny: tests reach into documents of any shape.
type Config = any;
const NONE = new Map();
const topicsOf = (...documents: unknown[]) => findProfiles(documents).topics;

/** The document, changed in place. */
function changed(change: (config: Config, document: Document) => void): Document {
  const document = profileDocument();
  const [entry] = document.policy['ai-security-profiles'];
  change(entry?.['model-configuration'], document);
  return document;
}
const losses = (document: unknown): readonly string[] => readAirsProfile(document, topicsOf(TOPICS)).losses;

describe('the import', () => {
  it('holds all of a profile that our actions can say', () => {
    const profile = readAirsProfile(profileDocument(), topicsOf(TOPICS));
    expect(profile).toEqual({
      name: 'shop-assistant',
      id: '0e3f9c70-6f3a-4d0b-9f43-2b8a7c55d902',
      latency: { maxInlineMs: 5_000, onTimeout: 'block' },
      topics: [
        {
          name: 'competitor prices',
          description: 'Questions about the prices of competitors',
          examples: ['What does the competitor charge for this product?', 'Is the other shop cheaper?'],
          action: 'block',
        },
      ],
      actions: {
        prompt: {
          injection: 'block',
          agent: 'block',
          url_cats: 'block',
          dlp: { secrets: 'block', personal: 'block' },
          toxic_content: 'block',
          malicious_code: 'alert',
          db_security: 'off',
          topic_violation: 'block',
          ungrounded: 'off',
          source_code: 'off',
        },
        response: {
          injection: 'off',
          agent: 'off',
          url_cats: 'block',
          dlp: { secrets: 'block', personal: 'block' },
          toxic_content: 'block',
          malicious_code: 'alert',
          db_security: 'block',
          topic_violation: 'block',
          ungrounded: 'off',
          source_code: 'off',
        },
      },
      losses: [],
    });
  });

  it('judges a topic by its name where nothing else is known of it, and says so', () => {
    const { topics, losses } = readAirsProfile(profileDocument(), NONE);
    expect(topics).toEqual([
      { name: 'competitor prices', description: 'competitor prices', examples: [], action: 'block' },
    ]);
    expect(losses).toEqual([expect.stringContaining('topic[0].topic_name: its description')]);
  });

  const config = 'policy.ai-security-profiles[0].model-configuration';
  const rows: readonly [string, (config: Config, document: Document) => void, string][] = [
    [
      'confidences of toxic content',
      (c) => Object.assign(c['model-protection'][1], { action: 'high:block, moderate:allow' }),
      `${config}.model-protection[1]: confidences and categories have one action here: block`,
    ],
    [
      'categories of toxic content',
      (c) =>
        Object.assign(c['model-protection'][1], {
          action: '',
          'toxic-category-list': [
            { category: 'hate', action: 'high:block, moderate:block' },
            { category: 'self-harm', action: 'high:allow, moderate:allow' },
          ],
        }),
      `${config}.model-protection[1]: confidences and categories have one action here: block`,
    ],
    [
      'verbs of databases',
      (c) => Object.assign(c['data-protection']['database-security'][0], { action: 'allow' }),
      `${config}.data-protection.database-security: the verbs create, update and delete have one action here: block`,
    ],
    [
      'reads of databases',
      (c) =>
        (c['data-protection']['database-security'] as object[]).push({
          name: 'database-security-read',
          action: 'block',
        }),
      `${config}.data-protection.database-security[3]: plain reads are told in reports`,
    ],
    [
      'categories of addresses',
      (c) => Object.assign(c['app-protection'], { 'alert-url-category': { member: ['gambling'] } }),
      `${config}.app-protection.alert-url-category.member: categories are not told apart here`,
    ],
    [
      'patterns of data profiles',
      (c) =>
        Object.assign(c['data-protection']['data-leak-detection'], {
          member: [{ text: 'Sensitive Content', id: '1', version: '2' }],
        }),
      `${config}.data-protection.data-leak-detection.member: patterns of "Sensitive Content" are not in the file`,
    ],
    [
      'rules of data profiles',
      (_, document) =>
        Object.assign(document.policy, {
          'dlp-data-profiles': [{ name: 'Sensitive Content', rule1: { action: 'block' } }],
        }),
      'policy.dlp-data-profiles[0]: patterns and rules of "Sensitive Content" are not in the file',
    ],
    [
      'what nobody here knows',
      (c) => Object.assign(c['model-protection'][0], { severity: 'high' }),
      `${config}.model-protection[0].severity: has no counterpart here`,
    ],
    [
      'a detector of another time',
      (c) => (c['model-protection'] as object[]).push({ name: 'mind-reading', action: 'block' }),
      `${config}.model-protection[4].name: has no counterpart here`,
    ],
    [
      'an action that is not known',
      (c) => Object.assign(c['model-protection'][0], { action: 'quarantine' }),
      `${config}.model-protection[0].action: the action "quarantine" is not known here: block`,
    ],
    [
      'milliseconds where seconds belong',
      (c) => Object.assign(c.latency, { 'max-inline-latency': 5_000 }),
      `${config}.latency.max-inline-latency: taken as milliseconds: 5000`,
    ],
    [
      'masks in storage',
      (c) => Object.assign(c, { 'mask-data-in-storage': true }),
      `${config}.mask-data-in-storage: is one setting for all here`,
    ],
    [
      'a guardrail that blocks everything',
      (c) => Object.assign(c['model-protection'][3], { action: 'block' }),
      `${config}.model-protection[3].action: block without an allowed topic blocks everything`,
    ],
    [
      'a profile that is not active',
      (_, document) => Object.assign(document, { active: false }),
      'active: the profile is not active there',
    ],
  ];
  it.each(rows)('tells %s', (_name, change, line) => {
    const told = losses(changed(change));
    expect(told.filter((loss) => loss.startsWith(line))).toHaveLength(1);
  });

  it('reads directions, takes the strictest for prompts and tool events, and tells it', () => {
    const document = profileDocument();
    const [entry] = document.policy['ai-security-profiles'];
    const injection = (action: string) => ({ 'model-protection': [{ name: 'prompt-injection', action }] });
    Object.assign(entry ?? {}, {
      'content-type-mode': 'per_content_type',
      'model-configuration': { latency: { 'inline-timeout-action': 'allow', 'max-inline-latency': 2 } },
      'content-type-configurations': {
        prompt: injection('allow'),
        response: {
          'data-protection': { 'data-leak-detection': { action: 'allow', 'mask-data-inline': true } },
        },
        'tool-response': {
          ...injection('block'),
          'data-protection': { 'database-security': [{ name: 'database-security-delete', action: 'block' }] },
        },
      },
    });
    const { actions, latency, losses } = readAirsProfile(document, NONE);
    expect(latency).toEqual({ maxInlineMs: 2_000, onTimeout: 'allow' });
    expect(actions.prompt).toMatchObject({ injection: 'block', dlp: { secrets: 'off' }, url_cats: 'off' });
    expect(actions.response).toMatchObject({
      dlp: { secrets: 'mask', personal: 'mask' },
      db_security: 'block',
    });
    expect(losses).toEqual([
      'policy.ai-security-profiles[0].content-type-configurations: injection: prompts and tool events have one ' +
        'action here: block, the strictest of them',
    ]);
  });

  it('refuses what is no profile', () => {
    for (const document of [null, [], 'text', {}, { profile_name: 'a' }, { profile_name: 'a', policy: {} }]) {
      expect(() => readAirsProfile(document, NONE)).toThrow(ProfileError);
    }
    for (const document of [7, { name: 'x' }, [[[{ profile_name: 'a' }]]]]) {
      expect(() => findProfiles([document])).toThrow(ProfileError);
    }
  });

  it('never throws anything else, whatever the document holds', () => {
    const name = fc.constantFrom(
      'policy',
      'ai-security-profiles',
      'model-configuration',
      'model-protection',
      'action',
      'name',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(name, tie('any')),
      ),
    })).any;
    fc.assert(
      fc.property(value, (policy) => {
        const document = {
          profile_name: 'a',
          policy: { 'ai-security-profiles': [policy], ...Object(policy) },
        };
        try {
          readAirsProfile(document, NONE);
        } catch (error) {
          expect(error).toBeInstanceOf(ProfileError);
        }
      }),
    );
  });
});

describe('the export', () => {
  const simple = fc.constantFrom<Action>('block', 'alert', 'off');
  const settings: fc.Arbitrary<DetectorSettings> = fc.record({
    injection: simple,
    agent: simple,
    url_cats: simple,
    dlp: fc.constantFrom<Action>('block', 'mask', 'alert', 'off'),
    toxic_content: simple,
    malicious_code: simple,
    db_security: simple,
    topic_violation: fc.constant<Action>('off'),
    ungrounded: simple,
    source_code: simple,
    topics: fc.constant([]),
  });
  it('of any actions is read back as the same, without a note', () => {
    fc.assert(
      fc.property(settings, (before) => {
        const reading = new Reading(writeDetectors(before));
        expect(readDetectors(reading, NONE)).toEqual(before);
        expect([reading.losses, reading.unread()]).toEqual([[], []]);
      }),
    );
  });

  it('of topics is read back as the same', () => {
    const topics = [
      { name: 'a', description: 'b', examples: ['c'], action: 'block' as const },
      { name: 'd', description: 'e', examples: [], action: 'allow' as const },
    ];
    const actions = {
      prompt: { ...DEFAULT_PROFILE.actions.prompt, topic_violation: 'block' as const },
      response: { ...DEFAULT_PROFILE.actions.response, topic_violation: 'block' as const },
    };
    const profile = profileWith({ topics, actions });
    const known = new Map(topics.map((topic) => [topic.name, topic]));
    const back = readAirsProfile(writeAirsProfile(profile).document, known);
    expect(back.topics).toEqual(topics);
    expect(back.actions.prompt.topic_violation).toBe('block');
    expect(back.losses).toEqual([]);
  });

  it('has a configuration for each direction where the sides differ', () => {
    const { prompt, response } = DEFAULT_PROFILE.actions;
    const one = JSON.stringify(writeAirsProfile(DEFAULT_PROFILE).document);
    expect(one).not.toContain('per_content_type');
    const differing = profileWith({ actions: { prompt, response: { ...response, url_cats: 'off' } } });
    const { document } = writeAirsProfile(differing);
    expect(JSON.stringify(document)).toContain('"content-type-mode":"per_content_type"');
    const back = readAirsProfile(document, NONE);
    expect(back.actions.prompt.url_cats).toBe('block');
    expect(back.actions.response).toMatchObject({ url_cats: 'off', db_security: 'alert' });
    expect(back.losses).toEqual([]);
  });

  it('tells what AIRS cannot hold', () => {
    const scanners = [
      {
        name: 'Project names',
        type: 'keyword',
        words: ['bluebird'],
        side: 'both',
        action: 'block',
        tags: [],
      } as const,
    ];
    const { losses } = writeAirsProfile(profileWith({ scanners, maskOnBlock: true }));
    expect(losses).toEqual([
      'prompt.dlp: secrets (block) and personal data (mask) have one action there: block',
      'response.dlp: secrets (block) and personal data (mask) have one action there: block',
      'scanner "Project names": AIRS has no keyword and regex rules',
      'maskOnBlock: has no counterpart there',
      'trustedRoles: has no counterpart there',
    ]);
  });
});
