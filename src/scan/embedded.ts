/** The embedded scan service: a function call into the engine's compiled policies (DESIGN §5). */
import {
  type DetectorFinding,
  EngineBusyError,
  type Policy,
  type PolicySource,
  type ProfileSnapshot,
} from '../core/policy.ts';
import type { FiredScanner } from '../core/record.ts';
import type { ScanCall, ScanReply, ScanService } from '../core/scan-service.ts';
import { scannerOf } from '../core/scanner-of.ts';
import { completeResponse } from './complete-response.ts';
import type { FailedReply } from './failure-policy.ts';

export interface EmbeddedServiceOptions {
  readonly policies: PolicySource;
  /** Makes UUIDs of version 4, lower case. */
  readonly newUuid: () => string;
  /** Wall clock, Unix milliseconds. */
  readonly unixMs: () => number;
}

/** The engine judges a whole body at once: more than the gateway's largest. */
const REQUEST_BYTES_MAX = 512 * 1024 * 1024;
const OVERLAP_CHARS = 512;

/**
 * Never rejects; an unknown profile is `misconfigured`, a fault of the engine `invalid`: both always block.
 */
export function createEmbeddedService(options: EmbeddedServiceOptions): ScanService {
  const { policies } = options;
  return {
    name: 'embedded',
    requestBytesMax: REQUEST_BYTES_MAX,
    overlapChars: OVERLAP_CHARS,
    clearable: true,
    revisionOf: (profile, policy) => (policy ?? policies.byName(profile))?.profile.revision ?? '',
    async scan(call) {
      if (call.signal?.aborted) return GIVEN_UP;
      const policy = call.policy ?? findPolicy(call, policies);
      return 'outcome' in policy ? policy : judge(call, policy, options);
    },
  };
}

/** Of the two, the id wins (contract §1.2). */
function findPolicy(call: ScanCall, policies: PolicySource): Policy | FailedReply {
  const { profile_id: id, profile_name: name } = call.request.ai_profile ?? {};
  if (!id && !name) return misconfigured('profile required: the scan request names no profile');
  const policy = id ? policies.byId(id) : policies.byName(name ?? '');
  return policy ?? misconfigured(`profile not found: ${id || name}`);
}

async function judge(call: ScanCall, policy: Policy, options: EmbeddedServiceOptions): Promise<ScanReply> {
  const { request, partial, opaque, judgedTo, briefly, signal } = call;
  const startedMs = options.unixMs();
  try {
    const { judgement, findings, openFrom, secondStage } = await policy.scan(request, {
      partial,
      ...(opaque === undefined ? {} : { opaque }),
      ...(judgedTo === undefined ? {} : { judgedTo }),
      ...(briefly === true ? { briefly } : {}),
      ...(signal === undefined ? {} : { signal }),
    });
    const { profile } = policy;
    const completedMs = options.unixMs();
    const facts = { request, profile, newUuid: options.newUuid, startedMs, completedMs };
    return {
      outcome: 'answered',
      response: completeResponse(judgement, facts),
      openFrom,
      revision: profile.revision,
      fired: firedOf(findings, profile),
      findings,
      ...(secondStage === undefined ? {} : { secondStage }),
    };
  } catch (cause) {
    if (signal?.aborted) return GIVEN_UP;
    if (cause instanceof EngineBusyError) return { ...BUSY, cause };
    const note = 'the embedded engine failed; this is a defect of ours';
    return { outcome: 'failed', failure: 'invalid', reason: 'invalid', note, cause };
  }
}

/** Each scanner that found something, once, with the version that ran. */
function firedOf(findings: readonly DetectorFinding[], profile: ProfileSnapshot): readonly FiredScanner[] {
  const sources = new Map<string, DetectorFinding>();
  for (const finding of findings) {
    const { detector, scannerId, setting, field } = finding;
    sources.set(`${detector} ${scannerId ?? ''} ${setting ?? ''} ${field}`, finding);
  }
  const fired = new Map<string, FiredScanner>();
  for (const finding of sources.values()) {
    const { id, version } = scannerOf(finding, profile) ?? {};
    const name = finding.detector;
    const scanner = {
      name,
      ...(id === undefined ? {} : { id }),
      ...(version === undefined ? {} : { version }),
    };
    fired.set(`${name} ${id ?? ''}`, scanner);
  }
  return [...fired.values()];
}

const misconfigured = (note: string): FailedReply => ({
  outcome: 'failed',
  failure: 'misconfigured',
  reason: 'misconfigured',
  note,
});

/** Never let through, though it is no fault of anyone's: how much is asked is up to clients. */
const BUSY: FailedReply = {
  outcome: 'failed',
  failure: 'unavailable',
  reason: 'unavailable',
  note: 'too many large texts wait to be judged; raise engine.waiting or engine.threads, or add replicas',
  retryAfterSeconds: 1,
  overload: true,
};

/** `invalid`, so that `onUnavailable: allow` does not send on what nobody judged. */
const GIVEN_UP: FailedReply = {
  outcome: 'failed',
  failure: 'invalid',
  reason: 'invalid',
  note: 'the scan was given up: the client has left',
};
