/** Compiles a profile into a policy that judges scan requests: the engine's front door (DESIGN §8). */
import type { LanguageJudge } from '../core/language-judge.ts';
import type {
  Action,
  DetectorActions,
  EngineTools,
  Policy,
  PolicyResult,
  PolicyScanOptions,
  ProfileSnapshot,
  RuleFault,
  ScannerSnapshot,
} from '../core/policy.ts';
import type { ScanRequest } from '../core/scan-wire.ts';
import type { Detector, Finding, Probe, Surface } from './detectors/detector.ts';
import { DETECTORS } from './detectors/index.ts';
import { type Fault, type FieldResult, fieldsOf, Judge, type Rule, type RuleSet } from './judge.ts';
import { type Models, modelsOf } from './models/models.ts';
import { compileKeywords } from './scanners/keyword.ts';
import { LiteralGate } from './scanners/literal-gate.ts';
import { compileNaturalLanguage } from './scanners/natural-language.ts';
import { RegexCompiler } from './scanners/regex.ts';
import { loadRegexEngine, type RegexEngine } from './scanners/regex-engine.ts';
import { withSecondStage } from './second-stage/second-stage-probe.ts';
import { toFindings, toJudgement } from './verdict.ts';

/** What a caller may set beside the profile. */
export interface CompileOptions {
  /** How far back a match of a person's regex may reach in a growing text, UTF-16 units; default 256. */
  readonly holdbackChars?: number;
  /** The linear-time regex engine; by default native `re2` where it is installed, else `re2js`. */
  readonly regexEngine?: RegexEngine;
  /** The built-in detectors; by default all. */
  readonly detectors?: readonly Detector[];
  /** False: every scanner looks at every text, which finds the same. */
  readonly gate?: boolean;
}

const HOLDBACK_CHARS = 256;

/** Tool events are judged by the prompt's actions, but for db_security (DESIGN §14). */
const actionsOn = (profile: ProfileSnapshot, surface: Surface, flag: string): DetectorActions =>
  profile.actions[
    surface === 'response' || (surface === 'tool' && flag === 'db_security') ? 'response' : 'prompt'
  ];

function detectorRule(
  detector: Detector,
  profile: ProfileSnapshot,
  models: Models | undefined,
  tools: EngineTools,
): Rule | undefined {
  const { flag } = detector;
  const actionOf = (surface: Surface, finding?: Finding): Action => {
    const action = actionsOn(profile, surface, flag)[flag];
    if (typeof action === 'string') return action;
    if (finding !== undefined) return action[finding.setting ?? 'personal'];
    return action.secrets === 'off' ? action.personal : action.secrets;
  };
  const surfaces = new Set(detector.surfaces.filter((surface) => actionOf(surface) !== 'off'));
  if (surfaces.size === 0) return undefined;
  const probe = detector.prepare(profile, models);
  if (probe === undefined) return undefined;
  const forced = (profile.builtIns ?? []).filter((entry) => entry.forced && entry.detector === flag);
  const mustLookOn = new Set(
    [...surfaces].filter(
      (surface) =>
        actionOf(surface) !== 'alert' &&
        forced.some((entry) => (entry.side === 'response') === (surface === 'response')),
    ),
  );
  const staged = withSecondStage(flag, probe, tools);
  return { name: flag, flag, probe: staged, scanner: false, surfaces, actionOf, mustLookOn };
}

interface ScannerCompilers {
  readonly regex: RegexCompiler;
  readonly judge: LanguageJudge | undefined;
}

function probeOf(scanner: ScannerSnapshot, path: string, { regex, judge }: ScannerCompilers): Probe {
  if (scanner.type === 'regex') return regex.compile(scanner, path);
  if (scanner.type === 'keyword') return compileKeywords(scanner, path);
  return compileNaturalLanguage(scanner, path, judge);
}

function scannerRule(scanner: ScannerSnapshot, index: number, compilers: ScannerCompilers): Rule {
  const path = `scanners[${index}]`;
  const regex = scanner.type === 'regex';
  const probe = probeOf(scanner, path, compilers);
  const surfaces = new Set<Surface>();
  if (scanner.side !== 'response') surfaces.add('prompt').add('tool');
  if (scanner.side !== 'prompt') surfaces.add('response');
  const flag = regex && scanner.tags.includes('dlp') ? 'dlp' : 'topic_violation';
  return {
    name: scanner.name,
    ...(scanner.id === undefined ? {} : { id: scanner.id }),
    flag,
    probe,
    scanner: true,
    surfaces,
    actionOf: () => scanner.action,
    ...(scanner.forced && scanner.action !== 'alert' ? { mustLookOn: surfaces } : {}),
  };
}

/**
 * Compiles `profile`. Built-in detectors that are off everywhere are not prepared.
 * @throws ModelError for a trained model that does not fit the engine
 * @throws PolicyError for a scanner that cannot be compiled; its path names the setting within the profile.
 */
export function compile(profile: ProfileSnapshot, tools: EngineTools, options: CompileOptions = {}): Policy {
  const compilers: ScannerCompilers = {
    regex: new RegexCompiler({
      engine: options.regexEngine ?? loadRegexEngine(),
      isolated: tools.isolatedRegex,
      holdbackChars: options.holdbackChars ?? HOLDBACK_CHARS,
    }),
    judge: tools.languageJudge,
  };
  const models = tools.models === undefined ? undefined : modelsOf(tools.models);
  const rules: readonly Rule[] = [
    ...(options.detectors ?? DETECTORS).flatMap(
      (detector) => detectorRule(detector, profile, models, tools) ?? [],
    ),
    ...profile.scanners.map((scanner, i) => scannerRule(scanner, i, compilers)),
  ];
  const needs = rules.map(({ probe }) => probe.needs);
  const isGated = options.gate !== false && needs.some((texts) => texts !== undefined);
  const set: RuleSet = { rules, gate: isGated ? new LiteralGate(needs) : undefined };
  return {
    profile,
    scan: (request, scanOptions) => scan(set, profile, tools, request, scanOptions ?? {}),
  };
}

/** The text that `openFrom` and `judgedTo` speak of: the answer where there is one. */
const JUDGED_FIELDS = ['response', 'prompt', 'code_response', 'code_prompt', 'tool_output', 'tool_input'];

async function scan(
  set: RuleSet,
  profile: ProfileSnapshot,
  tools: EngineTools,
  request: ScanRequest,
  options: PolicyScanOptions,
): Promise<PolicyResult> {
  const content = request.contents.at(-1) ?? {};
  const judge = new Judge(set, profile, tools, request.contents.slice(0, -1));
  const texts = fieldsOf(content);
  const judgedField = JUDGED_FIELDS.find((name) => texts.some((text) => text.field === name));
  const fields: FieldResult[] = [];
  for (const text of texts) {
    const growing = text.field === judgedField;
    const judgedTo = growing ? (options.judgedTo ?? 0) : 0;
    fields.push(await judge.judge(text, { partial: growing && options.partial === true, judgedTo }));
  }
  const openFrom = fields.find((field) => field.field === judgedField)?.openFrom ?? 0;
  if (options.opaque !== undefined && options.opaque !== '') {
    const surface = opaqueSurface(content);
    fields.push(judge.judgeOpaque(options.opaque, surface));
  }
  const judgement = toJudgement({
    fields,
    faults: judge.faults,
    content,
    rules: set.rules,
    onTimeout: judge.onTimeout,
  });
  return {
    judgement,
    findings: toFindings(fields),
    faults: judge.faults.map(toRuleFault),
    openFrom,
    ...(judge.secondStage.length === 0 ? {} : { secondStage: judge.secondStage }),
  };
}

const toRuleFault = ({ rule, status }: Fault): RuleFault => ({
  detector: rule.name,
  ...(rule.id === undefined ? {} : { scannerId: rule.id }),
  status,
});

/** Opaque strings belong to the side whose texts they came with. */
function opaqueSurface(content: ScanRequest['contents'][number]): Surface {
  const response = content.response ?? content.code_response;
  if (typeof response === 'string') return 'response';
  const prompt = content.prompt ?? content.code_prompt;
  return typeof prompt === 'string' || !content.tool_event ? 'prompt' : 'tool';
}
