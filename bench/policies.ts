/** Measures many own scanners: 10,000 in 200 projects, compiled anew, and a text under one of the projects. */
import type { ProfileSnapshot, ScannerSnapshot } from '../src/core/policy.ts';
import { compile } from '../src/engine/compile.ts';
import { at, englishText, PROFILE, timeScans } from './engine.ts';

const PROJECTS = 200;
const SCANNERS = 50;
/** Of each project: so many regexes, and so many in natural language; the others are keywords. */
const REGEXES = 12;
const TOLD = 2;
const WORDS = 5;
const CHARS = 2_048;

const FRAMES = [
  String.raw`\b%-[0-9]{4}-[A-Z]{2}\b`,
  String.raw`(?i)%\s+(?:internal|secret|draft)`,
  String.raw`%_(?P<number>\d{3,6})`,
  String.raw`[A-Z]{2}%\d+[a-f0-9]{8}`,
];

/** A made-up word, another one for every number. */
const wordOf = (number: number): string => `zeph${number.toString(36)}or`;

function scannerOf(project: number, index: number): ScannerSnapshot {
  const number = project * SCANNERS + index;
  const word = wordOf(number);
  const facts = { id: `${number}`, name: word, side: 'both', action: 'block', tags: [] } as const;
  if (index < REGEXES) {
    const pattern = (FRAMES[number % FRAMES.length] ?? '%').replace('%', word);
    return { ...facts, type: 'regex', pattern };
  }
  if (index < REGEXES + TOLD) {
    const input = `Questions about the ${word} project, its budget and its dates.\n- When does ${word} start?`;
    return { ...facts, type: 'genai', input };
  }
  const words = Array.from({ length: WORDS }, (_, i) => (i === 0 ? `${word} plan` : `${word}${i}`));
  return { ...facts, type: 'keyword', words };
}

const profileOf = (project: number): ProfileSnapshot => ({
  ...PROFILE,
  name: `project-${project}`,
  scanners: Array.from({ length: SCANNERS }, (_, index) => scannerOf(project, index)),
});

export interface PolicyBench {
  /** All projects compiled, the quickest of the rounds. */
  readonly compileMs: number;
  /** Of a text of 2 KB under one project, its scanners and all detectors. */
  readonly medianMs: number;
  readonly p99Ms: number;
}

export async function benchPolicies(rounds = 3): Promise<PolicyBench> {
  const profiles = Array.from({ length: PROJECTS }, (_, project) => profileOf(project));
  const tools = { now: () => performance.now() };
  const compileAll = () => profiles.map((profile) => compile(profile, tools));
  const times: number[] = [];
  let policies = compileAll();
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    policies = compileAll();
    times.push(performance.now() - from);
  }
  const [policy] = policies;
  if (policy === undefined) throw new TypeError('no policy was compiled');
  // It must find what is there, or its speed says nothing.
  const hit = await policy.scan({
    contents: [{ prompt: `${englishText(CHARS, 1)} the ${wordOf(49)} plan` }],
  });
  if (hit.judgement.action !== 'block') throw new Error('the scanners do not look');
  await timeScans(policy, CHARS, 500);
  const scans = await timeScans(policy, CHARS, 2_000);
  return { compileMs: Math.min(...times), medianMs: at(scans, 0.5), p99Ms: at(scans, 0.99) };
}

if (import.meta.main) console.table(await benchPolicies());
