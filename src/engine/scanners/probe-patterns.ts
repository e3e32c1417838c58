/** Runs isolated patterns on hostile texts before they are taken into use (THREATS P3, DESIGN §14). */
import { IsolatedRegexError } from '../../core/isolated-regex.ts';
import { type EngineTools, PolicyError, type ProbeProfile, type ProfileSnapshot } from '../../core/policy.ts';
import { type PatternToken, readPattern } from './python-pattern.ts';
import { translatePattern } from './python-regex.ts';
import { loadRegexEngine } from './regex-engine.ts';

/** For one pattern on all hostile texts. */
const PROBE_MS = 500;
/**
 * Long enough for an exponential or cubic pattern to show; a quadratic one, such as an unanchored `(?=.*x)`,
 * is let through: on a long text its deadline is an error finding.
 */
const HOSTILE_CHARS = 2_000;
const SEEDS_MAX = 12;
const ENDINGS = ['', '!', '\n', '\u0000'];

/** Texts made of what the pattern itself names: repeated, and then broken off. */
export function hostileTexts(pattern: string): readonly string[] {
  const seeds = new Set<string>();
  let run = '';
  for (const token of readPattern(pattern)) {
    const char = sampleOf(token);
    if (char === undefined) continue;
    run += char;
    seeds.add(char);
  }
  seeds.add(run).add('a').add('0').add(' ');
  const chosen = [...seeds].filter((seed) => seed !== '').slice(0, SEEDS_MAX);
  return chosen.flatMap((seed) => {
    const long = seed.repeat(Math.ceil(HOSTILE_CHARS / seed.length)).slice(0, HOSTILE_CHARS);
    return ENDINGS.map((ending) => long + ending);
  });
}

const SAMPLES: Readonly<Record<string, string>> = { w: 'a', W: '-', d: '0', D: 'a', s: ' ', S: 'a' };

/** A character that the token may match. */
function sampleOf(token: PatternToken): string | undefined {
  if (token.kind === 'char') return String.fromCodePoint(token.point);
  if (token.kind === 'any') return 'a';
  if (token.kind !== 'class' || token.negated) return undefined;
  const [item] = token.items;
  if (item?.kind === 'range') return String.fromCodePoint(item.from);
  return item?.kind === 'shorthand' ? SAMPLES[item.name] : 'a';
}

async function probeOne(pattern: string, tools: EngineTools): Promise<string | undefined> {
  const { isolated } = translatePattern(pattern);
  try {
    await tools.isolatedRegex?.find(isolated, hostileTexts(pattern), PROBE_MS);
    return undefined;
  } catch (error) {
    if (!(error instanceof IsolatedRegexError)) throw error;
    if (error.fault === 'busy') return 'could not be tried out, since too much is being judged; try again';
    if (error.fault === 'too-many') return undefined;
    return 'takes too long on a hostile text; write it without nested or adjoining repetitions';
  }
}

/** True where RE2 cannot run the pattern. */
function isIsolated(pattern: string): boolean {
  const { source } = translatePattern(pattern);
  if (source === undefined) return true;
  try {
    loadRegexEngine().compile(source);
    return false;
  } catch {
    return true;
  }
}

/** For a profile that compiles. One pattern after the other. */
export const probePatterns: ProbeProfile = async (profile: ProfileSnapshot, tools) => {
  const faults: PolicyError[] = [];
  for (const [index, { type, pattern }] of profile.scanners.entries()) {
    if (type !== 'regex' || pattern === undefined || !isIsolated(pattern)) continue;
    const fault = await probeOne(pattern, tools);
    if (fault !== undefined) faults.push(new PolicyError(`scanners[${index}].pattern`, fault));
  }
  return faults;
};
