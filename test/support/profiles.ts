/** Profiles for tests: the shipped default, and changes to it. */
import type { Action, DetectorActions, ProfileSnapshot } from '../../src/core/policy.ts';

type ActionChanges = Partial<Omit<DetectorActions, 'dlp'>> & {
  readonly dlp?: Partial<DetectorActions['dlp']>;
};

const actions = (on: ActionChanges): DetectorActions => {
  const off: Action = 'off';
  return {
    injection: off,
    agent: off,
    url_cats: off,
    toxic_content: off,
    malicious_code: off,
    db_security: off,
    topic_violation: off,
    ungrounded: off,
    source_code: off,
    ...on,
    dlp: { secrets: off, personal: off, ...on.dlp },
  };
};

/** The default of DESIGN §3. */
export const DEFAULT_PROFILE: ProfileSnapshot = {
  name: 'default',
  id: '6f1f9b0e-58a5-4f0e-9a63-2a5f4a4b0001',
  revision: 'r1',
  actions: {
    prompt: actions({
      injection: 'block',
      agent: 'alert',
      url_cats: 'block',
      dlp: { secrets: 'block', personal: 'mask' },
      toxic_content: 'alert',
      malicious_code: 'alert',
    }),
    response: actions({
      url_cats: 'block',
      dlp: { secrets: 'block', personal: 'mask' },
      db_security: 'alert',
      toxic_content: 'alert',
      malicious_code: 'alert',
    }),
  },
  latency: { maxInlineMs: 5000, onTimeout: 'block' },
  trustedRoles: ['system', 'developer', 'tool-definition'],
  maskOnBlock: false,
  topics: [],
  scanners: [],
  urlFeed: [],
};

export const profileWith = (changes: Partial<ProfileSnapshot>): ProfileSnapshot => ({
  ...DEFAULT_PROFILE,
  ...changes,
});
