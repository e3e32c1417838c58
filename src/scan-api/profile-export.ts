/** Writes a profile as AIRS profile JSON, and tells what that cannot hold (contract §4). */
import type { Action, DetectorActions, ProfileSnapshot, TopicSnapshot } from '../core/policy.ts';
import { type DetectorSettings, strictest } from './profile-settings.ts';

export interface ExportedProfile {
  readonly document: object;
  readonly losses: readonly string[];
}

/** Custom topics are documents of their own; a profile only names them. */
export const topicDocument = ({ topics }: ProfileSnapshot): object => ({
  custom_topics: topics.map(({ name, description, examples }) => ({
    topic_name: name,
    revision: 1,
    active: true,
    description,
    examples,
  })),
});

/** One configuration where both sides do the same, else one for each direction. */
export function writeAirsProfile(profile: ProfileSnapshot): ExportedProfile {
  const { latency } = profile;
  const [prompt, response] = [profile.actions.prompt, profile.actions.response].map((actions) =>
    settingsOf(actions, profile.topics),
  ) as [DetectorSettings, DetectorSettings];
  const shared = {
    'mask-data-in-storage': false,
    latency: {
      'inline-timeout-action': latency.onTimeout,
      'max-inline-latency': Math.max(1, Math.ceil(latency.maxInlineMs / 1_000)),
    },
  };
  // Detectors of one side alone say the same in a configuration of both.
  const whole: DetectorSettings = { ...response, injection: prompt.injection, agent: prompt.agent };
  const isOne = SHARED.every((flag) => prompt[flag] === response[flag]);
  const own = isOne
    ? { 'model-configuration': { ...shared, ...writeDetectors(whole) } }
    : {
        'content-type-mode': 'per_content_type',
        'model-configuration': shared,
        'content-type-configurations': {
          prompt: writeDetectors(prompt),
          response: writeDetectors(response),
          'tool-call': writeDetectors(prompt),
          'tool-response': writeDetectors({ ...prompt, db_security: response.db_security }),
        },
      };
  const document = {
    profile_id: profile.id,
    profile_name: profile.name,
    active: true,
    policy: { 'dlp-data-profiles': [], 'ai-security-profiles': [{ 'model-type': 'default', ...own }] },
  };
  return { document, losses: lossesOf(profile) };
}

const SHARED = [
  'url_cats',
  'dlp',
  'toxic_content',
  'malicious_code',
  'topic_violation',
  'source_code',
] as const;

const settingsOf = (actions: DetectorActions, topics: readonly TopicSnapshot[]): DetectorSettings => ({
  ...actions,
  dlp: strictest([actions.dlp.secrets, actions.dlp.personal]),
  topics,
});

/** `allow` looks and tells, as our `alert`; the empty action does not look. */
const wordOf = (action: Action): string => (action === 'block' ? 'block' : action === 'off' ? '' : 'allow');

export function writeDetectors(settings: DetectorSettings): object {
  const { toxic_content: toxic, url_cats: urls, dlp } = settings;
  const db = ['create', 'read', 'update', 'delete'].map((verb) => ({
    name: `database-security-${verb}`,
    action: verb === 'read' ? '' : wordOf(settings.db_security),
  }));
  return {
    'data-protection': {
      'data-leak-detection': {
        member: null,
        action: wordOf(dlp),
        'mask-data-inline': dlp === 'mask' || dlp === 'block',
      },
      'database-security': db,
      'source-code-detection': { action: wordOf(settings.source_code) },
    },
    'app-protection': {
      'default-url-category': { member: urls === 'off' ? null : ['malicious'] },
      'url-detected-action': wordOf(urls),
      'malicious-code-protection': { name: 'malicious-code', action: wordOf(settings.malicious_code) },
    },
    'model-protection': [
      { name: 'prompt-injection', action: wordOf(settings.injection) },
      {
        name: 'toxic-content',
        action: toxic === 'off' ? '' : `high:${wordOf(toxic)}, moderate:${wordOf(toxic)}`,
      },
      { name: 'contextual-grounding', action: wordOf(settings.ungrounded) },
      writeTopics(settings),
    ],
    'agent-protection': [{ name: 'agent-security', action: wordOf(settings.agent) }],
  };
}

/** With an allowed topic all else violates, which is the top action `block` there. */
function writeTopics({ topics, topic_violation: action }: DetectorSettings): object {
  const hasAllowed = topics.some((topic) => topic.action === 'allow');
  const top = action === 'off' ? '' : hasAllowed ? 'block' : 'allow';
  const list = (kind: TopicSnapshot['action'], word: string): object => {
    const own = topics.filter((topic) => topic.action === kind);
    const named = own.map(({ name }) => ({ topic_name: name, topic_id: '', revision: 1 }));
    return { action: word, topic: named.length === 0 ? null : named };
  };
  const blocked = action === 'off' ? 'block' : wordOf(action);
  return {
    name: 'topic-guardrails',
    action: top,
    'topic-list': [list('block', blocked), list('allow', 'allow')],
  };
}

function lossesOf(profile: ProfileSnapshot): readonly string[] {
  const { actions, latency, scanners, topics, urlFeed } = profile;
  const losses: string[] = [];
  for (const side of ['prompt', 'response'] as const) {
    const { secrets, personal } = actions[side].dlp;
    const one = strictest([secrets, personal]);
    if (secrets !== personal) {
      losses.push(
        `${side}.dlp: secrets (${secrets}) and personal data (${personal}) have one action there: ${one}`,
      );
    }
    if (one === 'mask')
      losses.push(`${side}.dlp: mask is written as allow with masking; AIRS masks only what it blocks`);
    if (actions[side].topic_violation === 'alert' && topics.some((topic) => topic.action === 'allow')) {
      losses.push(`${side}.topic_violation: alert with allowed topics is block there`);
    }
  }
  for (const { name } of scanners)
    losses.push(`scanner ${JSON.stringify(name)}: AIRS has no keyword and regex rules`);
  if (topics.length > 0) losses.push('topics: named only; --topics prints their descriptions and examples');
  if (urlFeed.length > 0) losses.push('urlFeed: lists of addresses are no part of a profile there');
  if (profile.maskOnBlock) losses.push('maskOnBlock: has no counterpart there');
  if (profile.trustedRoles.length > 0) losses.push('trustedRoles: has no counterpart there');
  if (latency.maxInlineMs % 1_000 !== 0) losses.push('latency.maxInlineMs: whole seconds there, rounded up');
  return losses;
}
