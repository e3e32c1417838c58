/** Profiles for tests of the engine: the shipped default (DESIGN §3) with what a test changes. */
import type {
  DetectorActions,
  EngineTools,
  ProfileSnapshot,
  ScannerSnapshot,
} from '../../../src/core/policy.ts';

const PROMPT: DetectorActions = {
  injection: 'block',
  agent: 'alert',
  url_cats: 'block',
  dlp: { secrets: 'block', personal: 'mask' },
  toxic_content: 'alert',
  malicious_code: 'alert',
  db_security: 'off',
  topic_violation: 'off',
  ungrounded: 'off',
  source_code: 'off',
};
const RESPONSE: DetectorActions = { ...PROMPT, injection: 'off', agent: 'off', db_security: 'alert' };

export interface ProfileChanges {
  readonly prompt?: Partial<DetectorActions>;
  readonly response?: Partial<DetectorActions>;
  readonly scanners?: readonly ScannerSnapshot[];
  readonly urlFeed?: readonly string[];
  readonly topics?: ProfileSnapshot['topics'];
  readonly latency?: ProfileSnapshot['latency'];
}

export const makeProfile = (changes: ProfileChanges = {}): ProfileSnapshot => ({
  name: 'default',
  id: '0e3f9c70-6f3a-4d0b-9f43-2b8a7c55d901',
  revision: '1',
  actions: { prompt: { ...PROMPT, ...changes.prompt }, response: { ...RESPONSE, ...changes.response } },
  latency: changes.latency ?? { maxInlineMs: 5000, onTimeout: 'block' },
  trustedRoles: ['system'],
  maskOnBlock: false,
  topics: changes.topics ?? [],
  scanners: changes.scanners ?? [],
  urlFeed: changes.urlFeed ?? [],
});

export const makeScanner = (
  changes: Partial<ScannerSnapshot> & { readonly name: string },
): ScannerSnapshot => ({
  type: 'keyword',
  side: 'both',
  action: 'block',
  tags: [],
  ...changes,
});

/** A clock that stands still: pure tests need no time. */
export const STILL: EngineTools = { now: () => 0 };
