/** What each policy was made of, under the digest that records name: which versions of scanners ran. */
import type { ProfileSnapshot } from '../core/policy.ts';
import type { Store } from '../store/store.ts';
import type { PolicyState } from './snapshots.ts';

/** Kept before a policy judges, once for each. @param at Unix microseconds */
export async function rememberPolicies(
  store: Store,
  state: PolicyState,
  changed: readonly ProfileSnapshot[],
  at: number,
): Promise<void> {
  if (changed.length === 0) return;
  await store.write(async (db) => {
    for (const profile of changed) {
      await db
        .insertInto('policy_states')
        .values({
          id: profile.revision,
          project_id: profile.id,
          revision: state.revision,
          at,
          document: JSON.stringify(documentOf(profile)),
        })
        .onConflict((clash) => clash.columns(['project_id', 'id']).doNothing())
        .execute();
    }
  });
}

const documentOf = (profile: ProfileSnapshot) => ({
  name: profile.name,
  actions: profile.actions,
  scanners: profile.scanners.map(({ id, name, version, side, action }) => ({
    id,
    name,
    version,
    side,
    action,
  })),
  builtIns: profile.builtIns,
});
