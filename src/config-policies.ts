/** Turns the configured profiles into the engine's snapshots, and compiles them: what does not fit shows. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigIssue, ConfigPath } from './config-issue.ts';
import type { ProfileConfig } from './config-profile.ts';
import {
  type CompilePolicy,
  type DetectorActions,
  type EngineTools,
  type Policy,
  PolicyError,
  type ProfileSnapshot,
} from './core/policy.ts';
import { namedId } from './registry/named-id.ts';

const FEED_BYTES_MAX = 67_108_864;

/** Policies of all profiles, or what keeps them from being made. */
export interface Policies {
  readonly policies: readonly Policy[];
  readonly issues: readonly ConfigIssue[];
}

/**
 * Compiles every profile.
 * @param folder folder of the configuration file: relative paths of feeds begin there
 */
export function compilePolicies(
  profiles: readonly ProfileConfig[],
  folder: string,
  compile: CompilePolicy,
  tools: EngineTools,
): Policies {
  const policies: Policy[] = [];
  const issues: ConfigIssue[] = [];
  profiles.forEach((profile, index) => {
    const feed = readFeed(profile.urlFeed, folder);
    if (typeof feed === 'string') {
      issues.push({ path: ['profiles', index, 'urlFeed'], message: feed });
      return;
    }
    try {
      policies.push(compile(snapshotOf(profile, feed), tools));
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      issues.push({ path: ['profiles', index, ...stepsOf(error.path)], message: error.message });
    }
  });
  return { policies, issues };
}

/** The immutable state of a profile; its id and revision follow from what it holds. */
export function snapshotOf(profile: ProfileConfig, urlFeed: readonly string[]): ProfileSnapshot {
  const { prompt, response } = profile;
  const off = { injection: 'off', agent: 'off', db_security: 'off', ungrounded: 'off' } as const;
  const actions: Record<'prompt' | 'response', DetectorActions> = {
    prompt: { ...off, ...prompt },
    response: { ...off, ...response },
  };
  const scanners = profile.scanners.map(({ name, type, words, pattern, side, action, tags }) => ({
    name,
    type,
    ...(words === undefined ? {} : { words }),
    ...(pattern === undefined ? {} : { pattern }),
    side,
    action,
    tags,
  }));
  const state = {
    name: profile.name,
    id: namedId(`profile:${profile.name}`),
    actions,
    latency: profile.latency,
    trustedRoles: profile.trustedRoles,
    maskOnBlock: profile.maskOnBlock,
    topics: profile.topics,
    scanners,
    urlFeed,
  };
  return { ...state, revision: digestOf(JSON.stringify(state)).slice(0, 16) };
}

/** The lines of a feed file, or why there are none. */
function readFeed(feed: string | undefined, folder: string): readonly string[] | string {
  if (feed === undefined) return [];
  const path = resolve(folder, feed);
  try {
    if (statSync(path).size > FEED_BYTES_MAX) return `must name a file of at most ${FEED_BYTES_MAX} bytes`;
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return 'must name a file that can be read';
  }
}

/** `scanners[0].pattern` as steps. */
function stepsOf(path: string): ConfigPath {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
