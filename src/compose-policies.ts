/** The compiled profiles under their names and ids, and the rules of theirs that no scan service decides. */
import type { Policy, PolicySource } from './core/policy.ts';
import type { ProfileRules } from './inspection/inspection.ts';

/** The policies that stand now. */
export function createPolicySource(policies: readonly Policy[]): PolicySource {
  const byName = new Map(policies.map((policy) => [policy.profile.name, policy]));
  const byId = new Map(policies.map((policy) => [policy.profile.id, policy]));
  return { byName: (name) => byName.get(name), byId: (id) => byId.get(id) };
}

/** Where a profile of a remote service has no local one: that of `default`, else the strictest. */
export function createRulesOf(policies: PolicySource): (profile: string) => ProfileRules {
  const strictest: ProfileRules = { trustedRoles: [], maskOnBlock: false };
  return (name) => (policies.byName(name) ?? policies.byName('default'))?.profile ?? strictest;
}
