/** A compiled policy whose verdict a test writes itself. */
import type { Policy, PolicyResult, PolicyScanOptions, PolicySource } from '../../src/core/policy.ts';
import type { Judgement, ScanRequest } from '../../src/core/scan-wire.ts';
import { DEFAULT_PROFILE } from './profiles.ts';

export const BENIGN: Judgement = {
  category: 'benign',
  action: 'allow',
  timeout: false,
  error: false,
  errors: [],
  prompt_detected: {},
  response_detected: {},
  tool_detected: {},
};

export interface FakePolicy extends Policy {
  readonly asked: { readonly request: ScanRequest; readonly options: PolicyScanOptions | undefined }[];
}

/** @param judge by default everything is benign */
export function fakePolicy(
  judge: (request: ScanRequest) => Partial<PolicyResult> = () => ({}),
  profile: Partial<Policy['profile']> = {},
): FakePolicy {
  const asked: FakePolicy['asked'] = [];
  return {
    profile: { ...DEFAULT_PROFILE, ...profile },
    asked,
    scan: async (request, options) => {
      asked.push({ request, options });
      return { judgement: BENIGN, findings: [], faults: [], openFrom: 0, ...judge(request) };
    },
  };
}

/** A source of these policies, under their names and ids. */
export function sourceOf(...policies: readonly Policy[]): PolicySource {
  return {
    byName: (name) => policies.find((policy) => policy.profile.name === name),
    byId: (id) => policies.find((policy) => policy.profile.id === id),
  };
}
