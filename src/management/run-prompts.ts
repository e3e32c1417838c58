/** Prompts of the management API: both sides judged, recorded and kept before anything passes on. */
import type { Policy } from '../core/policy.ts';
import { type Provider, ProviderError, type Providers } from '../core/provider.ts';
import type { LoggedScan } from '../core/scan-log.ts';
import { invalid } from '../registry/registry-error.ts';
import { ApiError } from './api-error.ts';
import { judgeSide, type SideJudgement } from './judge-side.ts';
import { judgeTools, logged, record, type ScanCaller, type ScanTools, standingPolicy } from './run-scans.ts';
import type { PromptBody } from './scan-bodies.ts';
import { outcomeOf, stricterOf } from './scan-outcome.ts';
import { type ContentSetting, keptText } from './scan-records.ts';
import { writeScanResult } from './scan-wire.ts';
import { writeTime } from './scanner-wire.ts';

const NONE: ReadonlySet<string> = new Set();

/** The provider of a prompt, by id or name. */
export function providerOf({ list, fallback }: Providers, asked: string | undefined): Provider {
  const isAsked = ({ id, name }: Provider): boolean => id === asked?.toLowerCase() || name === asked;
  const provider = asked === undefined ? fallback : list.find(isAsked);
  if (provider === undefined) throw invalid(['provider'], 'is not a provider of this gateway');
  if (provider.model === undefined)
    throw invalid(['provider'], 'has no model: set gateway.upstreams[].model for it');
  return provider;
}

export async function runPrompt(tools: ScanTools, caller: ScanCaller, body: PromptBody) {
  const { project, signal } = caller;
  const provider = providerOf(tools.providers, body.provider);
  const policy = await standingPolicy(tools, project);
  const call = { policy, custom: NONE, signal };
  const asked = await judgeSide(judgeTools(tools), { ...call, side: 'prompt', text: body.input });
  const before = outcomeOf(asked.triggered, { flagOnly: false });
  const id = tools.newId();
  const kept = { id, judged: asked, outcome: before, project, provider, model: provider.model ?? null };
  await record(tools, { ...kept, operation: 'management.prompt' });
  const exchange = before === 'blocked' ? BLOCKED : await exchangeOf(tools, call, provider, asked);
  const { answer, answered } = exchange;
  const after = answered === undefined ? 'cleared' : outcomeOf(answered.triggered, { flagOnly: false });
  if (answered !== undefined) {
    await record(tools, { ...kept, judged: answered, outcome: after, operation: 'management.prompt' });
  }
  const outcome = stricterOf(before, after);
  const response = answered === undefined || after === 'blocked' ? null : answered.redacted;
  const result = {
    ...writeScanResult(outcome, answered === undefined ? [asked] : [asked, answered]),
    response,
    providerResult:
      answer === undefined
        ? null
        : {
            data: response,
            statusCode: answer.statusCode,
            sentDate: writeTime(answer.sentMs * 1_000),
            receivedDate: writeTime(answer.receivedMs * 1_000),
          },
    files: [],
  };
  await tools.scanLog.append({
    ...logged(tools, caller, kept),
    outcome,
    type: 'prompt',
    externalMetadata: body.externalMetadata ?? null,
    result: keptResult(result, answered, after, tools.content),
  });
  return { id, result };
}

const BLOCKED = { answer: undefined, answered: undefined };

/** What scanners say of an answer is judged by the policy that judged the prompt. */
async function exchangeOf(
  tools: ScanTools,
  call: { readonly policy: Policy; readonly custom: ReadonlySet<string>; readonly signal: AbortSignal },
  provider: Provider,
  asked: SideJudgement,
) {
  const answer = await askProvider(tools.providers, provider, asked.redacted, call.signal);
  const { text } = answer;
  if (text === undefined) return { answer, answered: undefined };
  const side = { ...call, side: 'response', text, prompt: asked.redacted } as const;
  return { answer, answered: await judgeSide(judgeTools(tools), side) };
}

async function askProvider({ ask }: Providers, ...asked: Parameters<Providers['ask']>) {
  try {
    return await ask(...asked);
  } catch (cause) {
    if (!(cause instanceof ProviderError)) throw cause;
    throw new ApiError(cause.status, cause.message, {}, { cause });
  }
}

/** The answer is kept as the prompt is. */
function keptResult<T extends { response: string | null; providerResult: { data: string | null } | null }>(
  result: T,
  answered: SideJudgement | undefined,
  outcome: LoggedScan['outcome'],
  content: ContentSetting,
): T {
  if (answered === undefined || result.response === null) return result;
  const response = keptText(answered, outcome, content);
  const providerResult = result.providerResult === null ? null : { ...result.providerResult, data: response };
  return { ...result, response, providerResult };
}
