/** Scans of the management API: judged, recorded, kept, and only then answered. */
import { type Policy, PolicyError, type PolicySource } from '../core/policy.ts';
import type { Provider, Providers } from '../core/provider.ts';
import type { RecordStore } from '../core/record.ts';
import type { LoggedScan, ScanLog } from '../core/scan-log.ts';
import type { Project } from '../registry/model.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid, notFound, RegistryError } from '../registry/registry-error.ts';
import { type JudgeTools, judgeSide, type SideJudgement } from './judge-side.ts';
import type { ScanBody } from './scan-bodies.ts';
import { outcomeOf } from './scan-outcome.ts';
import { type ContentSetting, keptText, recordCall } from './scan-records.ts';
import { writeScanResult } from './scan-wire.ts';

export interface ScanTools extends Omit<JudgeTools, 'getVersions'> {
  readonly registry: Registry;
  /** The policies that stand, with their threads. */
  readonly policies: PolicySource;
  /** Resolves once the newest state stands. */
  readonly refresh: () => Promise<void>;
  readonly providers: Providers;
  /** Undefined: decisions are not recorded. */
  readonly records: RecordStore | undefined;
  readonly scanLog: ScanLog;
  readonly content: ContentSetting;
  readonly newId: () => string;
}

/** For whom it is done. */
export interface ScanCaller {
  /** Empty for tokens that are no user's. */
  readonly userId: string;
  readonly project: Project;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
}

/** The newest state's. @throws RegistryError `not_found` */
export async function standingPolicy({ refresh, policies }: ScanTools, project: Project): Promise<Policy> {
  await refresh();
  const policy = policies.byId(project.id);
  if (policy === undefined) throw notFound('Project');
  return policy;
}

export const judgeTools = (tools: ScanTools): JudgeTools => ({
  ...tools,
  getVersions: (ids) => tools.registry.getVersions(ids),
});

/** What a scan asks for: a policy of its own where it switches something, else the one that stands. */
async function policyOf(
  tools: ScanTools,
  project: Project,
  body: ScanBody,
): Promise<{ readonly policy: Policy; readonly custom: ReadonlySet<string> }> {
  const standing = await standingPolicy(tools, project);
  if (body.versions !== undefined && body.test !== true)
    throw invalid(['test'], 'must be true where versions are given');
  const { profile, custom } = await tools.registry.profileForCall(standing.profile, {
    disabled: body.disabled ?? [],
    forceEnabled: body.forceEnabled ?? [],
    configOverrides: body.configOverrides ?? {},
    versions: body.versions,
  });
  if (profile === standing.profile) return { policy: standing, custom };
  try {
    return { policy: tools.compile(profile), custom };
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new RegistryError('invalid', cause.message, ['configOverrides'], { cause });
  }
}

export async function runScan(tools: ScanTools, caller: ScanCaller, body: ScanBody) {
  const { project, signal } = caller;
  const { policy, custom } = await policyOf(tools, project, body);
  const side = body.scanDirection === 'response' ? 'response' : 'prompt';
  const judged = await judgeSide(judgeTools(tools), { policy, side, text: body.input, custom, signal });
  const outcome = outcomeOf(judged.triggered, { flagOnly: body.flagOnly ?? true });
  const result = writeScanResult(outcome, [judged]);
  const isTest = body.test === true;
  const id = tools.newId();
  const kept = { id, judged, outcome, project, provider: null, model: null };
  if (!isTest) await record(tools, { ...kept, operation: 'management.scan' });
  await tools.scanLog.append({
    ...logged(tools, caller, kept),
    type: isTest ? 'test' : 'scan',
    externalMetadata: body.externalMetadata ?? null,
    result,
  });
  return { id, result, redactedInput: judged.redacted };
}

/** What is written of one side before it is answered. */
export interface Kept {
  readonly id: string;
  readonly judged: SideJudgement;
  readonly outcome: LoggedScan['outcome'];
  readonly project: Project;
  readonly provider: Provider | null;
  readonly model: string | null;
}

export const record = (
  tools: ScanTools,
  { provider, ...kept }: Kept & { readonly operation: 'management.scan' | 'management.prompt' },
): Promise<void> => {
  if (tools.records === undefined) return Promise.resolve();
  return recordCall(tools.records, {
    ...kept,
    provider: provider?.name ?? null,
    content: tools.content,
    atMs: Math.floor(tools.now() / 1_000),
  });
};

export const logged = (
  tools: ScanTools,
  { userId }: ScanCaller,
  { id, judged, outcome, project, provider }: Kept,
) => ({
  id,
  at: tools.now(),
  projectId: project.id,
  userId,
  providerId: provider?.id ?? null,
  outcome,
  preserve: false,
  input: keptText(judged, outcome, tools.content),
});
