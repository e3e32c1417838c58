/** The policies of the registry's newest state: watched, compiled aside, swapped by one reference. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPolicySource } from './compose-policies.ts';
import {
  type CompilePolicy,
  type EngineTools,
  type Policy,
  PolicyError,
  type PolicySource,
} from './core/policy.ts';
import { rememberPolicies } from './registry/policy-states.ts';
import { type PolicyState, readPolicyState, readRevision } from './registry/snapshots.ts';
import type { Store } from './store/store.ts';

export interface LivePoliciesOptions {
  readonly store: Store;
  readonly compile: CompilePolicy;
  readonly tools: EngineTools;
  readonly unixMicros: () => number;
  /** What else is read anew with each state, before it stands. @throws StoreError */
  readonly beside?: () => Promise<void>;
  /** Lines of the operator's URL feed for a profile. */
  readonly feedOf: (profile: string) => readonly string[];
  /** A profile could not be compiled, or the store could not be asked; no text. */
  readonly onFault: (event: 'policy_not_compiled' | 'policy_not_read', note: string) => void;
  /** Safety net where an announcement is lost, and the way to see other processes of one file. */
  readonly pollMs?: number;
  /** After so long without contact the process is not ready. */
  readonly staleMs?: number;
}

export interface LivePolicies extends PolicySource {
  /** Number of the registry's state that stands. */
  readonly revision: number;
  /** Why this process should get no traffic; undefined: it should. */
  reason(): string | undefined;
  /** Resolves once a state of at least this moment stands. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const POLL_MS = 500;
const STALE_MS = 60_000;

/**
 * Compiles the newest state and goes on watching for newer ones.
 * @throws StoreError where the first state cannot be read
 */
export async function watchPolicies(options: LivePoliciesOptions): Promise<LivePolicies> {
  const live = new Watch(options);
  await live.first();
  return live;
}

/** One state, whole: never changed, only replaced. */
interface Standing {
  readonly revision: number;
  readonly source: PolicySource;
  readonly policies: readonly Policy[];
}

class Watch implements LivePolicies {
  readonly #options: LivePoliciesOptions;
  #standing: Standing = { revision: -1, source: createPolicySource([]), policies: [] };
  #contactMs: number;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopListening: () => void = () => undefined;

  constructor(options: LivePoliciesOptions) {
    this.#options = options;
    this.#contactMs = options.tools.now();
  }

  get revision(): number {
    return this.#standing.revision;
  }

  byName(name: string): Policy | undefined {
    return this.#standing.source.byName(name);
  }

  byId(id: string): Policy | undefined {
    return this.#standing.source.byId(id);
  }

  reason(): string | undefined {
    const silentMs = this.#options.tools.now() - this.#contactMs;
    return silentMs > (this.#options.staleMs ?? STALE_MS) ? 'policy_stale' : undefined;
  }

  async first(): Promise<void> {
    await this.#load();
    this.#stopListening = this.#options.store.onAnnounced(() => void this.refresh());
    this.#timer = setInterval(() => void this.refresh(), this.#options.pollMs ?? POLL_MS);
    this.#timer.unref();
  }

  /** What runs now may have read an older state: those who ask meanwhile share the run after it. */
  refresh(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#run();
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      this.#running = this.#run();
      return this.#running;
    });
    return this.#next;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening();
    await this.#next;
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      const revision = await readRevision(this.#options.store);
      if (revision === this.#standing.revision) this.#contactMs = this.#options.tools.now();
      else await this.#load();
    } catch (cause) {
      this.#options.onFault('policy_not_read', cause instanceof Error ? cause.name : 'unknown fault');
    } finally {
      if (this.#next === undefined) this.#running = undefined;
    }
  }

  async #load(): Promise<void> {
    const { store, feedOf, tools, beside } = this.#options;
    const state = await readPolicyState(store, feedOf);
    await beside?.();
    this.#contactMs = tools.now();
    const standing = new Map(this.#standing.policies.map((policy) => [policy.profile.id, policy]));
    const changed = state.profiles.filter(
      (profile) => standing.get(profile.id)?.profile.revision !== profile.revision,
    );
    await rememberPolicies(store, state, changed, this.#options.unixMicros());
    const policies = await this.#compileAll(state, standing);
    this.#standing = { revision: state.revision, source: createPolicySource(policies), policies };
  }

  /** Only what changed is compiled, a profile a turn, so that exchanges go on in between. */
  async #compileAll(state: PolicyState, standing: ReadonlyMap<string, Policy>): Promise<readonly Policy[]> {
    const policies: Policy[] = [];
    for (const profile of state.profiles) {
      const before = standing.get(profile.id);
      if (before?.profile.revision === profile.revision) {
        policies.push(before);
        continue;
      }
      try {
        policies.push(this.#options.compile(profile, this.#options.tools));
      } catch (cause) {
        // What stood goes on; a profile that never stood is unknown, which blocks.
        if (before !== undefined) policies.push(before);
        const note =
          cause instanceof PolicyError ? `profile ${profile.id}: ${cause.path}` : `profile ${profile.id}`;
        this.#options.onFault('policy_not_compiled', note);
      }
      await nextTurn();
    }
    return policies;
  }
}
